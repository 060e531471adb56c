import type { Arrival, InboxEntry, Inboxes } from '../../domain/ports';
import type { ConversationId, UserId } from '../../protocol/ids';
import type { Tables } from './tables';

export function inboxesIn({ inboxes }: Tables): Inboxes {
  const entryOf = (userId: UserId, conversation: ConversationId) => inboxes.get(userId)?.get(conversation);
  const keep = (userId: UserId, entry: InboxEntry) =>
    inboxes.put(userId, new Map(inboxes.get(userId)).set(entry.conversation, entry));

  return {
    async arrive(arrival) {
      const { userId, message } = arrival;
      const entry = entryOf(userId, message.conversation);
      if (entry && entry.lastSeq >= message.seq) return 'known';
      keep(userId, afterArrival(entry, arrival));
      return 'arrived';
    },

    async advance({ userId, conversation, name, seq }) {
      const entry = entryOf(userId, conversation);
      if (!entry) return 'absent';
      if (entry.lastSeq < seq) return 'beyond';
      if (entry[name] >= seq) return 'already';
      keep(userId, { ...entry, [name]: seq });
      return 'advanced';
    },
  };
}

function afterArrival(entry: InboxEntry | undefined, { userId, message }: Arrival): InboxEntry {
  const { conversation, seq, from, sentAt } = message;
  const readSeq = from === userId ? seq : (entry?.readSeq ?? 0);
  return { conversation, lastSeq: seq, ackSeq: entry?.ackSeq ?? 0, readSeq, at: sentAt };
}
