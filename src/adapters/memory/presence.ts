import type { Binding, Presence, Profile, Release } from '../../domain/ports/ports';
import type { ConnectionId, UserId } from '../../protocol/ids';
import { charged } from './charge';
import { type ConnectionRow, type ProfileRow, refuseTwice, type Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/presence.ts`, where each says which race it decides. */
export function presenceIn(tables: Tables): Presence {
  const { connections, profiles } = tables;
  return {
    async bind(binding) {
      const { connectionId, userId, devicesMax } = binding;
      const row = connections.get(connectionId);
      if (!row) return { state: 'absent' };
      if (row.userId !== undefined && row.userId !== userId) return { state: 'taken' };
      const profile = profiles.get(userId);
      if (!profile) throw new Error(`The user ${userId} has credentials, but no profile.`);
      const charging = charged(profile, binding.charge);
      if (!charging) return { state: 'owing', tat: profile.tat ?? 0 };
      if (!hasRoom(profile, connectionId, devicesMax)) return { state: 'full', connections: [...profile.connections] };
      connections.put(connectionId, bindRow(row, binding));
      profiles.put(userId, { ...goOnline(profile, connectionId), tat: charging.tat });
      return { state: 'bound' };
    },

    async releaseLast(release) {
      const held = heldBy(tables, release);
      if (!held) return 'changed';
      if (!isLastDevice(held.profile, release.connectionId)) return 'others';
      unbindRow(tables, held.row, release);
      const { version } = held.profile;
      const offline = { state: 'offline', connections: NOTHING, lastSeen: release.now, version: version + 1 } as const;
      profiles.put(release.userId, { ...held.profile, ...offline });
      return 'released';
    },

    async releaseOneOfSeveral(release) {
      const held = heldBy(tables, release);
      if (!held) return 'changed';
      if (!isOneOfSeveral(held.profile, release.connectionId)) return 'last';
      unbindRow(tables, held.row, release);
      const rest = [...held.profile.connections].filter((connectionId) => connectionId !== release.connectionId);
      profiles.put(release.userId, { ...held.profile, connections: new Set(rest) });
      return 'released';
    },

    async connectionsOf(userId) {
      const profile = profiles.get(userId);
      return profile && [...profile.connections];
    },

    async profilesOf(userIds) {
      refuseTwice(userIds);
      const found = userIds.flatMap((userId) => {
        const profile = profiles.get(userId);
        return profile ? [toProfile(userId, profile)] : [];
      });
      return { profiles: found, left: [] };
    },
  };
}

export function toProfile(userId: UserId, { state, lastSeen, version, connections }: ProfileRow): Profile {
  return { userId, state, lastSeen, version, connections: [...connections] };
}

const NOTHING: ReadonlySet<ConnectionId> = new Set();

function hasRoom({ connections }: ProfileRow, connectionId: ConnectionId, devicesMax: number): boolean {
  return connections.size < devicesMax || connections.has(connectionId);
}

function isLastDevice({ connections }: ProfileRow, connectionId: ConnectionId): boolean {
  return connections.size === 1 && connections.has(connectionId);
}

function isOneOfSeveral({ connections }: ProfileRow, connectionId: ConnectionId): boolean {
  return connections.size > 1 && connections.has(connectionId);
}

function bindRow(row: ConnectionRow, { userId, leaseUntil, leaseMs, heartbeatMs, prepaid }: Binding): ConnectionRow {
  const now = leaseUntil - leaseMs;
  const account = { heardAt: now, tat: now + 1, prepaid, refusals: undefined };
  return { ...row, userId, leaseUntil, leaseMs, heartbeatMs, ...account };
}

function goOnline(profile: ProfileRow, connectionId: ConnectionId): ProfileRow {
  const connections = new Set(profile.connections).add(connectionId);
  return { ...profile, state: 'online', connections, version: profile.version + 1 };
}

interface Held {
  readonly row: ConnectionRow;
  readonly profile: ProfileRow;
}

/** The connection's side speaks first: where it is not as the caller saw it, the user's side says nothing new. */
function heldBy({ connections, profiles }: Tables, { connectionId, userId, leaseSeen }: Release): Held | undefined {
  const row = connections.get(connectionId);
  const profile = profiles.get(userId);
  if (!row || !profile || row.userId !== userId) return undefined;
  return leaseSeen === undefined || row.leaseUntil === leaseSeen ? { row, profile } : undefined;
}

function unbindRow({ connections }: Tables, row: ConnectionRow, { keepUnboundUntil }: Release): void {
  const { userId, leaseMs, heartbeatMs, heardAt, tat, prepaid, refusals, ...unbound } = row;
  if (keepUnboundUntil === undefined) connections.delete(row.connectionId);
  else connections.put(row.connectionId, { ...unbound, leaseUntil: keepUnboundUntil });
}
