import type { ConnectionId } from '../protocol/ids';
import { PUSH_ATTEMPTS_MAX } from '../protocol/limits';
import type { Reporter, Sockets } from './ports';
import { type ReleasePorts, releaseConnection } from './release-connection';
import { settle } from './settle';

export interface PushPorts extends ReleasePorts, Reporter {
  readonly sockets: Pick<Sockets, 'push' | 'probe'>;
}

/** `gone`: the connection is no more. `failed`: it may be open, and may not have got the text. */
type Pushed = 'delivered' | 'gone' | 'failed';

/**
 * Pushes text to one connection. A `gone` alone is never believed (AWS has been seen to answer 410 for open sockets):
 * the lease is read, API Gateway is asked again, and only then is the connection released, and only if its client has
 * not spoken since the lease was read. Never rejects: a push is a courtesy, what it carries is stored elsewhere.
 */
export async function pushText(ports: PushPorts, connectionId: ConnectionId, text: string): Promise<Pushed> {
  try {
    const pushed = await ports.sockets.push(connectionId, text);
    return pushed === 'gone' ? await releaseIfGone(ports, connectionId) : pushed;
  } catch (cause) {
    ports.report(cause);
    return 'failed';
  }
}

/**
 * As `pushText`, for what no later push repeats: tried up to PUSH_ATTEMPTS_MAX times, then reported. Text may arrive twice.
 * Never rejects.
 */
export async function pushFirmly(ports: PushPorts, connectionId: ConnectionId, text: string): Promise<void> {
  const step = async () => {
    const pushed = await pushText(ports, connectionId, text);
    return pushed === 'failed' ? 'conflict' : pushed;
  };
  try {
    await settle(ports, step, PUSH_ATTEMPTS_MAX);
  } catch (cause) {
    ports.report(new Error(`The connection ${connectionId} did not get a push that nothing repeats.`, { cause }));
  }
}

async function releaseIfGone(ports: PushPorts, connectionId: ConnectionId): Promise<Pushed> {
  const connection = await ports.connections.find(connectionId);
  if (!connection) return 'gone';
  if ((await ports.sockets.probe(connectionId)) !== 'gone') return 'failed';
  const released = await releaseConnection(ports, { connectionId, leaseSeen: connection.leaseUntil });
  return released.state === 'renewed' ? 'failed' : 'gone';
}
