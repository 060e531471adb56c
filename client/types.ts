/** The public types. What goes over the wire is derived from the protocol's own definitions; ids are plain strings here. */
import type { ConnectionId, ConversationId, GroupId, MessageId, UserId } from '../src/protocol/ids';
import type { Message as ProtocolMessage } from '../src/protocol/messages';
import type { RefusalCode } from '../src/protocol/refusal';
import type { Events, Replies } from '../src/protocol/replies';

/** What can be asked for has a reply. The schemas of commands would bring a library with their types. */
export type Action = keyof Replies;

type Branded = ConnectionId | ConversationId | GroupId | MessageId | UserId;

/** The server brands its ids, so as not to mix them up; whoever uses the client has them from there, and passes strings. */
export type Plain<T> = T extends Branded
  ? string
  : T extends string | number | boolean | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : { readonly [Key in keyof T]: Plain<T[Key]> };

type SeenFields = Pick<ProtocolMessage, 'conversation' | 'seq' | 'from' | 'sentAt' | 'text' | 'change'>;
type Reply<A extends Action> = Plain<Replies[A]>;

/** An entry of a conversation: a text, a `change` of a group, or the place of one that is `hidden`. */
export type Message = Plain<SeenFields & Partial<Pick<ProtocolMessage, 'id' | 'hidden'>>>;
export type Presence = Plain<Events['presence']>;
export type Friendship = Plain<Events['friend']>;
export type FriendRequest = Reply<'login'>['requests'][number];
export type Receipt = Plain<Events['receipt']>;
export type Typing = Plain<Events['typing']>;
export type GroupEvent = Plain<Events['group']>;
export type Group = Reply<'login'>['groups'][number];
export type Conversation = Reply<'login'>['conversations'][number];
export type Device = Reply<'devices'>['devices'][number];
export type Members = Reply<'members'>;
export interface HistoryPage extends Omit<Reply<'history'>, 'messages'> {
  readonly messages: readonly Message[];
}
/** A message's place in its log. */
export type Stored = Reply<'chat'>;

/** What a login brings, the secret included. */
export type Snapshot = Reply<'login'>;

export type { RefusalCode };

/** Whom a message is for: a user, or a group that one is a member of. */
export type Target = { readonly to: string; readonly group?: never } | { readonly group: string; readonly to?: never };

export type Credentials =
  | { readonly user: string; readonly password: string; readonly token?: never }
  | { readonly token: string; readonly user?: never; readonly password?: never };

/** Ends the wait, not necessarily what is waited for: a command that was sent may still be carried out. */
export interface Waits {
  readonly signal?: AbortSignal | undefined;
}

/** A page of a conversation's log, before or after a seq. */
export interface PageFields {
  readonly conversation: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

export interface GroupFields {
  readonly name: string;
  readonly description?: string | undefined;
  readonly id?: string | undefined;
}

export interface DevicesFields {
  readonly revoke?: string | undefined;
}

/** Everything that is known about oneself: a login's snapshot, kept up to date by events. Replaced, never changed. */
export interface Me
  extends Pick<Snapshot, 'user' | 'createdAt' | 'friends' | 'requests' | 'blocked' | 'groups' | 'conversations'> {}

/** Why the chat is not connected, or had to connect again. */
export type Reason =
  /** Nobody is logged in: `login` or `register` connects. */
  | { readonly code: 'logged_out' }
  /** The server refused the login, for good: a wrong password, or a token that has expired or was revoked. Nothing is tried again. */
  | { readonly code: 'login_refused'; readonly refusal: RefusalCode }
  /** `close` was called, or the signal was aborted. */
  | { readonly code: 'ended' }
  /** The first attempt is under way. */
  | { readonly code: 'starting' }
  /** The browser says that there is no network. */
  | { readonly code: 'offline' }
  /** The option `identity` gave no token: the event `error` has why. It is asked again. */
  | { readonly code: 'no_identity' }
  /** No connection could be opened, or no login was answered in time. */
  | { readonly code: 'unreachable' }
  /** The server is silent: a ping was not answered. */
  | { readonly code: 'no_reply' }
  /** The server did not know this connection any more: it had believed us gone. */
  | { readonly code: 'forgotten' }
  /** 1001: idle, two hours old, or the gateway is shutting down. */
  | { readonly code: 'going_away'; readonly closeCode: number }
  /** 1009: something was longer than API Gateway takes. */
  | { readonly code: 'too_big'; readonly closeCode: number }
  /**
   * 1000: the server has ended this connection. If it knew us well, the user was signed out here by another device, or had too many;
   * then nothing is tried again. Otherwise it had believed us gone.
   */
  | { readonly code: 'ended_by_server'; readonly closeCode: number }
  /** 44xx: what stands in front of the server will not have us. Nothing is tried again before the next `login`. */
  | { readonly code: 'rejected'; readonly closeCode: number }
  /** Any other close, mostly 1006: the network broke. */
  | { readonly code: 'closed'; readonly closeCode: number }
  /** The server could not log us in just now. */
  | { readonly code: 'busy'; readonly refusal: RefusalCode };

export type ChatState =
  | { readonly state: 'connected' }
  | { readonly state: 'connecting'; readonly reason: Reason }
  | {
      readonly state: 'disconnected';
      readonly reason: Reason;
      /** When it is tried again, in milliseconds since 1970 by this machine's clock; absent if it is not. */
      readonly nextAttemptAt?: number | undefined;
    };

/** Beside the server's codes: what only a client meets. */
export type ClientCode =
  /** The option `identity` gave no token, or none that fits into an address. */
  | 'no_identity'
  /** The chat was ended while something waited. */
  | 'ended'
  /** A command was tried several times, and never answered. */
  | 'no_reply'
  /** What stands in front of the server has closed with 44xx. */
  | 'rejected'
  /** The user has logged out, or another one has logged in, while something waited. */
  | 'logged_out'
  /** Too many commands or messages wait already. */
  | 'too_many'
  /** A message was taken back before it was sent. */
  | 'cancelled'
  /** The storage cannot be read or written: what is queued is lost when the page is closed. */
  | 'storage_failed'
  /** A consumer of `messages()` is too far behind. */
  | 'too_slow';

export type ErrorCode = RefusalCode | ClientCode;

/** A message that waits to be stored. */
export interface Draft {
  readonly id: string;
  readonly conversation: string;
  readonly target: Target;
  readonly text: string;
  /** `queued`: never sent. `sending`: sent, and it is not known yet whether it was stored. */
  readonly state: 'queued' | 'sending';
}

/** A draft, for whoever has written it. */
export interface Sending {
  readonly draft: Draft;
  /** Resolves when the message is stored, for all who are in the conversation. Rejects with a {@link ChatError} if it is refused. */
  readonly stored: Promise<Stored>;
  /** Takes it back if it was never sent. @returns whether it was. */
  cancel(): boolean;
}

/** What became of a draft. */
export type DraftEvent =
  | { readonly change: 'queued' | 'sending' | 'cancelled'; readonly draft: Draft }
  | { readonly change: 'stored'; readonly draft: Draft; readonly stored: Stored }
  | { readonly change: 'refused'; readonly draft: Draft; readonly code: ErrorCode };

export interface ChatEvents {
  /** Whether one is connected has changed. */
  readonly state: ChatState;
  /** Logged in, or logged out (`undefined`); or the login was refused. */
  readonly login: { readonly user: string } | { readonly user: undefined; readonly refusal?: RefusalCode | undefined };
  /** `chat.me` was replaced. */
  readonly me: Me | undefined;
  /** The next entry of its conversation: each once, in order, without a gap. One's own come too, when they are stored. */
  readonly message: Message;
  readonly draft: DraftEvent;
  /** A friend went online or offline: only what is newer than what was known. */
  readonly presence: Presence;
  readonly friend: Friendship;
  readonly receipt: Receipt;
  readonly typing: Typing;
  readonly group: GroupEvent;
  /** What nobody waits for has failed. */
  readonly error: Error;
}

export type Listener<Type extends keyof ChatEvents> = (event: ChatEvents[Type]) => void;

/** What survives a reload, in one record. Opaque to storages; it is plain data (JSON, structured clone). */
export interface Kept {
  readonly session?: Session | undefined;
  /** By user: the outbox, and how far each conversation was shown. */
  readonly users: Readonly<Record<string, KeptUser>>;
}

export interface Session {
  readonly user: string;
  /** Absent where the option `identity` brings one for each connection. */
  readonly token?: string | undefined;
  /** By the server's clock. */
  readonly expiresAt?: number | undefined;
}

export interface KeptUser {
  readonly drafts: readonly KeptDraft[];
  readonly cursors: Readonly<Record<string, number>>;
}

export interface KeptDraft {
  readonly conversation: string;
  readonly target: { readonly to: string } | { readonly group: string };
  readonly text: string;
  readonly id: string;
  readonly after?: number | undefined;
  readonly isPinned?: true | undefined;
}

/** Where one device keeps what must survive. No two devices may share what one storage loads. */
export interface ClientStorage {
  /** Called once, before anything is saved. */
  load(): Promise<Kept | undefined>;
  /** Replaces what is kept, as one: it has happened when the promise resolves. Never called while another call is pending. */
  save(kept: Kept): Promise<void>;
  /**
   * Where several devices share one storage: moves what those that are gone have left of this user to `kept`, and writes both as one.
   * @returns what is kept then.
   */
  claim?(user: string, kept: Kept): Promise<Kept>;
  /** Nothing more is loaded or saved. */
  close?(): void;
}

/** The part of a WebSocket that is used: the browser's, Node's (from 22 on) and that of `ws` have it. */
export interface ClientSocket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  readonly readyState: number;
  send(frame: string): void;
  close(code?: number): void;
}

export type WebSocketConstructor = new (url: string) => ClientSocket;

/** Time, chance, and what wakes a client: replaced in tests. */
export interface Environment {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970: for `nextAttemptAt`, and nothing else. */
  wallClock(): number;
  /** Runs it once, no earlier than in so many milliseconds. @returns what takes it back. */
  timer(ms: number, run: () => void): () => void;
  /** At least 0, below 1. */
  random(): number;
  /** Never the same twice, on any device: 1 to 64 printable ASCII characters. */
  newId(): string;
  /** Tells that the network is back, or somebody looks again. @returns what ends it. */
  onWake(listener: () => void): () => void;
  isOffline(): boolean;
}

export interface ConnectOptions {
  /** Absent: who was logged in here before is again; or nobody, until `login` or `register`. */
  readonly login?: Credentials | undefined;
  /**
   * Where users come from an identity provider: asked for a fresh token before each connection, which is opened with it. Whoever that is, is
   * logged in at once, and again after `login()`. If it rejects, it is asked again after a pause. Never kept.
   */
  readonly identity?: (() => Promise<string>) | undefined;
  /** In seconds, what the server is promised. Default 60: less is not kept in a background tab. */
  readonly heartbeat?: number | undefined;
  /** In seconds, the age at which a connection is replaced by a new one. Default 6,600: API Gateway closes it after 7,200. */
  readonly rolloverAfter?: number | undefined;
  /** Default: {@link memoryStorage}, which keeps nothing. */
  readonly storage?: ClientStorage | undefined;
  /** Needed where there is no global one (Node 20): pass that of `ws`. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** Ends the chat. */
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Environment | undefined;
}

export interface Chat {
  readonly state: ChatState['state'];
  /** Of `disconnected` and `connecting`. */
  readonly reason: Reason | undefined;
  readonly nextAttemptAt: number | undefined;
  /** Resolves when the storage has been read: from then on `user`, `drafts` and `entries` are what they were. Never rejects. */
  readonly opened: Promise<void>;
  /** Who is logged in, or will be as soon as there is a connection. */
  readonly user: string | undefined;
  /** As of the last connection; `undefined` before the first, and when logged out. */
  readonly me: Me | undefined;

  /** Creates the account, and logs in. */
  register(account: { readonly user: string; readonly password: string }, waits?: Waits): Promise<Me>;
  /** Logs in, as another user too; without credentials, by the option `identity`. Waits for a connection; a refusal is final. */
  login(credentials?: Credentials, waits?: Waits): Promise<Me>;
  /** Forgets the token at once, connected or not. What is queued waits for the same user's next login. */
  logout(options?: Waits & { readonly everywhere?: boolean | undefined }): Promise<void>;

  /** All other devices are signed out. */
  changePassword(change: { readonly password: string; readonly newPassword: string }, waits?: Waits): Promise<void>;

  /**
   * Queues a message: durable as far as the storage is, sent as soon as there is a connection, stored once, in order.
   * Throws `not_logged_in` where there is no user, and `text_too_long` for what no frame could hold. The signal takes back
   * what was never sent, and ends the wait.
   */
  send(target: Target, text: string, waits?: Waits): Sending;
  /** What waits to be stored, in the order of writing. Replaced, never changed. */
  readonly drafts: readonly Draft[];
  /** Takes a draft back that was never sent. @returns whether it was. */
  cancel(draft: Pick<Draft, 'conversation' | 'id'>): boolean;

  /** What was shown of a conversation, in order, without a gap: since the start, and what `loadOlder` has put before it. */
  entries(conversation: string): readonly Message[];
  /** Puts the page before what was shown. @returns whether there is more. */
  loadOlder(conversation: string, options?: Waits & { readonly limit?: number | undefined }): Promise<boolean>;
  /** A page, as the server has it. `entries` and cursors stay as they are. */
  history(page: PageFields, waits?: Waits): Promise<HistoryPage>;
  /** The conversation with a user, or of a group, whether it has begun or not. */
  conversationOf(target: Target): string;

  /** Everything up to this seq has been seen by the user. Told to the server as soon as there is a connection. */
  read(conversation: string, seq: number): void;
  /** Shown to those who are online now, or to nobody. */
  typing(target: Target): void;
  presence(users: readonly string[], waits?: Waits): Promise<readonly Presence[]>;
  /** One's connections; `revoke` ends one of them before. */
  devices(options?: Waits & DevicesFields): Promise<readonly Device[]>;

  addFriend(user: string, waits?: Waits): Promise<Friendship>;
  removeFriend(user: string, waits?: Waits): Promise<Friendship>;
  block(user: string, waits?: Waits): Promise<Friendship>;
  unblock(user: string, waits?: Waits): Promise<Friendship>;

  createGroup(group: GroupFields, waits?: Waits): Promise<Reply<'createGroup'>>;
  joinGroup(group: string, waits?: Waits): Promise<Reply<'joinGroup'>>;
  leaveGroup(group: string, waits?: Waits): Promise<void>;
  members(group: string, options?: Waits & { readonly after?: string | undefined }): Promise<Members>;

  /** @returns what ends it. */
  on<Type extends keyof ChatEvents>(type: Type, listener: Listener<Type>): () => void;
  /** The messages from now on, of one conversation or of all. Ends with the chat, or with the signal. */
  messages(options?: Waits & { readonly conversation?: string | undefined }): AsyncIterable<Message>;

  /** Tries at once to connect, or asks whether the connection is still alive. */
  wake(): void;
  /** Ends the chat: waits for what is being saved, closes the socket, and rejects what waits with `ended`. */
  close(): Promise<void>;
}
