import type { Command } from '../../protocol/commands';
import { peerOf, type UserId } from '../../protocol/ids';
import { HISTORY_MESSAGES_MAX, PAGE_BYTES_MAX } from '../../protocol/limits';
import type { Message } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Log, Tuned } from '../ports/ports';
import { firstBytes, lastBytes } from '../steps/fit-bytes';
import { asSeenBy } from './as-seen-by';
import { type EntriesPorts, readEntries } from './read-entries';
import { keptSince } from './retention';
import { toCursors } from './to-cursors';

export interface HistoryPorts extends EntriesPorts, Tuned {
  readonly log: Pick<Log, 'from' | 'upTo'>;
}

/**
 * A page of a conversation, oldest first: the newest messages, or those before or after a seq; with `more` if there are
 * others that way. Refuses `no_such_conversation`.
 *
 * M4: whether the caller may read is asked after the page was read: who is a member then was one for all of the page from
 * where they joined.
 */
export async function history(
  ports: HistoryPorts,
  caller: BoundCaller,
  command: Command<'history'>,
): Promise<Done<'history'>> {
  const { userId } = caller;
  const { conversation, after, limit = HISTORY_MESSAGES_MAX } = command;
  const page = await readPage(ports.log, command, limit + 1);
  const peer = peerOf(conversation, userId);
  const readers: readonly UserId[] = peer === undefined ? [userId] : [userId, peer];
  const entries = await readEntries(
    ports,
    readers.map((reader) => ({ userId: reader, conversation })),
  );
  const entry = entries.find((candidate) => candidate.userId === userId);
  if (!entry) throw new Refusal('no_such_conversation');
  const { joinedSeq = 1 } = entry;
  const seen = asSeenBy({ userId, entry, keptSince: keptSince(ports) }, page);
  // All of a full page, or most of it, may come before the caller joined. What may be read is further on.
  const forward = after !== undefined;
  if (forward && page.length > limit && after + 1 < joinedSeq)
    return history(ports, caller, { ...command, after: joinedSeq - 1 });
  const messages = forward
    ? firstBytes(seen.slice(0, limit), PAGE_BYTES_MAX)
    : lastBytes(seen.slice(-limit), PAGE_BYTES_MAX);
  const theirs = entries.find((candidate) => candidate.userId !== userId);
  const peerCursors = peer === undefined ? {} : { peer: toCursors(theirs) };
  return { userId, fields: { conversation, messages, more: messages.length < seen.length, ...peerCursors } };
}

function readPage(log: HistoryPorts['log'], page: Command<'history'>, limit: number): Promise<readonly Message[]> {
  const { conversation, before = Number.MAX_SAFE_INTEGER, after } = page;
  if (after !== undefined) return log.from({ conversation, fromSeq: after + 1, limit });
  return log.upTo({ conversation, toSeq: Math.max(before - 1, 0), limit });
}
