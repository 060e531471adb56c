/** The part of the protocol that the client's core reads and writes (PROTOCOL.md). */

/** An entry of a conversation's log: a message, a change of a group, or the place of a message that is hidden. */
export interface Entry {
  readonly conversation: string;
  readonly seq: number;
  readonly from: string;
  readonly text?: string | undefined;
  readonly change?: 'created' | 'joined' | 'left' | undefined;
  readonly hidden?: true | undefined;
  readonly sentAt: number;
  /** The sender's own name for it; absent where it is hidden. */
  readonly id?: string | undefined;
}

export type Target = { readonly to: string } | { readonly group: string };

export type Outgoing =
  | ({
      readonly action: 'chat';
      readonly ref: string;
      readonly text: string;
      readonly id: string;
      readonly after: number;
    } & Target)
  | { readonly action: 'history'; readonly ref: string; readonly conversation: string; readonly after: number }
  | { readonly action: 'ack'; readonly conversation: string; readonly received: number };

/** What a login says about one conversation. */
export interface Listed {
  readonly conversation: string;
  readonly lastSeq: number;
  readonly ackSeq: number;
}

export interface LoginReply {
  readonly user: string;
  readonly conversations: readonly Listed[];
  readonly messages: readonly Entry[];
}

/** A reply or an error; only the members that are read. */
export interface Reply {
  readonly type: 'reply' | 'error';
  readonly ref?: string | number | undefined;
  readonly code?: string | undefined;
  /** In seconds. */
  readonly retryAfter?: number | undefined;
  readonly conversation?: string | undefined;
  readonly seq?: number | undefined;
  readonly sentAt?: number | undefined;
  readonly messages?: readonly Entry[] | undefined;
  readonly more?: boolean | undefined;
}
