import type { ConnectionRow, Tables } from '../../src/adapters/memory/tables';
import type { ConnectionId, UserId } from '../../src/protocol/ids';
import { PASSWORD } from './device';
import type { Faults } from './faults';
import { EPOCH_MS } from './lambdas';
import { userName } from './plan';
import type { Scheduler } from './scheduler';

const INDEX_LAG_MS_MAX = 10_000;

/** Accounts, offline; all of them friends with each other, or none. */
export function populate({ profiles, credentials, friends }: Tables, users: number, areFriends: boolean): void {
  const names = Array.from({ length: Math.max(2, users) }, (_, index) => userName(index) as UserId);
  for (const userId of names) {
    credentials.put(userId, { passwordHash: `hash of ${PASSWORD}`, tokenKey: 'key' });
    profiles.put(userId, { state: 'offline', connections: new Set(), version: 0, createdAt: EPOCH_MS });
    const others = areFriends ? names.filter((other) => other !== userId) : [];
    friends.put(userId, new Map(others.map((other) => [other, { userId: other, state: 'friends', since: EPOCH_MS }])));
  }
}

/** Lets the index show each row as it was some seconds ago, if this seed has that fault. */
export function letIndexLag(tables: Tables, scheduler: Scheduler, faults: Faults): void {
  if (!faults.happens('indexStale')) return;
  const shown = new Map<ConnectionId, ConnectionRow>();
  const lagMs = faults.of('indexStale').between(0, INDEX_LAG_MS_MAX);
  const { onWrite } = tables.connections;
  tables.connections.onWrite = (key, after, before) => {
    onWrite(key, after, before);
    scheduler.after(lagMs, () => (after ? shown.set(key, after) : shown.delete(key)));
  };
  tables.index = shown;
}

/** When anything last changed between two users. */
export class Friendships {
  readonly #changedAt = new Map<string, number>();

  constructor({ friends }: Tables, now: () => number) {
    friends.onWrite = (key, after, before) => {
      for (const other of new Set([...(after?.keys() ?? []), ...(before?.keys() ?? [])])) {
        if (after?.get(other) !== before?.get(other)) this.#changedAt.set(pairOf(key, other), now());
      }
    };
  }

  changedAt(one: string, other: string): number {
    return this.#changedAt.get(pairOf(one, other)) ?? Number.NEGATIVE_INFINITY;
  }
}

function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
