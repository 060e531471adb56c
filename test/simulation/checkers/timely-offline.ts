import type { ConnectionId } from '../../../src/protocol/ids';
import { HEARTBEATS_PER_LEASE } from '../../../src/protocol/limits';
import type { Commit } from '../commits';
import { IDLE_LIMIT_MS } from '../gateway';
import type { Invocation } from '../lambdas';
import { LAST_ACT_MS_MAX, LAST_FAULT_MS, type Plan } from '../plan';
import type { Scheduler } from '../scheduler';
import type { Socket } from '../socket';
import type { Checker, CheckerWorld } from './checker';

type TimelyWorld = CheckerWorld & { readonly scheduler: Scheduler; readonly plan: Plan };

/**
 * P3: a connection whose socket has ended is unbound in time, and its row is gone: at once where `$disconnect` arrives. Else from the end, or from the end of all faults if
 * that is later: `2 × heartbeat + sweep period + ε` for a client that promised heartbeats; API Gateway's idle limit + lease + sweep
 * period for one that did not; the login's grace instead of the lease where nobody had logged in.
 */
export class TimelyOffline implements Checker {
  readonly #world: TimelyWorld;
  readonly #openedAt = new Map<ConnectionId, number>();
  #lastDueAt = 0;

  constructor(world: TimelyWorld) {
    this.#world = world;
  }

  /** When the bounds of all sockets have passed that ended before the faults did. */
  get lastDueAt(): number {
    return this.#lastDueAt;
  }

  ended(socket: Socket): void {
    const { now, plan } = this.#world;
    const since = Math.max(now(), plan.safetyMs + LAST_FAULT_MS) + this.#epsilonMs();
    this.#expectGone(socket, since + this.#longestMs(socket));
  }

  committed({ step, connections }: Commit): void {
    if (step.name !== 'connections.open') return;
    for (const { key } of connections) this.#openedAt.set(key, this.#world.now());
  }

  /** At once where `$disconnect` arrives; only a `$connect` that landed meanwhile may have left a row. */
  disconnected({ connectionId }: Socket, { startedAt }: Invocation): void {
    if (!this.#rowOf(connectionId) || (this.#openedAt.get(connectionId) ?? 0) >= startedAt) return;
    this.#world.complain('P3', `${connectionId} still is there, and its $disconnect has run`);
  }

  #expectGone({ connectionId }: Socket, dueAt: number): void {
    const { scheduler, now, plan, complain } = this.#world;
    // Clients come and go after the faults, too (API Gateway ends what idles); the run does not wait for them.
    if (now() <= plan.safetyMs + LAST_FAULT_MS + LAST_ACT_MS_MAX) this.#lastDueAt = Math.max(this.#lastDueAt, dueAt);
    scheduler.at(dueAt, () => {
      const row = this.#rowOf(connectionId);
      if (row) complain('P3', `${connectionId} still is ${row.userId ? `bound to ${row.userId}` : 'there'}`);
    });
  }

  #rowOf(connectionId: ConnectionId) {
    return this.#world.tables.connections.get(connectionId);
  }

  /** Which of the three it will be is not known when the socket ends: a login may be under way. */
  #longestMs({ peer, state }: Socket): number {
    const { plan } = this.#world;
    const { heartbeat } = peer;
    const idleMs = state === 'closed' ? 0 : IDLE_LIMIT_MS;
    const boundMs = heartbeat === undefined ? idleMs + plan.leaseMs : HEARTBEATS_PER_LEASE * heartbeat * 1000;
    return Math.max(boundMs, plan.loginGraceMs) + plan.sweepPeriodMs;
  }

  /**
   * A pass of the sweep, and what was under way when the socket ended: some twenty requests and their answers. And what a connection
   * may owe where commands are dear, because its lease counts from when it owes nothing.
   */
  #epsilonMs(): number {
    const { latencyMs, commandMs } = this.#world.plan;
    return 2_000 + 40 * latencyMs + (commandMs ?? 0);
  }
}
