import type { ConnectionRow, ProfileRow, Tables } from '../../src/adapters/memory/tables';
import type { ConnectionId, UserId } from '../../src/protocol/ids';
import type { Step } from './steps';

interface Written<Key, Row> {
  readonly key: Key;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

export type ConnectionWrite = Written<ConnectionId, ConnectionRow>;
export type ProfileWrite = Written<UserId, ProfileRow>;

/** What one step wrote, at once. */
export interface Commit {
  readonly step: Step;
  readonly connections: readonly ConnectionWrite[];
  readonly profiles: readonly ProfileWrite[];
}

/** Listens to the tables, and hands over what has been written since it was last asked. */
export class Writes {
  #connections: ConnectionWrite[] = [];
  #profiles: ProfileWrite[] = [];

  constructor({ connections, profiles }: Tables) {
    connections.onWrite = (key, after, before) => this.#connections.push({ key, after, before });
    profiles.onWrite = (key, after, before) => this.#profiles.push({ key, after, before });
  }

  /** `undefined` if nothing was written. */
  take(step: Step): Commit | undefined {
    if (this.#connections.length === 0 && this.#profiles.length === 0) return undefined;
    const commit = { step, connections: this.#connections, profiles: this.#profiles };
    this.#connections = [];
    this.#profiles = [];
    return commit;
  }
}

/** Whom a step unbound from a connection. */
export function unboundUser({ before, after }: ConnectionWrite): UserId | undefined {
  return before?.userId !== undefined && after?.userId !== before.userId ? before.userId : undefined;
}
