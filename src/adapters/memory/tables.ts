import type {
  Friend,
  Group,
  Heated,
  InboxEntry,
  LoginPair,
  Member,
  NewConnection,
  PairAttempts,
} from '../../domain/ports/ports';
import type { ConnectionId, ConversationId, UserId } from '../../protocol/ids';
import type { Message } from '../../protocol/messages';

/** A row of `Connections`. */
export interface ConnectionRow extends NewConnection {
  readonly userId?: UserId | undefined;
  readonly leaseMs?: number | undefined;
  /** When the client was last heard of, as far as the lease knows. */
  readonly heardAt?: number | undefined;
  readonly tat?: number | undefined;
  readonly prepaid?: number | undefined;
  readonly refusals?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly loginFailures?: number | undefined;
}

export interface CredentialRow {
  readonly passwordHash: string;
  readonly tokenKey: string;
}

export interface ProfileRow {
  readonly state: 'online' | 'offline';
  readonly connections: ReadonlySet<ConnectionId>;
  readonly version: number;
  readonly createdAt: number;
  readonly lastSeen?: number | undefined;
  readonly subject?: string | undefined;
  readonly tat?: number | undefined;
}

/** A message, and when the table may delete it, in seconds since 1970. */
export interface MessageRow extends Message {
  readonly expiresAt?: number;
}

/** How hot an account or an address is, and when the table may delete that, in seconds since 1970. */
export interface HeatRow {
  readonly hotUntil: number;
  readonly expiresAt: number;
}

/** Rows by key. They are replaced, never changed, so whoever holds one holds what was true at that instant. */
export class Table<Key, Row> {
  readonly #rows = new Map<Key, Row>();
  /** Called for every row that is written, before the method that wrote it returns. */
  onWrite: (key: Key, after: Row | undefined, before: Row | undefined) => void = () => undefined;

  get(key: Key): Row | undefined {
    return this.#rows.get(key);
  }

  put(key: Key, row: Row): void {
    const before = this.#rows.get(key);
    this.#rows.set(key, row);
    this.onWrite(key, row, before);
  }

  delete(key: Key): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#rows.delete(key);
    this.onWrite(key, undefined, before);
  }

  entries(): IterableIterator<[Key, Row]> {
    return this.#rows.entries();
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }
}

/** Everything that Rollcall stores: what DESIGN.md §3 keeps in two tables, one map for each kind of item. */
export interface Tables {
  readonly connections: Table<ConnectionId, ConnectionRow>;
  readonly credentials: Table<UserId, CredentialRow>;
  readonly profiles: Table<UserId, ProfileRow>;
  /** Whose name looks like this. */
  readonly skeletons: Table<string, UserId>;
  /** By the text of their keys: `pairName` and `heatName`. */
  readonly pairs: Table<string, { readonly pair: LoginPair; readonly attempts: PairAttempts }>;
  readonly heats: Table<string, { readonly of: Heated } & HeatRow>;
  readonly friends: Table<UserId, ReadonlyMap<UserId, Friend>>;
  readonly inboxes: Table<UserId, ReadonlyMap<ConversationId, InboxEntry>>;
  /** Messages by seq. */
  readonly logs: Table<ConversationId, ReadonlyMap<number, MessageRow>>;
  readonly groups: Table<ConversationId, Group>;
  readonly members: Table<ConversationId, ReadonlyMap<UserId, Member>>;
  /** What the index `byUser` shows: the connections themselves, unless a test lets it lag. */
  index: { readonly values: () => Iterable<ConnectionRow> };
}

export function emptyTables(): Tables {
  const connections = new Table<ConnectionId, ConnectionRow>();
  return {
    connections,
    credentials: new Table(),
    profiles: new Table(),
    skeletons: new Table(),
    pairs: new Table(),
    heats: new Table(),
    friends: new Table(),
    inboxes: new Table(),
    logs: new Table(),
    groups: new Table(),
    members: new Table(),
    index: connections,
  };
}

/** DynamoDB refuses a request that names an item twice, whatever it does with it. */
export function refuseTwice(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) throw new Error(`One request names an item twice: ${keys.join(', ')}`);
}

/** DynamoDB orders string keys by their UTF-8 bytes; JavaScript's own order is another one beyond the BMP. */
export function inKeyOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
