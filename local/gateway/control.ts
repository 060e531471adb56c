import type { Connection } from './connection';
import type { Deadlines } from './deadlines';

/** What a person may do to a gateway that runs, and AWS lets nobody do. */
export interface GatewayControl {
  /** An open connection. */
  connection(connectionId: string): Pick<Connection, 'cut' | 'freeze' | 'thaw'> | undefined;
  /** Moves the gateway's clock, and what waits for it: the idle timeouts and the maximum durations. */
  advance(ms: number): void;
}

/** The gateway's own time. Never moves back. */
export class GatewayClock {
  readonly #base: () => number;
  #offsetMs = 0;

  constructor(base: () => number) {
    this.#base = base;
  }

  readonly now = (): number => this.#base() + this.#offsetMs;

  advance(ms: number): void {
    this.#offsetMs += ms;
  }
}

export function createControl(
  connections: ReadonlyMap<string, Connection>,
  deadlines: Deadlines,
  clock: GatewayClock,
): GatewayControl {
  return {
    connection(connectionId) {
      const connection = connections.get(connectionId);
      return connection?.isOpen ? connection : undefined;
    },
    advance(ms) {
      clock.advance(ms);
      deadlines.check();
    },
  };
}
