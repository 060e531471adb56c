declare const brand: unique symbol;

type Branded<Name extends string> = string & { readonly [brand]: Name };

/** API Gateway's name for one WebSocket. */
export type ConnectionId = Branded<'ConnectionId'>;

/** The handle that a user chose, normalised: see `handle.ts`. */
export type UserId = Branded<'UserId'>;

export type ConversationId = Branded<'ConversationId'>;

/** The client's own name for a message: unique for its sender in its conversation. */
export type MessageId = Branded<'MessageId'>;

/**
 * The one conversation of two users, the same whoever asks. Handles hold letters, marks and digits only, so `:` parts them.
 */
export function directConversation(one: UserId, other: UserId): ConversationId {
  return (one < other ? `dm:${one}:${other}` : `dm:${other}:${one}`) as ConversationId;
}
