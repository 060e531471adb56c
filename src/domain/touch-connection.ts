import type { ConnectionId, UserId } from '../protocol/ids';
import { Refusal } from '../protocol/refusal';
import type { Connections } from './ports';
import { type SettlePorts, settle } from './settle';

export interface TouchPorts extends SettlePorts {
  readonly connections: Pick<Connections, 'touch'>;
}

/**
 * Who speaks on this connection, and proof that they live: one request authenticates and renews the lease.
 * Refuses `not_logged_in`; where the connection is not known at all, the refusal also closes it (DESIGN.md §4, the fence).
 */
export async function touchConnection(ports: TouchPorts, connectionId: ConnectionId): Promise<UserId> {
  const touched = await settle(ports, async () => {
    const outcome = await ports.connections.touch(connectionId, ports.clock.now());
    return outcome.state === 'conflict' ? outcome.state : outcome;
  });
  if (touched.state === 'bound') return touched.userId;
  throw new Refusal('not_logged_in', { closesConnection: touched.state === 'absent' });
}
