import { HEARTBEATS_PER_LEASE, LEASE_MS } from '../protocol/limits';
import type { Lease } from './ports';

/**
 * The lease that a login starts. Its length is stored beside it: an update can add an attribute to `now`, but it cannot
 * multiply, so `touch` needs the product.
 */
export function leaseFrom(now: number, heartbeatSeconds: number | undefined): Lease {
  if (heartbeatSeconds === undefined) return { leaseUntil: now + LEASE_MS, leaseMs: LEASE_MS };
  const heartbeatMs = heartbeatSeconds * 1000;
  const leaseMs = HEARTBEATS_PER_LEASE * heartbeatMs;
  return { leaseUntil: now + leaseMs, leaseMs, heartbeatMs };
}
