import type { ProfileRow, Tables } from '../../../src/adapters/memory/tables';
import type { Binding, Release } from '../../../src/domain/ports/ports';
import type { ConnectionId, UserId } from '../../../src/protocol/ids';

/** Writes without the conditions that the real ones have: what wrong designs are made of. Each is one atomic step. */
export class BlindWrites {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Creates the row if there is none. */
  mapConnection({ connectionId, userId, leaseUntil, leaseMs, heartbeatMs }: Binding): void {
    const row = this.#tables.connections.get(connectionId) ?? { connectionId, connectedAt: 0, sourceIp: '::1' };
    this.#tables.connections.put(connectionId, { ...row, userId, leaseUntil, leaseMs, heartbeatMs });
  }

  /** Whether it was still the user's, and its lease as it was seen. */
  unmapConnection({ connectionId, userId, leaseSeen, keepUnboundUntil }: Release): boolean {
    const { connections } = this.#tables;
    const row = connections.get(connectionId);
    if (row?.userId !== userId || (leaseSeen !== undefined && row.leaseUntil !== leaseSeen)) return false;
    const { userId: _, leaseMs, heartbeatMs, ...unbound } = row;
    if (keepUnboundUntil === undefined) connections.delete(connectionId);
    else connections.put(connectionId, { ...unbound, leaseUntil: keepUnboundUntil });
    return true;
  }

  addDevice(userId: UserId, connectionId: ConnectionId): void {
    this.#change(userId, ({ connections, version }) => ({
      state: 'online',
      connections: new Set(connections).add(connectionId),
      version: version + 1,
    }));
  }

  removeDevice(userId: UserId, connectionId: ConnectionId): void {
    this.#change(userId, ({ connections }) => ({
      connections: new Set([...connections].filter((other) => other !== connectionId)),
    }));
  }

  goOffline(userId: UserId, lastSeen: number): void {
    this.#change(userId, ({ version }) => ({ state: 'offline', lastSeen, version: version + 1 }));
  }

  devicesOf(userId: UserId): number {
    return this.#tables.profiles.get(userId)?.connections.size ?? 0;
  }

  /** One write, as those that listen see it. */
  #change(userId: UserId, change: (profile: ProfileRow) => Partial<ProfileRow>): void {
    const profile = this.#tables.profiles.get(userId);
    if (profile) this.#tables.profiles.put(userId, { ...profile, ...change(profile) });
  }
}
