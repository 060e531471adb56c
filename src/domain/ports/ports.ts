/**
 * What the domain needs of the world. One method is one request and one atomic step: it happened or it did not, and
 * counting the calls of an operation is counting its round trips. Loops, retries and choices stand in the domain.
 *
 * `'conflict'` is DynamoDB's word that another transaction holds the item: nothing happened, try again (see `settle`).
 * Anything that no outcome names is thrown: `Refusal('busy')` when AWS is slow or throttles, otherwise a bug.
 */
import type { ConnectionId, GroupId, MessageId, UserId } from '../../protocol/ids';

export type * from './chat-ports';

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
  /** A name for a group, which nobody can guess: whoever knows it may join. */
  groupId(): GroupId;
}

export interface Reporter {
  /** Records a fault that has no reply to go to. */
  report(cause: unknown): void;
}

/** What whoever deploys may tune: props of the stack's `ChatApi`, which reach a Lambda by its environment. */
export interface Settings {
  /** The lease of a client that promised no heartbeats. */
  readonly leaseMs: number;
  /** How long a connection may stay without a login. */
  readonly loginGraceMs: number;
  /** Connections of one user; the oldest yields beyond. */
  readonly devicesMax: number;
  /** Members of a group who are told before the reply; absent: DIRECT_MEMBERS_MAX. */
  readonly directMembersMax?: number;
  /** How long messages are kept; absent: for ever. */
  readonly retentionMs?: number | undefined;
  /** False: users are known by their connection's identity only. Absent: true. */
  readonly passwords?: boolean | undefined;
  /** How much may be asked for; absent: DEFAULT_RATES. */
  readonly rates?: Rates | undefined;
}

/** How fast an account is charged, and how far it may run into debt. Debts are paid off by time: a millisecond in each millisecond. */
export interface Rate {
  /** The debt that one command makes. */
  readonly costMs: number;
  readonly debtMaxMs: number;
}

export interface Rates {
  readonly connection: Rate;
  /** Of all connections of one user together. */
  readonly user: Rate;
  /** Commands for which a user's account is charged at once. */
  readonly prepaid: number;
  /** Refusals without a moment free of debt, after which a connection is closed. */
  readonly refusalsMax: number;
}

export interface Tuned {
  readonly settings: Settings;
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
  /** Only if its client promised to speak this often. */
  readonly heartbeatMs?: number | undefined;
  /** When its client was last heard; absent until it logs in or speaks. */
  readonly heardAt?: number | undefined;
}

/** A connection as its user is shown it. */
export interface Device {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
}

/** One page of a parallel scan: of `segments` workers, each reads its own `segment`, 0 to `segments - 1`. */
export interface ExpiredPage {
  readonly segment: number;
  readonly segments: number;
  /** Leases that ended before this. */
  readonly before: number;
  /** Rows to look at, expired or not. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly from?: ConnectionId | undefined;
}

export interface Expired {
  readonly connections: readonly Connection[];
  /** Rows looked at. */
  readonly scanned: number;
  /** Absent on a segment's last page. */
  readonly next?: ConnectionId | undefined;
}

export interface Renewal {
  /** Renew only if the lease is still this one. */
  readonly leaseSeen: number;
  readonly now: number;
}

export interface Lease {
  readonly leaseUntil: number;
  /** What each later sign of life buys, in milliseconds. */
  readonly leaseMs: number;
  /** Only if the client promised to speak this often. */
  readonly heartbeatMs?: number | undefined;
}

/** A debt that an account takes on: see `rates.ts`. Its `tat` is when the account will be free of debt. */
export interface Charge {
  readonly now: number;
  readonly costMs: number;
  /** Only on an account that owes at most this; absent: only on one that owes nothing. */
  readonly owingMaxMs?: number | undefined;
}

export interface Touch extends Charge {
  /** Added to the commands that the user's account has paid for. A command uses one: it fails where none is left. */
  readonly prepaid: number;
  /** The command will be refused, which is counted until one is accepted on an account that owes nothing. */
  readonly isRefusal?: boolean | undefined;
}

export type Touched =
  | { readonly state: 'bound'; readonly userId: UserId; readonly refusals: number }
  | { readonly state: 'owing'; readonly userId: UserId; readonly tat: number; readonly prepaid: number }
  | { readonly state: 'unbound' | 'absent' | 'conflict' };

export interface Connections {
  /** Writes the row unless there is one: a `$connect` that AWS invokes twice must not wipe a login. */
  open(connection: NewConnection): Promise<'opened' | 'exists' | 'conflict'>;
  /** Strongly consistent. */
  find(connectionId: ConnectionId): Promise<Connection | undefined>;
  /**
   * Charges a bound connection, and renews its lease by its own length: from `now`, or from its `tat` if it owes something.
   * `owing`: it owes more than that, or nothing is prepaid; nothing has changed. Never creates the row.
   */
  touch(connectionId: ConnectionId, touch: Touch): Promise<Touched>;
  /** Deletes the row if it is unbound and, where given, its lease is still the one that was seen. */
  forgetUnbound(
    connectionId: ConnectionId,
    leaseSeen: number | undefined,
  ): Promise<'forgotten' | 'changed' | 'conflict'>;
  /** Renews the lease of a bound connection on other evidence than its client's: by its own length from `now`. */
  renew(connectionId: ConnectionId, renewal: Renewal): Promise<'renewed' | 'changed' | 'conflict'>;
  /** Connections whose lease has ended. May be stale: whoever acts on it names the lease that was seen. */
  expired(page: ExpiredPage): Promise<Expired>;
  /** A user's devices, the oldest first, from the index: it may be behind, so it describes and suggests, and never decides. */
  listOf(userId: UserId): Promise<readonly Device[]>;
}

export interface Binding extends Lease {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
  readonly devicesMax: number;
  /** To the user's account. */
  readonly charge: Charge;
  /** The commands that it pays for. */
  readonly prepaid: number;
}

export type BindOutcome =
  | { readonly state: 'bound' | 'absent' | 'taken' | 'conflict' }
  | { readonly state: 'owing'; readonly tat: number }
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

/** A user's presence, as others see it. */
export interface UserPresence {
  readonly userId: UserId;
  readonly state: 'online' | 'offline';
  /** When the user last went offline; absent if never. */
  readonly lastSeen?: number | undefined;
  /** Grows with every flip: of two, the higher one is the newer. */
  readonly version: number;
}

export interface Profile extends UserPresence {
  readonly connections: readonly ConnectionId[];
}

export interface Profiles {
  /** In no order; a user who does not exist has none. */
  readonly profiles: readonly Profile[];
  /** Those that the database did not get to: ask again. */
  readonly left: readonly UserId[];
}

export interface Presence {
  /** Maps the connection to the user, makes the user online, and charges their account, in one transaction. */
  bind(binding: Binding): Promise<BindOutcome>;
  /** Unmaps the user's only connection and makes the user offline, in one transaction. */
  releaseLast(release: Release): Promise<Exclude<ReleaseOutcome, 'last'>>;
  /** Unmaps one of several connections, in one transaction; the user stays online. */
  releaseOneOfSeveral(release: Release): Promise<Exclude<ReleaseOutcome, 'others'>>;
  /** Strongly consistent; `undefined` if there is no such user. */
  connectionsOf(userId: UserId): Promise<readonly ConnectionId[] | undefined>;
  /** Of at most PROFILES_READ_MAX different users, each strongly consistent. */
  profilesOf(userIds: readonly UserId[]): Promise<Profiles>;
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
  /** Whether `hash` took less work than `hash()` takes now. */
  isOutdated(hash: string): boolean;
}

export interface CommonPasswords {
  /** Whether it is one of those that guessers try first. As `normalisePassword` has it. No request. */
  has(password: string): boolean;
}

export interface Lookalikes {
  /** What a name looks like: two names with the same one are taken for each other. No request. */
  skeletonOf(handle: UserId): string;
  /** Whether it mixes scripts, or kinds of digits, that nobody writes together. No request. */
  isMixed(handle: UserId): boolean;
}

/** What a token says: who, and until when, in milliseconds since 1970. */
export interface Claims {
  readonly userId: UserId;
  readonly expiresAt: number;
}

export interface Tokens {
  /** A fresh secret, for signing one user's tokens. */
  newKey(): string;
  issue(claims: Claims, key: string): string;
  /** What the token says of itself, which anybody may have written; `undefined` if it is no token. */
  claimsOf(token: string): Claims | undefined;
  /** Whether it was issued with this key, and is unchanged. */
  isSignedWith(token: string, key: string): boolean;
}
