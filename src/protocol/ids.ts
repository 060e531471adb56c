declare const brand: unique symbol;

/** Exported, because declarations that the compiler writes have to name it. */
export interface Brand<Name extends string> {
  readonly [brand]: Name;
}

type Branded<Name extends string> = string & Brand<Name>;

/** API Gateway's name for one WebSocket. */
export type ConnectionId = Branded<'ConnectionId'>;

/** The handle that a user chose, normalised: see `handle.ts`. */
export type UserId = Branded<'UserId'>;

export type ConversationId = Branded<'ConversationId'>;

/** A group's name for machines: whoever knows it may join. */
export type GroupId = Branded<'GroupId'>;

/** The client's own name for a message: unique for its sender in its conversation. */
export type MessageId = Branded<'MessageId'>;

/** A client's mark on a command, which the reply repeats. */
export type Ref = string | number;

const GROUP = 'group:';

export function groupConversation(group: GroupId): ConversationId {
  return `${GROUP}${group}` as ConversationId;
}

/** The group that a conversation belongs to; `undefined` for one of two users. */
export function groupOf(conversation: ConversationId): GroupId | undefined {
  return conversation.startsWith(GROUP) ? (conversation.slice(GROUP.length) as GroupId) : undefined;
}

/** The other one of a conversation of two; `undefined` for a group, and for whoever is not one of the two. */
export function peerOf(conversation: ConversationId, userId: UserId): UserId | undefined {
  const [kind, one, other] = conversation.split(':') as [string, UserId?, UserId?];
  // A client may name one of somebody with themselves, which nobody has.
  if (kind !== 'dm' || one === other) return undefined;
  if (one === userId) return other;
  return other === userId ? one : undefined;
}

/**
 * The one conversation of two users, the same whoever asks. Handles hold letters, marks and digits only, so `:` parts them.
 */
export function directConversation(one: UserId, other: UserId): ConversationId {
  return (one < other ? `dm:${one}:${other}` : `dm:${other}:${one}`) as ConversationId;
}
