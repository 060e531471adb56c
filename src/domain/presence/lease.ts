import { HEARTBEATS_PER_LEASE } from '../../protocol/limits';
import type { Clock, Lease, Tuned } from '../ports/ports';

/**
 * The lease that a login starts. Its length is stored beside it: an update can add an attribute to `now`, but it cannot
 * multiply, so `touch` needs the product.
 */
export function leaseFrom(ports: Tuned & { readonly clock: Clock }, heartbeatSeconds: number | undefined): Lease {
  // A millisecond early: the connection's account begins now, and each touch counts from there or later. So the first one moves the
  // lease, too, whatever its clock says; and whoever doubts the connection sees that it has spoken.
  const now = ports.clock.now() - 1;
  const { leaseMs: byDefault } = ports.settings;
  if (heartbeatSeconds === undefined) return { leaseUntil: now + byDefault, leaseMs: byDefault };
  const heartbeatMs = heartbeatSeconds * 1000;
  const leaseMs = HEARTBEATS_PER_LEASE * heartbeatMs;
  return { leaseUntil: now + leaseMs, leaseMs, heartbeatMs };
}
