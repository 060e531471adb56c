import type { ConversationId, UserId } from '../../protocol/ids';
import {
  LOGIN_BYTES_MAX,
  LOGIN_CONVERSATIONS_BYTES_MAX,
  LOGIN_CONVERSATIONS_MAX,
  LOGIN_GROUPS_BYTES_MAX,
  LOGIN_MESSAGES_BYTES_MAX,
} from '../../protocol/limits';
import type { Conversation, Cursors } from '../../protocol/messages';
import type { Snapshot, Token } from '../../protocol/replies';
import { type CirclePorts, readCircle } from '../friends/read-circle';
import { type GroupsPorts, readGroups } from '../groups/read-groups';
import { type CurrentEntriesPorts, currentEntries } from '../messages/read-entries';
import { fitMissed, type MissedPorts, readMissed } from '../messages/read-missed';
import { readPeers } from '../messages/read-peers';
import type { Accounts, InboxEntry, Log } from '../ports/ports';
import { bytesOf, firstBytes } from '../steps/fit-bytes';

export interface SnapshotPorts extends CirclePorts, CurrentEntriesPorts, GroupsPorts, MissedPorts {
  readonly accounts: Pick<Accounts, 'snapshotOf'>;
  readonly log: Pick<Log, 'head' | 'from'>;
}

/**
 * What a client needs to know after a login: who it is, its friends and their presence, its conversations with their unread
 * counts, its groups, and the messages that it has not acked, the oldest first. Bounded; `more` says that there is more
 * than this. One request; then, side by side: one for each 100 friends, one for the other cursors of conversations of two,
 * one for the groups and one for each that is listed, and one for each conversation whose messages are brought. A user in
 * large groups waits for two more before them.
 */
export async function loginSnapshot(ports: SnapshotPorts, userId: UserId): Promise<Omit<Snapshot, keyof Token>> {
  const snapshot = await ports.accounts.snapshotOf(userId);
  const inbox = (await currentEntries(ports, userId, snapshot.inbox)).filter(hasBegun);
  const newestFirst = inbox.toSorted((one, other) => other.at - one.at);
  const [circle, groups, peers, missed] = await Promise.all([
    readCircle(ports, userId, snapshot),
    readGroups(ports, newestFirst),
    readPeers(ports, userId, newestFirst),
    readMissed(
      ports,
      userId,
      inbox.map((entry) => ({ entry, after: entry.ackSeq })),
    ),
  ]);
  const { more, ...friends } = circle;
  const lists = {
    ...friends,
    groups: firstBytes(groups, LOGIN_GROUPS_BYTES_MAX),
    conversations: listConversations(newestFirst, peers),
  };
  const room = LOGIN_BYTES_MAX - bytesOf(lists);
  const brought = fitMissed(missed, Math.min(room, LOGIN_MESSAGES_BYTES_MAX));
  return {
    user: userId,
    createdAt: snapshot.createdAt,
    devices: snapshot.devices,
    ...lists,
    messages: brought.messages,
    more: more || brought.more || !snapshot.complete || lists.conversations.length < inbox.length,
  };
}

/** A block makes an entry where there may be no message yet. */
function hasBegun({ lastSeq }: InboxEntry): boolean {
  return lastSeq > 0;
}

function listConversations(
  newestFirst: readonly InboxEntry[],
  peers: ReadonlyMap<ConversationId, Cursors>,
): readonly Conversation[] {
  const listed = newestFirst.slice(0, LOGIN_CONVERSATIONS_MAX);
  const all = listed.map((entry) => toConversation(entry, peers.get(entry.conversation)));
  return firstBytes(all, LOGIN_CONVERSATIONS_BYTES_MAX);
}

function toConversation({ conversation, lastSeq, ackSeq, readSeq }: InboxEntry, peer?: Cursors): Conversation {
  return { conversation, lastSeq, ackSeq, readSeq, unread: lastSeq - readSeq, peer };
}
