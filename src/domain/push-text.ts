import type { ConnectionId } from '../protocol/ids';
import type { Reporter, Sockets } from './ports';
import { type ReleasePorts, releaseConnection } from './release-connection';

export interface PushPorts extends ReleasePorts, Reporter {
  readonly sockets: Pick<Sockets, 'push' | 'probe'>;
}

/**
 * Pushes text to one connection. A `gone` alone is never believed (AWS has been seen to answer 410 for open sockets):
 * the lease is read, API Gateway is asked again, and only then is the connection released, and only if its client has
 * not spoken since the lease was read. Never rejects: a push is a courtesy, what it carries is stored elsewhere.
 */
export async function pushText(ports: PushPorts, connectionId: ConnectionId, text: string): Promise<void> {
  try {
    if ((await ports.sockets.push(connectionId, text)) === 'gone') await releaseIfGone(ports, connectionId);
  } catch (cause) {
    ports.report(cause);
  }
}

async function releaseIfGone(ports: PushPorts, connectionId: ConnectionId): Promise<void> {
  const connection = await ports.connections.find(connectionId);
  if (!connection || (await ports.sockets.probe(connectionId)) !== 'gone') return;
  await releaseConnection(ports, { connectionId, leaseSeen: connection.leaseUntil });
}
