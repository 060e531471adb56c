import type { ConnectionId, UserId } from '../protocol/ids';
import { Refusal } from '../protocol/refusal';
import { leaseFrom } from './lease';
import type { Binding, Connections, Presence, Sockets, Tuned } from './ports';
import { type ReleasePorts, releaseConnection } from './release-connection';
import { settle } from './settle';

export interface BindPorts extends ReleasePorts, Tuned {
  readonly connections: ReleasePorts['connections'] & Pick<Connections, 'listOf'>;
  readonly presence: ReleasePorts['presence'] & Pick<Presence, 'bind'>;
  readonly sockets: Pick<Sockets, 'close'>;
}

interface BindRequest {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
  readonly heartbeatSeconds?: number | undefined;
}

/**
 * Binds a connection to a user who has proved who they are. One request; at the cap on devices the oldest one yields.
 * Refuses `already_logged_in` (bound to somebody else), `connection_gone` (its `$disconnect` has been here), `busy`.
 */
export async function bindConnection(
  ports: BindPorts,
  { connectionId, userId, heartbeatSeconds }: BindRequest,
): Promise<void> {
  await settle(ports, async () => {
    const lease = leaseFrom(ports, heartbeatSeconds);
    const outcome = await ports.presence.bind({
      connectionId,
      userId,
      devicesMax: ports.settings.devicesMax,
      ...lease,
    } satisfies Binding);
    switch (outcome.state) {
      case 'bound':
        return outcome.state;
      case 'absent':
        // Never upsert: the row was deleted because the socket closed, or was believed to have closed (P6).
        throw new Refusal('connection_gone', { closesConnection: true });
      case 'taken':
        throw new Refusal('already_logged_in');
      case 'full':
        await yieldOldest(ports, userId, outcome.connections);
        return 'conflict';
      case 'conflict':
        return outcome.state;
    }
  });
}

/** The index suggests who is oldest, the transaction's own set decides who is there at all. */
async function yieldOldest(ports: BindPorts, userId: UserId, bound: readonly ConnectionId[]): Promise<void> {
  const suggested = await ports.connections.listOf(userId);
  const oldest = suggested.map(({ connectionId }) => connectionId).find((id) => bound.includes(id)) ?? bound[0];
  if (oldest === undefined) return;
  await releaseConnection(ports, { connectionId: oldest });
  await ports.sockets.close(oldest);
}
