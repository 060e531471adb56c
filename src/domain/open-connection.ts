import type { ConnectionId } from '../protocol/ids';
import { LOGIN_GRACE_MS } from '../protocol/limits';
import type { Clock, Connections } from './ports';

interface Opening {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
}

/** `$connect`: records the connection, unbound. One request. A second run for the same connection changes nothing. */
export async function openConnection(
  ports: { readonly clock: Clock; readonly connections: Pick<Connections, 'open'> },
  opening: Opening,
): Promise<void> {
  await ports.connections.open({ ...opening, leaseUntil: ports.clock.now() + LOGIN_GRACE_MS });
}
