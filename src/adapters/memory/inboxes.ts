import type { Arrival, EntryKey, InboxEntry, Inboxes, UserEntry } from '../../domain/ports/ports';
import { groupOf } from '../../protocol/ids';
import { inKeyOrder, refuseTwice, type Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/inboxes.ts`, where each says which race it decides. */
export function inboxesIn({ inboxes }: Tables): Inboxes {
  const entryOf = ({ userId, conversation }: EntryKey) => inboxes.get(userId)?.get(conversation);
  const keep = (userId: EntryKey['userId'], entry: InboxEntry) =>
    inboxes.put(userId, new Map(inboxes.get(userId)).set(entry.conversation, entry));

  return {
    async arrive(arrival) {
      const { userId, message, creates } = arrival;
      const entry = entryOf({ userId, conversation: message.conversation });
      if (!entry && !creates) return 'absent';
      if (entry?.block && message.from !== userId) return message.seq > entry.block.after ? 'blocked' : 'known';
      if (entry && entry.lastSeq >= message.seq) return 'known';
      keep(userId, afterArrival(entry, arrival));
      return 'arrived';
    },

    async advance(cursor) {
      const { userId, name, seq } = cursor;
      const entry = entryOf(cursor);
      if (!entry) return { state: 'absent' };
      if (entry.lastSeq < seq) return { state: 'beyond', entry };
      if (entry[name] >= seq) return { state: 'already', entry };
      keep(userId, { ...entry, [name]: seq });
      return { state: 'advanced', entry };
    },

    async entriesOf(keys) {
      refuseTwice(keys.map(({ userId, conversation }) => `${userId} ${conversation}`));
      const entries = keys.flatMap((key): readonly UserEntry[] => {
        const entry = entryOf(key);
        return entry ? [{ userId: key.userId, ...entry }] : [];
      });
      return { entries, left: [] };
    },

    async listOf(userId) {
      const entries = [...(inboxes.get(userId)?.values() ?? [])];
      return {
        entries: entries.sort((one, other) => inKeyOrder(one.conversation, other.conversation)),
        complete: true,
      };
    },

    async countGroups(userId) {
      return [...(inboxes.get(userId)?.keys() ?? [])].filter((name) => groupOf(name) !== undefined).length;
    },

    async markBig(key) {
      const entry = entryOf(key);
      if (!entry) return 'absent';
      keep(key.userId, { ...entry, big: true });
      return 'marked';
    },
  };
}

function afterArrival(entry: InboxEntry | undefined, { userId, message }: Arrival): InboxEntry {
  const { conversation, seq, from, sentAt } = message;
  const readSeq = from === userId ? seq : (entry?.readSeq ?? 0);
  return { ...entry, conversation, lastSeq: seq, ackSeq: entry?.ackSeq ?? 0, readSeq, at: sentAt };
}
