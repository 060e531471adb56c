import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FanOutJob } from '../../src/domain/ports/ports';
import type { Run } from '../bill/invocation';
import { Meter, type Metered } from './metered-client';

/** All that is said of a `Run` beside its requests to the database. */
type Counts = Pick<Run, 'callbacks' | 'messages' | 'hashes' | 'queueRequests'>;

const NOTHING: Counts = { callbacks: 0, messages: 0, hashes: 0, queueRequests: 0 };

/** What operations reach beside the database: each only counts, and all goes well. */
export class Counter {
  #counts = { ...NOTHING };
  readonly jobs: FanOutJob[] = [];

  readonly passwords = {
    hash: this.#counting('x'.repeat(90), 'hashes'),
    verify: this.#counting(true, 'hashes'),
    isOutdated: () => false,
  };
  readonly sockets = {
    push: this.#counting('delivered' as const, 'callbacks', 'messages'),
    probe: this.#counting('open' as const, 'callbacks'),
    close: this.#counting('closed' as const, 'callbacks'),
  };
  readonly fanOut = {
    enqueue: async (job: FanOutJob) => {
      this.count('queueRequests');
      this.jobs.push(job);
    },
  };

  count(what: keyof Counts, times = 1): void {
    this.#counts[what] += times;
  }

  /** What was counted since the last call. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = { ...NOTHING };
    return counts;
  }

  #counting<T>(outcome: T, ...what: readonly (keyof Counts)[]) {
    return async () => {
      for (const each of what) this.count(each);
      return outcome;
    };
  }
}

/** Meters every request of the client from now on; what it returns does something, and tells what that took, as one run. */
export function measurerOf(client: DynamoDBClient, counter: Counter) {
  const meter = new Meter(client);
  return async <T>(perform: () => Promise<T>): Promise<{ readonly result: T; readonly run: Metered & Run }> => {
    meter.take();
    counter.take();
    const result = await perform();
    return { result, run: { ...meter.take(), ...counter.take() } };
  };
}
