import type { Command } from '../protocol/commands';
import type { ConnectionId, UserId } from '../protocol/ids';
import { Refusal } from '../protocol/refusal';
import type { Device } from '../protocol/replies';
import type { BoundCaller, Done } from './operation';
import type { Connections, Presence, Sockets } from './ports';
import { type ReleasePorts, releaseConnection } from './release-connection';

export interface DevicesPorts extends ReleasePorts {
  readonly connections: ReleasePorts['connections'] & Pick<Connections, 'listOf'>;
  readonly presence: ReleasePorts['presence'] & Pick<Presence, 'connectionsOf'>;
  readonly sockets: Pick<Sockets, 'close'>;
}

/**
 * The connections on which the caller is logged in, the oldest first, after logging one of them out and closing it if
 * `revoke` names one. Refuses `no_such_device`, and `own_device`: that one would close before its reply.
 */
export async function devices(
  ports: DevicesPorts,
  caller: BoundCaller,
  command: Command<'devices'>,
): Promise<Done<'devices'>> {
  const { connectionId, userId } = caller;
  if (command.revoke === connectionId) throw new Refusal('own_device');
  if (command.revoke !== undefined) await revoke(ports, userId, command.revoke);
  return { userId, fields: { devices: await devicesOf(ports, caller) } };
}

/** The release comes first: a socket that is closed before could answer with a `$disconnect`, which is all the same. */
async function revoke(ports: DevicesPorts, userId: UserId, connectionId: ConnectionId): Promise<void> {
  const { state } = await releaseConnection(ports, { connectionId, of: userId });
  if (state !== 'released') throw new Refusal('no_such_device');
  await ports.sockets.close(connectionId);
}

/** The profile says which there are; the index, which may be behind, only what is known about them. */
async function devicesOf(ports: DevicesPorts, { connectionId, userId }: BoundCaller): Promise<readonly Device[]> {
  const [bound = [], known] = await Promise.all([
    ports.presence.connectionsOf(userId),
    ports.connections.listOf(userId),
  ]);
  const listed = known.filter((device) => bound.includes(device.connectionId));
  const unlisted = bound.filter((id) => !listed.some((device) => device.connectionId === id));
  return [
    ...listed.map(({ connectionId: connection, ...about }) => ({ connection, ...about })),
    ...unlisted.map((connection) => ({ connection })),
  ].map((device) => (device.connection === connectionId ? { ...device, current: true } : device));
}
