import type { ConnectionId } from '../../protocol/ids';
import { normaliseOrigin, type Origin } from '../../protocol/origin';
import type { Connections, Tuned } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';

interface OpenPorts extends Tuned, SettlePorts {
  readonly connections: Pick<Connections, 'open'>;
  /** Sites whose pages may connect; absent: all. */
  readonly allowedOrigins?: ReadonlySet<Origin>;
}

interface Opening {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
  /** The header `Origin`, as it came. */
  readonly origin?: string | undefined;
}

/**
 * `$connect`: records the connection, unbound. One request where nothing interferes. A second run for the same connection changes
 * nothing. `foreign`: a page of another site than those that may connect asks; nothing was written.
 */
export async function openConnection(
  ports: OpenPorts,
  { origin, ...opening }: Opening,
): Promise<'opened' | 'exists' | 'foreign'> {
  if (!mayConnect(ports, origin)) return 'foreign';
  const outcome = await settle(ports, () =>
    ports.connections.open({ ...opening, leaseUntil: ports.clock.now() + ports.settings.loginGraceMs }),
  );
  if (outcome === 'opened') ports.meter.count('Opened');
  return outcome;
}

// Only browsers run other people's pages, and they always say whose (RFC 6455 §10.2). Whoever says nothing is a program, which
// could say anything: to refuse it would keep nobody out.
function mayConnect({ allowedOrigins }: OpenPorts, origin: string | undefined): boolean {
  if (allowedOrigins === undefined || origin === undefined) return true;
  const normal = normaliseOrigin(origin);
  return normal !== undefined && allowedOrigins.has(normal);
}
