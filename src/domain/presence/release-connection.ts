import type { ConnectionId, UserId } from '../../protocol/ids';
import type { BoundConnection } from '../ports/operation';
import type { Connection, Connections, Presence, Release, ReleaseOutcome, Tuned } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';

export interface ReleasePorts extends SettlePorts {
  readonly connections: Pick<Connections, 'find' | 'forgetUnbound'>;
  readonly presence: Pick<Presence, 'releaseLast' | 'releaseOneOfSeveral'>;
}

interface ReleaseRequest {
  readonly connectionId: ConnectionId;
  /** Release only what is bound to this user. */
  readonly of?: UserId | undefined;
  /** Evidence is only as good as its age: with this, a client that has spoken since then is kept. */
  readonly leaseSeen?: number | undefined;
  /** After a logout the socket stays open: keep the row, unbound, until this time (ms since 1970). */
  readonly keepUnboundUntil?: number | undefined;
}

export type Released =
  | { readonly state: 'released'; readonly userId: UserId }
  | { readonly state: 'forgotten' | 'absent' | 'renewed' | 'foreign' };

/**
 * Unbinds a connection and, if it was its user's last, makes the user offline, atomically (DESIGN.md §4, `release`).
 * Safe to run late, twice, and beside any other operation. Two requests in sequence where nothing interferes.
 * Refuses `busy` when conflicts do not end.
 */
export function releaseConnection(ports: ReleasePorts, request: ReleaseRequest): Promise<Released> {
  return settle(ports, async () => {
    const connection = await ports.connections.find(request.connectionId);
    if (!connection) return { state: 'absent' };
    if (isRenewed(connection, request)) return { state: 'renewed' };
    if (request.of !== undefined && connection.userId !== request.of) return { state: 'foreign' };
    if (connection.userId === undefined) return forgetUnbound(ports, request);
    const outcome = await releaseBound(ports, {
      connectionId: request.connectionId,
      leaseSeen: request.leaseSeen,
      keepUnboundUntil: request.keepUnboundUntil,
      userId: connection.userId,
      now: ports.clock.now(),
    });
    return outcome === 'released' ? { state: 'released', userId: connection.userId } : 'conflict';
  });
}

/** Unbinds a user's connection whose socket stays open: its row is kept, and somebody may log in on it again. */
export function unbindConnection(
  ports: ReleasePorts & Tuned,
  { connectionId, userId }: BoundConnection,
): Promise<Released> {
  const keepUnboundUntil = ports.clock.now() + ports.settings.loginGraceMs;
  return releaseConnection(ports, { connectionId, of: userId, keepUnboundUntil });
}

function isRenewed(connection: Connection, { leaseSeen }: ReleaseRequest): boolean {
  return leaseSeen !== undefined && connection.leaseUntil !== leaseSeen;
}

async function forgetUnbound(ports: ReleasePorts, request: ReleaseRequest): Promise<Released | 'conflict'> {
  // A login may bind the connection at this moment, in another Lambda: then the row is no longer unbound, and we look again.
  const outcome = await ports.connections.forgetUnbound(request.connectionId, request.leaseSeen);
  return outcome === 'forgotten' ? { state: 'forgotten' } : 'conflict';
}

/** Most people have one device, so the flip is tried first; `others` and `last` hand over to the other transaction. */
async function releaseBound(ports: ReleasePorts, release: Release): Promise<ReleaseOutcome> {
  const outcome = await ports.presence.releaseLast(release);
  return outcome === 'others' ? ports.presence.releaseOneOfSeveral(release) : outcome;
}
