import type { ConnectionId } from '../protocol/ids';
import type { Connections, Tuned } from './ports';
import { type SettlePorts, settle } from './settle';

interface OpenPorts extends Tuned, SettlePorts {
  readonly connections: Pick<Connections, 'open'>;
}

interface Opening {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
}

/** `$connect`: records the connection, unbound. One request where nothing interferes. A second run for the same connection changes nothing. */
export async function openConnection(ports: OpenPorts, opening: Opening): Promise<void> {
  await settle(ports, () =>
    ports.connections.open({ ...opening, leaseUntil: ports.clock.now() + ports.settings.loginGraceMs }),
  );
}
