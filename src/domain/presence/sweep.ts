import type { ConnectionId } from '../../protocol/ids';
import { SWEEP_PAGE_MAX, SWEEP_PARALLEL_MAX, SWEEP_SEGMENTS } from '../../protocol/limits';
import type { Connection, Connections, Reporter, Sockets } from '../ports/ports';
import { inParallel } from '../steps/in-parallel';
import { settle } from '../steps/settle';
import { type ReleasePorts, releaseConnection } from './release-connection';

export interface SweepPorts extends ReleasePorts, Reporter {
  readonly connections: ReleasePorts['connections'] & Pick<Connections, 'expired' | 'renew'>;
  readonly sockets: Pick<Sockets, 'probe' | 'close'>;
}

/** `changed`: somebody else was there first. `left`, for the next pass: API Gateway did not say, or time was up. */
type Swept = 'released' | 'forgotten' | 'renewed' | 'changed' | 'left' | 'failed';

/** How many rows were looked at, and what became of those whose lease had ended. */
export type SweepCounts = Readonly<Record<Swept | 'scanned', number>>;

export const NOTHING: SweepCounts = {
  scanned: 0,
  released: 0,
  forgotten: 0,
  renewed: 0,
  changed: 0,
  left: 0,
  failed: 0,
};

interface Pass {
  readonly before: number;
  /** Nothing more is begun after this. */
  readonly until: number;
  readonly counts: Record<Swept | 'scanned', number>;
}

/**
 * One pass over all connections: ends those whose lease has ended (DESIGN.md §4, `sweep`). Begins nothing more once it is
 * `until` (ms since 1970); the next pass finds what is left. Overlapping passes do no harm: whatever is done names the
 * lease that was seen. Never rejects: one failing connection, or one failing page, is reported and stops no other.
 */
export async function sweep(ports: SweepPorts, { until }: { readonly until: number }): Promise<SweepCounts> {
  const counts = { ...NOTHING };
  const pass = { before: ports.clock.now(), until, counts };
  const segments = Array.from({ length: SWEEP_SEGMENTS }, (_, segment) => segment);
  await inParallel(segments, SWEEP_SEGMENTS, (segment) => sweepSegment(ports, segment, pass));
  // A pass over an empty table is not worth a metric, which is paid for by the hour.
  if (counts.scanned > 0) ports.meter.count('SweepPasses');
  ports.meter.count('SweepScanned', counts.scanned);
  return counts;
}

async function sweepSegment(ports: SweepPorts, segment: number, { before, until, counts }: Pass): Promise<void> {
  let from: ConnectionId | undefined;
  try {
    do {
      const page = { segment, segments: SWEEP_SEGMENTS, before, limit: SWEEP_PAGE_MAX, from };
      const { connections, scanned, next } = await ports.connections.expired(page);
      counts.scanned += scanned;
      await inParallel(connections, SWEEP_PARALLEL_MAX, async (connection) => {
        counts[ports.clock.now() < until ? await sweepConnection(ports, connection) : 'left']++;
      });
      from = next;
    } while (from !== undefined && ports.clock.now() < until);
  } catch (cause) {
    ports.report(cause);
    counts.failed++;
  }
}

async function sweepConnection(ports: SweepPorts, connection: Connection): Promise<Swept> {
  try {
    return isJudgedByItsLease(connection) ? await release(ports, connection) : await askAbout(ports, connection);
  } catch (cause) {
    ports.report(cause);
    return 'failed';
  }
}

/** A login was due, or a heartbeat was promised, and did not come: that is evidence enough. */
function isJudgedByItsLease({ userId, heartbeatMs }: Connection): boolean {
  return userId === undefined || heartbeatMs !== undefined;
}

/**
 * The release first: a client that has just spoken, and so has another lease, keeps its socket. A crash between the two leaves
 * a socket without a row, which the fence closes when it speaks. Even a connection that was said to be gone is closed: should
 * that have been false, its client notices now, and connects again.
 */
async function release(ports: SweepPorts, { connectionId, leaseUntil, heardAt }: Connection): Promise<Swept> {
  const { state } = await releaseConnection(ports, { connectionId, leaseSeen: leaseUntil });
  // Somebody else has released it; or this has, and the answer was lost. A socket without a row is nobody's.
  if (state === 'absent') await ports.sockets.close(connectionId);
  if (state !== 'released' && state !== 'forgotten') return 'changed';
  if (state === 'released') ports.meter.count('Reaped');
  if (state === 'released' && heardAt !== undefined) ports.meter.measure('TimeToOffline', ports.clock.now() - heardAt);
  await ports.sockets.close(connectionId);
  return state;
}

/** A client that promised nothing may be silent for hours: API Gateway is asked whether its socket is open. */
async function askAbout(ports: SweepPorts, connection: Connection): Promise<Swept> {
  const { connectionId, leaseUntil } = connection;
  switch (await ports.sockets.probe(connectionId)) {
    case 'gone':
      return release(ports, connection);
    case 'open':
      return settle(ports, () =>
        ports.connections.renew(connectionId, { leaseSeen: leaseUntil, now: ports.clock.now() }),
      );
    case 'unknown':
      return 'left';
  }
}
