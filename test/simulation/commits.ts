import type { ConnectionRow, MessageRow, ProfileRow, Table, Tables } from '../../src/adapters/memory/tables';
import type { InboxEntry, Member } from '../../src/domain/ports/ports';
import type { ConnectionId, ConversationId, UserId } from '../../src/protocol/ids';
import type { Step } from './steps';

interface Written<Key, Row> {
  readonly key: Key;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

export type ConnectionWrite = Written<ConnectionId, ConnectionRow>;
export type ProfileWrite = Written<UserId, ProfileRow>;
export type LogWrite = Written<ConversationId, ReadonlyMap<number, MessageRow>>;
export type InboxWrite = Written<UserId, ReadonlyMap<ConversationId, InboxEntry>>;
export type MembersWrite = Written<ConversationId, ReadonlyMap<UserId, Member>>;

/** What one step wrote, at once. */
export interface Commit {
  readonly step: Step;
  readonly connections: readonly ConnectionWrite[];
  readonly profiles: readonly ProfileWrite[];
  readonly logs: readonly LogWrite[];
  readonly inboxes: readonly InboxWrite[];
  readonly members: readonly MembersWrite[];
}

type ByTable = { -readonly [Name in keyof Omit<Commit, 'step'>]: Commit[Name][number][] };

/** Listens to the tables, and hands over what has been written since it was last asked. */
export class Writes {
  #written = nothing();
  #isEmpty = true;

  constructor(tables: Tables) {
    this.#listen(tables, 'connections');
    this.#listen(tables, 'profiles');
    this.#listen(tables, 'logs');
    this.#listen(tables, 'inboxes');
    this.#listen(tables, 'members');
  }

  #listen(tables: Tables, name: keyof ByTable): void {
    const table = tables[name] as Table<unknown, unknown>;
    table.onWrite = (key, after, before) => {
      this.#isEmpty = false;
      (this.#written[name] as Written<unknown, unknown>[]).push({ key, after, before });
    };
  }

  /** `undefined` if nothing was written. */
  take(step: Step): Commit | undefined {
    if (this.#isEmpty) return undefined;
    const commit = { step, ...this.#written };
    this.#written = nothing();
    this.#isEmpty = true;
    return commit;
  }
}

function nothing(): ByTable {
  return { connections: [], profiles: [], logs: [], inboxes: [], members: [] };
}

/** Whom a step unbound from a connection. */
export function unboundUser({ before, after }: ConnectionWrite): UserId | undefined {
  return before?.userId !== undefined && after?.userId !== before.userId ? before.userId : undefined;
}
