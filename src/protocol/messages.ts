import type { ConversationId, GroupId, MessageId, Ref, UserId } from './ids';
import type { Refusal } from './refusal';

/** What an entry of a group's log can be instead of a text: `from` did it. */
export type Change = 'created' | 'joined' | 'left';

/** One entry of a conversation's log: a text, or a change of a group. */
export interface Message {
  readonly conversation: ConversationId;
  readonly seq: number;
  readonly from: UserId;
  readonly text?: string | undefined;
  readonly change?: Change | undefined;
  /** Sent while the one whom it was for had blocked its sender: shown to the sender only. */
  readonly hidden?: true | undefined;
  /** The server's clock, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly id: MessageId;
}

/** What stands in the place of a message from somebody whom the reader has blocked: nothing that its sender wrote. */
export interface HiddenMessage {
  readonly conversation: ConversationId;
  readonly seq: number;
  readonly from: UserId;
  readonly sentAt: number;
  readonly hidden: true;
}

export type SeenMessage = Message | HiddenMessage;

/** How far somebody has got in a conversation. */
export interface Cursors {
  readonly received: number;
  readonly read: number;
}

/** What one user knows of one conversation. */
export interface Conversation {
  readonly conversation: ConversationId;
  readonly lastSeq: number;
  readonly ackSeq: number;
  readonly readSeq: number;
  readonly unread: number;
  /** Of a conversation of two: how far the other one has got. */
  readonly peer?: Cursors | undefined;
}

export type Role = 'owner' | 'member';

/** A group, as its members see it. */
export interface GroupInfo {
  readonly group: GroupId;
  readonly conversation: ConversationId;
  readonly name: string;
  readonly description?: string | undefined;
  /** How many members there are. */
  readonly size: number;
}

/** How far a user has got in a conversation, as others and the user's own devices are told. */
export interface Receipt {
  readonly conversation: ConversationId;
  readonly user: UserId;
  readonly received?: number | undefined;
  readonly read?: number | undefined;
}

/** A user's presence, as those who may watch see it. */
export interface UserPresence {
  readonly user: UserId;
  readonly state: 'online' | 'offline';
  /** When the user last went offline, by the server's clock; absent if never. */
  readonly lastSeen?: number | undefined;
  /** Grows with every flip: of two, the one with the higher version is the newer. */
  readonly version: number;
}

/** How one user stands to another. */
export interface Friendship {
  readonly user: UserId;
  readonly state: 'outgoing' | 'incoming' | 'friends' | 'none';
  /** Only told to whoever did it: true or false where it has just changed. */
  readonly blocked?: boolean | undefined;
  /** Of friends. */
  readonly presence?: Omit<UserPresence, 'user'> | undefined;
}

interface Envelope {
  readonly action?: string | undefined;
  readonly ref?: Ref | undefined;
}

/** The one answer to a command that went well. */
export function encodeReply({ action, ref }: Envelope, fields: object): string {
  return JSON.stringify({ type: 'reply', action, ref, ok: true, ...fields });
}

/** The one answer to a command that was refused. `action` and `ref` are repeated as far as the frame had them. */
export function encodeRefusal({ action, ref }: Envelope, { code, message, retryAfter }: Refusal): string {
  return JSON.stringify({ type: 'error', action, ref, code, message, retryAfter });
}

export function encodeMessageEvent(message: SeenMessage): string {
  return JSON.stringify({ type: 'message', ...message });
}

export function encodePresenceEvent(presence: UserPresence): string {
  return JSON.stringify({ type: 'presence', ...presence });
}

export function encodeFriendEvent(friendship: Friendship): string {
  return JSON.stringify({ type: 'friend', ...friendship });
}

export function encodeReceiptEvent(receipt: Receipt): string {
  return JSON.stringify({ type: 'receipt', ...receipt });
}

export function encodeTypingEvent(typing: { readonly conversation: ConversationId; readonly user: UserId }): string {
  return JSON.stringify({ type: 'typing', ...typing });
}

/** Tells a user's other devices that the user is in a group now, or in it no longer. */
export function encodeGroupEvent(
  group: (GroupInfo & { readonly role: Role }) | (Pick<GroupInfo, 'group' | 'conversation'> & { readonly left: true }),
): string {
  return JSON.stringify({ type: 'group', ...group });
}
