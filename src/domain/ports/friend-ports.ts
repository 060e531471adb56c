/** What the domain needs of friendships and blocks. The rules of `ports.ts` hold here too: one method is one request. */
import type { ConversationId, UserId } from '../../protocol/ids';

/** How one user stands to another: has asked them, was asked by them, or is their friend. */
export type FriendState = 'outgoing' | 'incoming' | 'friends';

export interface Friend {
  readonly userId: UserId;
  /** `none`: there is nothing but a block. */
  readonly state: FriendState | 'none';
  /** When it became so. */
  readonly since: number;
  /** The user has blocked this one, who must not notice. */
  readonly blocked?: true | undefined;
  /** The other way round: this one shows the user nothing newer than this. */
  readonly frozen?: Frozen | undefined;
}

/** The presence that a blocked friend is shown: offline since the block, or since before. */
export interface Frozen {
  readonly lastSeen?: number | undefined;
  readonly version: number;
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
  /** Ends whatever there is between the two: a friendship, or a request of either. `changed`: a block stands, or does not. */
  remove(removal: Removal): Promise<'removed' | 'absent' | 'changed' | 'conflict'>;
  /** Friends and requests, in the order of their handles; strongly consistent. */
  page(page: FriendsPage): Promise<{ readonly friends: readonly Friend[]; readonly next?: UserId | undefined }>;
  /** How many of each state; may be behind, and stops at one page: for bounds that need not be sharp. */
  count(userId: UserId): Promise<Readonly<Record<FriendState | 'blocked', number>>>;
}

export interface Removal extends Pair {
  /** Whose side keeps a block: whether this user has blocked the other one, or the other way round. */
  readonly blocks: { readonly mine: boolean; readonly theirs: boolean };
}

/** Who blocks whom: in a pair, `userId` does it to `other`. */
export interface Unblocking extends Pair {
  /** The conversation of the two. */
  readonly conversation: ConversationId;
  /** How the blocker stood to the other one. */
  readonly stateSeen: Friend['state'];
}

export interface Blocking extends Unblocking {
  readonly now: number;
  /** What the blocked one is shown from now on, if there is something between the two. */
  readonly frozen: Frozen;
  /** The version of the blocker's presence from which `frozen` was made. */
  readonly versionSeen: number;
}

/** Each is one transaction over everything that a block changes, and `changed` if the two do not stand as they were seen. */
export interface Blocks {
  block(blocking: Blocking): Promise<'blocked' | 'changed' | 'conflict'>;
  /** Makes the blocker's presence newer than the frozen one, too. */
  unblock(unblocking: Unblocking): Promise<'unblocked' | 'changed' | 'conflict'>;
}
