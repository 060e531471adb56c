import type { UserId } from '../protocol/ids';
import {
  LOGIN_CONVERSATIONS_MAX,
  LOGIN_CONVERSATIONS_READ_MAX,
  LOGIN_MESSAGES_BYTES_MAX,
  LOGIN_MESSAGES_MAX,
} from '../protocol/limits';
import type { Conversation, Message, ReplyFields } from '../protocol/messages';
import { utf8Length } from '../protocol/text';
import type { Accounts, InboxEntry, Log, LogPage } from './ports';

export interface SnapshotPorts {
  readonly accounts: Pick<Accounts, 'snapshotOf'>;
  readonly log: Pick<Log, 'from'>;
}

/**
 * What a client needs to know after a login: who it is, its conversations with their unread counts, and the messages that
 * it has not acked, the oldest first. Bounded; `more` says that there is more than this.
 * One request, and one more for each of up to LOGIN_CONVERSATIONS_READ_MAX conversations with news, in parallel.
 */
export async function loginSnapshot(ports: SnapshotPorts, userId: UserId): Promise<ReplyFields> {
  const { devices, createdAt, friends, inbox, complete } = await ports.accounts.snapshotOf(userId);
  const newestFirst = inbox.toSorted((one, other) => other.at - one.at);
  const missed = await readMissed(ports.log, newestFirst.toReversed());
  return {
    user: userId,
    createdAt,
    devices,
    friends: friends.map(({ userId }) => userId),
    conversations: newestFirst.slice(0, LOGIN_CONVERSATIONS_MAX).map(toConversation),
    messages: missed.messages,
    more: missed.more || !complete || inbox.length > LOGIN_CONVERSATIONS_MAX,
  };
}

function toConversation({ conversation, lastSeq, ackSeq, readSeq }: InboxEntry): Conversation {
  return { conversation, lastSeq, ackSeq, readSeq, unread: lastSeq - readSeq };
}

interface Missed {
  readonly messages: readonly Message[];
  readonly more: boolean;
}

async function readMissed(log: Pick<Log, 'from'>, oldestFirst: readonly InboxEntry[]): Promise<Missed> {
  const withNews = oldestFirst.filter(({ lastSeq, ackSeq }) => lastSeq > ackSeq);
  const pages = await Promise.all(planReads(withNews).map((page) => log.from(page)));
  const messages = withinBounds(pages.flat());
  const reached = new Map(messages.map(({ conversation, seq }) => [conversation, seq]));
  const more = withNews.some(({ conversation, lastSeq }) => (reached.get(conversation) ?? 0) < lastSeq);
  return { messages, more };
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

/** The longest run from the start that one reply can carry: cutting anywhere else would leave a gap in a conversation. */
function withinBounds(messages: readonly Message[]): readonly Message[] {
  let bytes = 0;
  const cut = messages.findIndex((message) => {
    bytes += utf8Length(JSON.stringify(message));
    return bytes > LOGIN_MESSAGES_BYTES_MAX;
  });
  return cut === -1 ? messages : messages.slice(0, cut);
}
