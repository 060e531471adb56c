/** The ports to what the table `Chat` holds, beside presence: accounts, friends, messages and inboxes. See `ports.ts`. */
import type { ConversationId, UserId } from '../protocol/ids';
import type { Message } from '../protocol/messages';

/** How one user stands to another: has asked them, was asked by them, or is their friend. */
export type FriendState = 'outgoing' | 'incoming' | 'friends';

export interface Friend {
  readonly userId: UserId;
  readonly state: FriendState;
  /** When it became so. */
  readonly since: number;
}

/** Two users, of whom the first one acts. */
export interface Pair {
  readonly userId: UserId;
  readonly other: UserId;
}

export interface FriendsPage {
  readonly userId: UserId;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly from?: UserId | undefined;
}

/** Every write is one transaction over both users' sides, which so never contradict each other. */
export interface Friends {
  /** How `userId` stands to `other`; strongly consistent. */
  find(pair: Pair): Promise<Friend | undefined>;
  /** Notes a request, if there is nothing between the two. `absent`: there is no such other user. */
  ask(pair: Pair, now: number): Promise<'asked' | 'absent' | 'changed' | 'conflict'>;
  /** Makes friends of the two, if `other` has asked. */
  accept(pair: Pair, now: number): Promise<'accepted' | 'changed' | 'conflict'>;
  /** Ends whatever there is between the two: a friendship, or a request of either. */
  remove(pair: Pair): Promise<'removed' | 'absent' | 'conflict'>;
  /** Friends and requests, in the order of their handles; strongly consistent. */
  page(page: FriendsPage): Promise<{ readonly friends: readonly Friend[]; readonly next?: UserId | undefined }>;
  /** How many of each state; may be behind, and stops at one page: for bounds that need not be sharp. */
  count(userId: UserId): Promise<Readonly<Record<FriendState, number>>>;
}

export interface NewAccount {
  readonly userId: UserId;
  readonly passwordHash: string;
  readonly tokenKey: string;
  readonly now: number;
}

export interface InboxEntry {
  readonly conversation: ConversationId;
  readonly lastSeq: number;
  readonly ackSeq: number;
  readonly readSeq: number;
  /** When the last message came. */
  readonly at: number;
}

export interface Snapshot {
  readonly devices: number;
  readonly createdAt: number;
  /** Friends, and requests of both directions, in the order of their handles. */
  readonly friends: readonly Friend[];
  readonly inbox: readonly InboxEntry[];
  /** False when the user has more entries than one Query holds. */
  readonly complete: boolean;
}

export interface Accounts {
  create(account: NewAccount): Promise<'created' | 'taken' | 'conflict'>;
  passwordHashOf(userId: UserId): Promise<string | undefined>;
  /** Strongly consistent: what was written before is in it (DESIGN.md §5, M-order). */
  snapshotOf(userId: UserId): Promise<Snapshot>;
}

export interface LogPage {
  readonly conversation: ConversationId;
  readonly fromSeq: number;
  readonly limit: number;
}

export interface Log {
  /** The newest message; strongly consistent. */
  head(conversation: ConversationId): Promise<Message | undefined>;
  /** Messages from `fromSeq` on, oldest first; strongly consistent. */
  from(page: LogPage): Promise<readonly Message[]>;
  /** Writes the message at its seq unless that is taken. */
  put(message: Message): Promise<'stored' | 'taken' | 'conflict'>;
}

export interface Arrival {
  readonly userId: UserId;
  readonly message: Message;
}

export interface Cursor {
  readonly userId: UserId;
  readonly conversation: ConversationId;
  readonly name: 'ackSeq' | 'readSeq';
  readonly seq: number;
}

export interface Inboxes {
  /** Makes the user's entry know of the message, unless it knows of a newer one. Who sent it has read it. */
  arrive(arrival: Arrival): Promise<'arrived' | 'known' | 'conflict'>;
  /** Moves a cursor forward, never back and never past the last message. */
  advance(cursor: Cursor): Promise<'advanced' | 'already' | 'beyond' | 'absent' | 'conflict'>;
}
