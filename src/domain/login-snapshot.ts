import type { UserId } from '../protocol/ids';
import {
  LOGIN_BYTES_MAX,
  LOGIN_CONVERSATIONS_BYTES_MAX,
  LOGIN_CONVERSATIONS_MAX,
  LOGIN_CONVERSATIONS_READ_MAX,
  LOGIN_FRIENDS_BYTES_MAX,
  LOGIN_MESSAGES_BYTES_MAX,
  LOGIN_MESSAGES_MAX,
} from '../protocol/limits';
import type { Conversation, Message, ReplyFields } from '../protocol/messages';
import { utf8Length } from '../protocol/text';
import type { Accounts, Friend, InboxEntry, Log, LogPage, Snapshot } from './ports';
import { type FriendsPorts, friendsAmong, readFriends } from './read-friends';
import { type ProfilesPorts, readProfiles, toPresence } from './read-profiles';

export interface SnapshotPorts extends FriendsPorts, ProfilesPorts {
  readonly accounts: Pick<Accounts, 'snapshotOf'>;
  readonly log: Pick<Log, 'from'>;
}

/**
 * What a client needs to know after a login: who it is, its friends and their presence, its conversations with their unread
 * counts, and the messages that it has not acked, the oldest first. Bounded; `more` says that there is more than this.
 * One request; then, side by side, one for each 100 friends and one for each of up to LOGIN_CONVERSATIONS_READ_MAX
 * conversations with news.
 */
export async function loginSnapshot(ports: SnapshotPorts, userId: UserId): Promise<ReplyFields> {
  const snapshot = await ports.accounts.snapshotOf(userId);
  const newestFirst = snapshot.inbox.toSorted((one, other) => other.at - one.at);
  const [circle, missed] = await Promise.all([
    readCircle(ports, userId, snapshot),
    readMissed(ports.log, newestFirst.toReversed()),
  ]);
  const conversations = firstBytes(
    newestFirst.slice(0, LOGIN_CONVERSATIONS_MAX).map(toConversation),
    LOGIN_CONVERSATIONS_BYTES_MAX,
  );
  const room = LOGIN_BYTES_MAX - bytesOf(circle) - bytesOf(conversations);
  const messages = firstBytes(missed, Math.min(room, LOGIN_MESSAGES_BYTES_MAX));
  return {
    user: userId,
    createdAt: snapshot.createdAt,
    devices: snapshot.devices,
    friends: circle.friends,
    requests: circle.requests,
    conversations,
    messages,
    more:
      !snapshot.complete ||
      conversations.length < snapshot.inbox.length ||
      circle.more ||
      areMissing(messages, snapshot.inbox),
  };
}

/**
 * Friends with their presence, and requests. The presence is read after the bind: either this sees a flip, or whoever
 * announces the flip sees this connection.
 */
async function readCircle(ports: SnapshotPorts, userId: UserId, { friends, complete }: Snapshot) {
  // One page of a user with thousands of conversations has not got to the friends.
  const entries = complete ? friends : await readFriends(ports, userId);
  const profiles = await readProfiles(ports, friendsAmong(entries));
  const all = [...profiles.map(toPresence), ...entries.filter(({ state }) => state !== 'friends').map(toRequest)];
  const kept = firstBytes(all, LOGIN_FRIENDS_BYTES_MAX);
  return {
    friends: kept.slice(0, profiles.length),
    requests: kept.slice(profiles.length),
    more: kept.length < all.length,
  };
}

function toRequest({ userId, state, since }: Friend) {
  return { user: userId, state, since };
}

function toConversation({ conversation, lastSeq, ackSeq, readSeq }: InboxEntry): Conversation {
  return { conversation, lastSeq, ackSeq, readSeq, unread: lastSeq - readSeq };
}

async function readMissed(log: Pick<Log, 'from'>, oldestFirst: readonly InboxEntry[]): Promise<readonly Message[]> {
  const pages = await Promise.all(planReads(oldestFirst.filter(hasNews)).map((page) => log.from(page)));
  return pages.flat();
}

function hasNews({ lastSeq, ackSeq }: InboxEntry): boolean {
  return lastSeq > ackSeq;
}

/** Whether any conversation has newer messages than those that were brought. */
function areMissing(messages: readonly Message[], inbox: readonly InboxEntry[]): boolean {
  const reached = new Map(messages.map(({ conversation, seq }) => [conversation, seq]));
  return inbox.filter(hasNews).some(({ conversation, lastSeq }) => (reached.get(conversation) ?? 0) < lastSeq);
}

/** The entries tell how much waits where, so no more is read than one reply may hold. */
function planReads(withNews: readonly InboxEntry[]): readonly LogPage[] {
  let room = LOGIN_MESSAGES_MAX;
  return withNews.slice(0, LOGIN_CONVERSATIONS_READ_MAX).flatMap(({ conversation, lastSeq, ackSeq }) => {
    const limit = Math.min(room, lastSeq - ackSeq);
    room -= limit;
    return limit > 0 ? [{ conversation, fromSeq: ackSeq + 1, limit }] : [];
  });
}

/** The longest run from the start that fits: cutting messages anywhere else would leave a gap in a conversation. */
function firstBytes<T>(list: readonly T[], bytesMax: number): readonly T[] {
  let bytes = 0;
  const cut = list.findIndex((element) => {
    bytes += bytesOf(element) + 1;
    return bytes > bytesMax;
  });
  return cut === -1 ? list : list.slice(0, cut);
}

function bytesOf(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}
