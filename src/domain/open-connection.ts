import type { ConnectionId } from '../protocol/ids';
import type { Clock, Connections, Tuned } from './ports';

interface OpenPorts extends Tuned {
  readonly clock: Clock;
  readonly connections: Pick<Connections, 'open'>;
}

interface Opening {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
}

/** `$connect`: records the connection, unbound. One request. A second run for the same connection changes nothing. */
export async function openConnection(ports: OpenPorts, opening: Opening): Promise<void> {
  await ports.connections.open({ ...opening, leaseUntil: ports.clock.now() + ports.settings.loginGraceMs });
}
