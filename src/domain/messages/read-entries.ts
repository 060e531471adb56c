import type { UserId } from '../../protocol/ids';
import { ENTRIES_READ_MAX, GROUPS_MAX, REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import type { EntryKey, InboxEntry, Inboxes, Log, UserEntry } from '../ports/ports';
import { chunks } from '../steps/chunks';
import { inParallel } from '../steps/in-parallel';
import { readAll } from '../steps/read-all';
import type { SettlePorts } from '../steps/settle';

export interface EntriesPorts extends SettlePorts {
  readonly inboxes: Pick<Inboxes, 'entriesOf'>;
}

/** Some users' entries, each strongly consistent, in no order; without those that are not there. Refuses `busy`. */
export async function readEntries(ports: EntriesPorts, keys: readonly EntryKey[]): Promise<readonly UserEntry[]> {
  const found: UserEntry[] = [];
  for (const some of chunks(keys, ENTRIES_READ_MAX)) {
    const read = await readAll(ports, some, async (left) => {
      const page = await ports.inboxes.entriesOf(left);
      return { found: page.entries, left: page.left };
    });
    found.push(...read);
  }
  return found;
}

export interface CurrentEntriesPorts extends EntriesPorts {
  readonly log: Pick<Log, 'head'>;
}

/**
 * A user's entries with their true ends: those of large groups are not written with each message, so their logs are asked.
 * One request for each large group, and one more for all of them: after the heads they are read again, because whoever
 * has left meanwhile may not read up to them (M4).
 */
export async function currentEntries(
  ports: CurrentEntriesPorts,
  userId: UserId,
  entries: readonly InboxEntry[],
): Promise<readonly InboxEntry[]> {
  const large = entries.filter(({ big }) => big).slice(0, GROUPS_MAX);
  if (large.length === 0) return entries;
  const ends = new Map<string, { readonly lastSeq: number; readonly at: number }>();
  await inParallel(large, REQUESTS_PARALLEL_MAX, async ({ conversation }) => {
    const head = await ports.log.head(conversation);
    if (head) ends.set(conversation, { lastSeq: head.seq, at: head.sentAt });
  });
  const confirmed = await readEntries(
    ports,
    large.map(({ conversation }) => ({ userId, conversation })),
  );
  // Whoever has written since then knows more than the head did.
  const still = confirmed.map(({ userId: _, ...entry }) => {
    const end = ends.get(entry.conversation);
    return end && end.lastSeq > entry.lastSeq ? { ...entry, ...end } : entry;
  });
  return [...entries.filter((entry) => !large.includes(entry)), ...still];
}
