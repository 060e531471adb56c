import { type ConversationId, peerOf, type UserId } from '../../protocol/ids';
import { LOGIN_PEERS_MAX } from '../../protocol/limits';
import type { Cursors } from '../../protocol/messages';
import type { EntryKey, InboxEntry } from '../ports/ports';
import { type EntriesPorts, readEntries } from './read-entries';
import { toCursors } from './to-cursors';

/**
 * How far the others have got in the newest conversations of two. Read after the bind: either this sees a cursor that has
 * moved, or its receipt finds this connection.
 */
export async function readPeers(
  ports: EntriesPorts,
  userId: UserId,
  newestFirst: readonly InboxEntry[],
): Promise<ReadonlyMap<ConversationId, Cursors>> {
  const keys = newestFirst.flatMap(({ conversation }): readonly EntryKey[] => {
    const peer = peerOf(conversation, userId);
    return peer === undefined ? [] : [{ userId: peer, conversation }];
  });
  const asked = keys.slice(0, LOGIN_PEERS_MAX);
  const theirs = new Map((await readEntries(ports, asked)).map((entry) => [entry.conversation, entry]));
  return new Map(asked.map(({ conversation }) => [conversation, toCursors(theirs.get(conversation))]));
}
