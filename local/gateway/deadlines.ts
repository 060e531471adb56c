import type { Connection } from './connection';
import type { GatewayLimits } from './limits';

/** How finely the deadlines are kept, as a part of the shortest: a second in ten minutes. */
const PRECISION = 600;

/**
 * Ends connections that were idle for too long, or open for too long (Developer Guide, "Quotas"). One timer for all: two for each
 * would be a third of what an idle connection costs, and would have to be set anew with each message.
 */
export class Deadlines {
  readonly #connections: ReadonlyMap<string, Connection>;
  readonly #limits: GatewayLimits;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor(connections: ReadonlyMap<string, Connection>, limits: GatewayLimits, now: () => number) {
    this.#connections = connections;
    this.#limits = limits;
    this.#now = now;
  }

  /** For a new connection. Its deadline is no earlier than that of any other, so one that is waited for will do. */
  watch(): void {
    if (this.#timer === undefined) this.check();
  }

  /** Ends what is due by the gateway's clock, and waits for what is due next. */
  check(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { idleMs, connectionMs } = this.#limits;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const connection of this.#connections.values()) {
      const idleAt = connection.lastActiveAt + idleMs;
      const expiredAt = connection.facts.connectedAt + connectionMs;
      if (expiredAt <= now) connection.expire();
      else if (idleAt <= now) connection.goIdle();
      else next = Math.min(next, idleAt, expiredAt);
    }
    if (next < Number.POSITIVE_INFINITY) this.#wait(next - now);
  }

  #wait(ms: number): void {
    const { idleMs, connectionMs } = this.#limits;
    const finest = Math.min(idleMs, connectionMs) / PRECISION;
    // Open sockets keep the process alive, and nothing else should.
    this.#timer = setTimeout(() => this.check(), Math.max(ms, finest)).unref();
  }
}
