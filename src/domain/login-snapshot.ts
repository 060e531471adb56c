import type { UserId } from '../protocol/ids';
import {
  LOGIN_CONVERSATIONS_MAX,
  LOGIN_CONVERSATIONS_READ_MAX,
  LOGIN_MESSAGES_BYTES_MAX,
  LOGIN_MESSAGES_MAX,
} from '../protocol/limits';
import type { Conversation, Message, ReplyFields } from '../protocol/messages';
import { utf8Length } from '../protocol/text';
import type { Accounts, InboxEntry, Log } from './ports';

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
    friends,
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
  const pages = await Promise.all(
    withNews
      .slice(0, LOGIN_CONVERSATIONS_READ_MAX)
      .map(({ conversation, ackSeq }) => log.from({ conversation, fromSeq: ackSeq + 1, limit: LOGIN_MESSAGES_MAX })),
  );
  const messages = withinBounds(pages.flat());
  // A log may have grown since the inbox was read: counting what the entries promised is enough to know what was left out.
  const promised = withNews.reduce((sum, { lastSeq, ackSeq }) => sum + lastSeq - ackSeq, 0);
  return { messages, more: messages.length < promised };
}

/** The longest run from the start that one reply can carry: cutting anywhere else would leave a gap in a conversation. */
function withinBounds(messages: readonly Message[]): readonly Message[] {
  let bytes = 0;
  const cut = messages.findIndex((message, index) => {
    bytes += utf8Length(JSON.stringify(message));
    return index >= LOGIN_MESSAGES_MAX || bytes > LOGIN_MESSAGES_BYTES_MAX;
  });
  return cut === -1 ? messages : messages.slice(0, cut);
}
