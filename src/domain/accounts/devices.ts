import type { Command } from '../../protocol/commands';
import type { ConnectionId, UserId } from '../../protocol/ids';
import { Refusal } from '../../protocol/refusal';
import type { Device } from '../../protocol/replies';
import type { BoundCaller, Done } from '../ports/operation';
import type { Connections, Presence } from '../ports/ports';
import { type ReleaseAndClosePorts, releaseAndClose } from '../presence/release-and-close';

export interface DevicesPorts extends ReleaseAndClosePorts {
  readonly connections: ReleaseAndClosePorts['connections'] & Pick<Connections, 'listOf'>;
  readonly presence: ReleaseAndClosePorts['presence'] & Pick<Presence, 'connectionsOf'>;
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

async function revoke(ports: DevicesPorts, userId: UserId, connectionId: ConnectionId): Promise<void> {
  const state = await releaseAndClose(ports, { connectionId, userId });
  if (state !== 'released') throw new Refusal('no_such_device');
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
