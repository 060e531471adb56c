import { toProfile } from '../../src/adapters/memory/presence';
import type { ProfileChange } from '../../src/domain/presence/announce-presence';
import type { ProfileWrite } from './commits';
import type { Faults } from './faults';
import type { InvocationEnd, Lambdas } from './lambdas';
import type { Operations } from './operations';
import type { Scheduler } from './scheduler';

interface StreamWorld {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly lambdas: Lambdas;
  readonly operations: Operations;
  readonly latencyMs: () => number;
  readonly batchWindowMs: number;
  /** A change that was given up after all retries: it is in the queue of failures, and nobody was told. */
  readonly lost: (userId: string) => void;
}

const BATCH_MAX = 100;
const RETRIES_MAX = 10;
const ANNOUNCE_LIMIT_MS = 60_000;
const RETRY_AFTER_MS = 500;
const AGAIN_MS_MAX = 20_000;
const SHARDS = 2;

/** The stream of `Chat`, filtered to profiles, and its event source mapping: the values are those of `lib/tasks.ts`. */
export class Stream {
  readonly #shards: readonly Shard[];

  constructor(world: StreamWorld) {
    this.#shards = Array.from({ length: SHARDS }, () => new Shard(world));
  }

  written({ key, before, after }: ProfileWrite): void {
    if (!before || !after) return;
    const change = { before: toProfile(key, before), after: toProfile(key, after) };
    this.#shards[key.charCodeAt(0) % SHARDS]?.push(change);
  }
}

/** One shard is read by one invocation at a time, in order, and again from the first record that failed. */
class Shard {
  readonly #world: StreamWorld;
  readonly #records: ProfileChange[] = [];
  #isReading = false;
  #retries = 0;

  constructor(world: StreamWorld) {
    this.#world = world;
  }

  push(change: ProfileChange): void {
    this.#records.push(change);
    if (!this.#isReading) this.#read(this.#world.batchWindowMs);
  }

  #read(afterMs: number): void {
    this.#isReading = true;
    const { scheduler, lambdas, operations, latencyMs } = this.#world;
    scheduler.after(afterMs + latencyMs(), () => {
      // A batch that failed is halved ("bisect"), so that it is one record that fails in the end.
      const batch = this.#records.slice(0, Math.max(1, BATCH_MAX >> this.#retries));
      lambdas.invoke({
        route: 'announce',
        limitMs: ANNOUNCE_LIMIT_MS,
        run: (ports) => operations.announce(ports, batch),
        ended: (end) => this.#ended(batch, end),
      });
    });
  }

  #ended(batch: readonly ProfileChange[], end: InvocationEnd<readonly string[]>): void {
    const done = doneOf(batch, end);
    this.#records.splice(0, done);
    this.#retries = done > 0 ? 0 : this.#retries + 1;
    if (this.#retries > RETRIES_MAX) this.#giveUp();
    if (done > 0) this.#repeatSometimes(batch.slice(0, done));
    this.#isReading = false;
    if (this.#records.length > 0) this.#read(done === batch.length ? this.#world.batchWindowMs : RETRY_AFTER_MS);
  }

  #giveUp(): void {
    const given = this.#records.shift();
    if (given) this.#world.lost(given.after.userId);
    this.#retries = 0;
  }

  #repeatSometimes(batch: readonly ProfileChange[]): void {
    const { scheduler, faults, lambdas, operations } = this.#world;
    if (!faults.happens('batchTwice')) return;
    scheduler.after(faults.of('batchTwice').between(0, AGAIN_MS_MAX), () =>
      lambdas.invoke({
        route: 'announce',
        limitMs: ANNOUNCE_LIMIT_MS,
        run: (ports) => operations.announce(ports, batch),
      }),
    );
  }
}

/** How many records from the start need not come again. */
function doneOf(batch: readonly ProfileChange[], end: InvocationEnd<readonly string[]>): number {
  if (end.state === 'failed') return 0;
  const failed = batch.findIndex(({ after }) => end.value.includes(after.userId));
  return failed === -1 ? batch.length : failed;
}
