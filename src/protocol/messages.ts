import type { Ref } from './fields';
import type { ConversationId, MessageId, UserId } from './ids';
import type { Refusal } from './refusal';

/** One entry of a conversation's log, as clients see it. */
export interface Message {
  readonly conversation: ConversationId;
  readonly seq: number;
  readonly from: UserId;
  readonly text: string;
  /** The server's clock, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly id: MessageId;
}

/** What one user knows of one conversation. */
export interface Conversation {
  readonly conversation: ConversationId;
  readonly lastSeq: number;
  readonly ackSeq: number;
  readonly readSeq: number;
  readonly unread: number;
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
  /** Of friends. */
  readonly presence?: Omit<UserPresence, 'user'> | undefined;
}

export type ReplyFields = Readonly<Record<string, unknown>>;

interface Envelope {
  readonly action?: string | undefined;
  readonly ref?: Ref | undefined;
}

/** The one answer to a command that went well. */
export function encodeReply({ action, ref }: Envelope, fields: ReplyFields): string {
  return JSON.stringify({ type: 'reply', action, ref, ok: true, ...fields });
}

/** The one answer to a command that was refused. `action` and `ref` are repeated as far as the frame had them. */
export function encodeRefusal({ action, ref }: Envelope, refusal: Refusal): string {
  return JSON.stringify({ type: 'error', action, ref, code: refusal.code, message: refusal.message });
}

export function encodeMessageEvent(message: Message): string {
  return JSON.stringify({ type: 'message', ...message });
}

export function encodePresenceEvent(presence: UserPresence): string {
  return JSON.stringify({ type: 'presence', ...presence });
}

export function encodeFriendEvent(friendship: Friendship): string {
  return JSON.stringify({ type: 'friend', ...friendship });
}
