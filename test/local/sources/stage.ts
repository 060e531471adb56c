import { setMaxListeners } from 'node:events';
import type { GatewayEvent } from '../../../local/gateway/gateway-event';
import type { Invocation } from '../../../local/lambda/invocation';
import type { SourceContext } from '../../../local/sources/invoke';
import { FakeClock } from './fake-clock';

export type Play = (event: unknown, call: number) => unknown;

const INVOKED = { accessKeyId: 'ASIA', durationMs: 1, coldStart: false, logs: [] } as const;

function failed(errorType = 'Error', errorMessage = 'no'): Invocation {
  return { ...INVOKED, outcome: 'failed', errorType, errorMessage, trace: '' };
}

/** A world for one source: a clock that the test moves, and functions that are played by the test. */
export class Stage {
  readonly clock: FakeClock;
  readonly stop = new AbortController();
  readonly events: unknown[] = [];
  readonly reports: GatewayEvent[] = [];
  readonly calledAt: number[] = [];
  readonly context: SourceContext;

  /** `play` returns what the handler does; what it throws becomes the function's error. */
  constructor(play: Play = () => undefined, now = Date.UTC(2030, 0, 1)) {
    this.clock = new FakeClock(now);
    // As in `startSources`: each lane and wait listens.
    setMaxListeners(0, this.stop.signal);
    this.context = {
      clock: this.clock,
      signal: this.stop.signal,
      takeUnits: () => ({ readUnits: 1, writeUnits: 2, databaseRequests: 3 }),
      onEvent: (event) => void this.reports.push(event),
      functionOf: () => ({ invoke: (event) => this.#invoke(play, event), close: async () => undefined }),
    };
  }

  async #invoke(play: Play, event: unknown): Promise<Invocation> {
    this.events.push(event);
    this.calledAt.push(this.clock.now());
    try {
      return { ...INVOKED, outcome: 'returned', payload: await play(event, this.events.length) };
    } catch (error) {
      return typeof error === 'string' ? failed(error) : failed();
    }
  }
}
