import type { ConnectionId, ConversationId, GroupId, MessageId, UserId } from './ids';
import type {
  Conversation,
  Cursors,
  Friendship,
  GroupInfo,
  Receipt,
  Role,
  SeenMessage,
  UserPresence,
} from './messages';

/** Somebody who is asked to be a friend, or asks. */
export interface FriendRequest {
  readonly user: UserId;
  readonly state: 'outgoing' | 'incoming';
  /** The server's clock, in milliseconds since 1970. */
  readonly since: number;
}

export interface GroupMember {
  readonly user: UserId;
  readonly role: Role;
}

/** A group, as a login describes it. */
export interface ListedGroup extends GroupInfo {
  readonly role?: Role | undefined;
  /** Of the newest groups, the first members. `members` has the rest. */
  readonly members?: readonly GroupMember[] | undefined;
}

/** One of the connections on which a user is logged in. */
export interface Device {
  readonly connection: ConnectionId;
  readonly connectedAt?: number | undefined;
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The one that asks. */
  readonly current?: true | undefined;
}

/** Logs its user in, in the place of the password. */
export interface Token {
  readonly token: string;
  /** The server's clock, in milliseconds since 1970. */
  readonly tokenExpiresAt: number;
}

/** What a login brings. No token where an identity provider vouches for the user. */
export interface Snapshot extends Partial<Token> {
  readonly user: UserId;
  readonly createdAt?: number | undefined;
  /** On how many connections the user is logged in, this one included. */
  readonly devices: number;
  readonly friends: readonly UserPresence[];
  readonly requests: readonly FriendRequest[];
  readonly blocked: readonly UserId[];
  readonly groups: readonly ListedGroup[];
  /** The newest first. */
  readonly conversations: readonly Conversation[];
  readonly messages: readonly SeenMessage[];
  /** Something was left out: `sync` brings it. */
  readonly more: boolean;
}

/** A page of a log, in order. */
export interface MessagePage {
  readonly messages: readonly SeenMessage[];
  /** There are others that way. */
  readonly more: boolean;
}

/** A message's place in its log. */
export interface StoredMessage {
  readonly conversation: ConversationId;
  readonly seq: number;
  readonly id: MessageId;
  readonly sentAt: number;
}

/** What the reply to each action has beside its envelope. PROTOCOL.md says what it means. */
export interface Replies {
  readonly reg: { readonly user: UserId };
  readonly login: Snapshot;
  readonly logout: object;
  readonly passwd: Token;
  readonly ping: object;
  readonly chat: StoredMessage;
  readonly history: MessagePage & { readonly conversation: ConversationId; readonly peer?: Cursors | undefined };
  readonly sync: MessagePage;
  readonly ack: { readonly conversation: ConversationId };
  readonly typing: object;
  readonly createGroup: GroupInfo & { readonly seq: number };
  readonly joinGroup: GroupInfo & { readonly role: Role; readonly joinedSeq: number };
  readonly leaveGroup: { readonly group: GroupId; readonly conversation: ConversationId };
  readonly members: GroupInfo & MemberPage;
  readonly block: Friendship & { readonly blocked: boolean };
  readonly presence: { readonly presence: readonly UserPresence[] };
  readonly devices: { readonly devices: readonly Device[] };
  readonly addFriend: Friendship;
  readonly removeFriend: Friendship;
}

interface MemberPage {
  /** One's own. */
  readonly role: Role;
  readonly members: readonly GroupMember[];
  readonly more: boolean;
}

/** What each event has beside its `type`. */
export interface Events {
  readonly message: SeenMessage;
  readonly receipt: Receipt;
  readonly typing: { readonly conversation: ConversationId; readonly user: UserId };
  readonly group:
    | (GroupInfo & { readonly role: Role })
    | (Pick<GroupInfo, 'group' | 'conversation'> & { readonly left: true });
  readonly presence: UserPresence;
  readonly friend: Friendship;
}
