import type { ConnectionId } from '../../protocol/ids';
import { PUSH_ATTEMPTS_MAX } from '../../protocol/limits';
import type { Connection, Reporter, Sockets } from '../ports/ports';
import { type ReleasePorts, releaseConnection } from '../presence/release-connection';
import { retry } from '../steps/settle';

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
    return pushed === 'failed' ? 'again' : pushed;
  };
  try {
    await retry(ports, PUSH_ATTEMPTS_MAX, step);
  } catch (cause) {
    ports.report(new Error(`The connection ${connectionId} did not get a push that nothing repeats.`, { cause }));
  }
}

async function releaseIfGone(ports: PushPorts, connectionId: ConnectionId): Promise<Pushed> {
  const connection = await ports.connections.find(connectionId);
  if (!connection) return 'gone';
  const answer = await ports.sockets.probe(connectionId);
  if (answer === 'unknown') return 'failed';
  const isGone = answer === 'gone' && (await releaseUnlessHeard(ports, connection));
  ports.meter.count(isGone ? 'GoneConfirmed' : 'GoneFalse');
  return isGone ? 'gone' : 'failed';
}

/** False if its client has spoken since the lease was read. */
async function releaseUnlessHeard(ports: PushPorts, { connectionId, leaseUntil }: Connection): Promise<boolean> {
  const { state } = await releaseConnection(ports, { connectionId, leaseSeen: leaseUntil });
  return state !== 'renewed';
}
