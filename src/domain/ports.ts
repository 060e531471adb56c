/**
 * What the domain needs of the world. One method is one request and one atomic step: it happened or it did not, and
 * counting the calls of an operation is counting its round trips. Loops, retries and choices stand in the domain.
 *
 * `'conflict'` is DynamoDB's word that another transaction holds the item: nothing happened, try again (see `settle`).
 * Anything that no outcome names is thrown: `Refusal('busy')` when AWS is slow or throttles, otherwise a bug.
 */
import type { ConnectionId, ConversationId, MessageId, UserId } from '../protocol/ids';
import type { Message } from '../protocol/messages';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Chance {
  /** From 0 up to, but not including, 1. */
  fraction(): number;
  /** A name for a message whose sender gave it none. */
  messageId(): MessageId;
}

export interface Reporter {
  /** Records a fault that has no reply to go to. */
  report(cause: unknown): void;
}

export interface NewConnection {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly leaseUntil: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
}

export interface Connection {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly leaseUntil: number;
  /** Only when bound. */
  readonly userId?: UserId | undefined;
}

export interface Lease {
  readonly leaseUntil: number;
  /** What each later sign of life buys, in milliseconds. */
  readonly leaseMs: number;
  /** Only if the client promised to speak this often. */
  readonly heartbeatMs?: number | undefined;
}

export type Touched =
  | { readonly state: 'bound'; readonly userId: UserId }
  | { readonly state: 'unbound' | 'absent' | 'conflict' };

export interface Connections {
  /** Writes the row unless there is one: a `$connect` that AWS invokes twice must not wipe a login. */
  open(connection: NewConnection): Promise<'opened' | 'exists'>;
  /** Strongly consistent. */
  find(connectionId: ConnectionId): Promise<Connection | undefined>;
  /** Renews the lease of a bound connection, by its own length from `now`. Never creates the row. */
  touch(connectionId: ConnectionId, now: number): Promise<Touched>;
  /** Deletes the row if it is unbound and, where given, its lease is still the one that was seen. */
  forgetUnbound(
    connectionId: ConnectionId,
    leaseSeen: number | undefined,
  ): Promise<'forgotten' | 'changed' | 'conflict'>;
  /** A user's connections, the oldest first, from the index: it may be behind, so it suggests and never decides. */
  suggestOldest(userId: UserId): Promise<readonly ConnectionId[]>;
}

export interface Binding extends Lease {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
  readonly devicesMax: number;
}

export type BindOutcome =
  | { readonly state: 'bound' | 'absent' | 'taken' | 'conflict' }
  | { readonly state: 'full'; readonly connections: readonly ConnectionId[] };

export interface Release {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
  /** Release only if the lease is still this one. */
  readonly leaseSeen: number | undefined;
  /** Set when the socket stays open after a logout: the row is kept, unbound, until this time. */
  readonly keepUnboundUntil: number | undefined;
  readonly now: number;
}

/** `changed`: the connection is not, or no longer, as the caller saw it. `others`: the user has further devices. */
export type ReleaseOutcome = 'released' | 'changed' | 'others' | 'last' | 'conflict';

export interface Presence {
  /** Maps the connection to the user and makes the user online, in one transaction. Idempotent. */
  bind(binding: Binding): Promise<BindOutcome>;
  /** Unmaps the user's only connection and makes the user offline, in one transaction. */
  releaseLast(release: Release): Promise<Exclude<ReleaseOutcome, 'last'>>;
  /** Unmaps one of several connections, in one transaction; the user stays online. */
  releaseOneOfSeveral(release: Release): Promise<Exclude<ReleaseOutcome, 'others'>>;
  /** Strongly consistent; `undefined` if there is no such user. */
  connectionsOf(userId: UserId): Promise<readonly ConnectionId[] | undefined>;
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
  readonly friends: readonly UserId[];
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

export interface Sockets {
  /** Sends text. `failed`: refused or not answered in time; whether it arrived is not known. */
  push(connectionId: ConnectionId, text: string): Promise<'delivered' | 'gone' | 'failed'>;
  /** Asks API Gateway, sending nothing. */
  probe(connectionId: ConnectionId): Promise<'open' | 'gone' | 'unknown'>;
  close(connectionId: ConnectionId): Promise<'closed' | 'gone' | 'failed'>;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** The same work whether or not there is a hash to compare with. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** A fresh secret, for signing one user's tokens. */
  newKey(): string;
}
