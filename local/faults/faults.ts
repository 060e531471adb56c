import { Delays, type Timer } from './delays';
import type { FaultName, FaultOptions } from './fault-options';
import { randomStream } from './random-stream';

/** A `$disconnect` that is late comes after 1 to 10 seconds; the second of two, at once or up to 3 seconds after the first. */
const LATE_MS_MIN = 1_000;
const LATE_MS_MAX = 10_000;
const SECOND_MS_MAX = 3_000;

export type DatabaseFault =
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' }
  | { readonly kind: 'throttle'; readonly error: 'ProvisionedThroughputExceededException' | 'ThrottlingException' }
  /** `at` says, from 0 up to 1, which of a transaction's items it is. */
  | { readonly kind: 'conflict'; readonly at: number }
  | { readonly kind: 'ambiguous' };

/** What a database request is, as far as faults are concerned. */
export interface DatabaseRequest {
  /** A function's, and not a person's: only these can crash. */
  readonly isOfFunction: boolean;
  readonly isWrite: boolean;
  /** A transaction, or a write of one item: DynamoDB reports conflicts for these. */
  readonly canConflict: boolean;
}

interface Stream {
  probability: number;
  readonly next: () => number;
  asked: number;
  struck: number;
}

/**
 * Decides, at each point where the world may be hostile, whether it is. Each fault draws from a stream of its own, two
 * numbers per decision, whatever the other faults decide: with the same seed, the n-th decision of a fault is the same.
 */
export class Faults {
  readonly #seed: number;
  readonly #streams: ReadonlyMap<FaultName, Stream>;
  readonly #delays: Delays;

  constructor({ seed, probabilities }: FaultOptions, timer?: Timer) {
    this.#seed = seed;
    this.#delays = new Delays(timer);
    this.#streams = new Map(
      Array.from(probabilities, ([name, probability]) => {
        return [name, { probability, next: randomStream(seed, name), asked: 0, struck: 0 }];
      }),
    );
  }

  /** Runs a `$disconnect` never, once or twice, now or later. */
  async disconnect(deliver: () => Promise<unknown>): Promise<void> {
    const [lost, late, twice] = [
      this.#strike('disconnect.lost'),
      this.#strike('disconnect.late'),
      this.#strike('disconnect.twice'),
    ];
    if (lost !== undefined) return;
    const delayMs = late === undefined ? 0 : Math.round(LATE_MS_MIN + late * (LATE_MS_MAX - LATE_MS_MIN));
    const secondMs = twice === undefined ? [] : [delayMs + Math.round(Math.max(0, 2 * twice - 1) * SECOND_MS_MAX)];
    await Promise.all([delayMs, ...secondMs].map((ms) => this.#delays.wait(ms).then(deliver)));
  }

  /** Whether `@connections` says 410 of a connection that is open. */
  isFalselyGone(): boolean {
    return this.#strike('gone.false') !== undefined;
  }

  post(): 'deliver' | 'lose' | 'refuse' {
    const [lost, refused] = [this.#strike('post.lost'), this.#strike('post.429')];
    if (refused !== undefined) return 'refuse';
    return lost === undefined ? 'deliver' : 'lose';
  }

  isThrottled(): boolean {
    return this.#strike('lambda.throttle') !== undefined;
  }

  /** Whether a batch of a stream is delivered a second time, although the first was handled. */
  isBatchRepeated(): boolean {
    return this.#strike('stream.twice') !== undefined;
  }

  isIndexStale(): boolean {
    return this.#strike('gsi.stale') !== undefined;
  }

  /** All applicable streams draw, before the gravest that struck is chosen. */
  databaseRequest({ isOfFunction, isWrite, canConflict }: DatabaseRequest): DatabaseFault | undefined {
    const crash = isOfFunction ? this.#strike('lambda.crash') : undefined;
    const throttle = this.#strike('dynamodb.throttle');
    const conflict = canConflict ? this.#strike('dynamodb.conflict') : undefined;
    const ambiguous = isWrite ? this.#strike('dynamodb.ambiguous') : undefined;
    if (crash !== undefined) return { kind: 'crash', when: crash < 0.5 ? 'before' : 'after' };
    if (throttle !== undefined) {
      const error = throttle < 0.5 ? 'ProvisionedThroughputExceededException' : 'ThrottlingException';
      return { kind: 'throttle', error };
    }
    if (conflict !== undefined) return { kind: 'conflict', at: conflict };
    return ambiguous === undefined ? undefined : { kind: 'ambiguous' };
  }

  /** Whether the fault was named at the start, if only with 0. */
  has(name: string): boolean {
    return this.#streams.has(name as FaultName);
  }

  /**
   * From now on, this probable. Only for a fault that was named at the start: the others draw no numbers, and what a seed
   * decides must not depend on when somebody asked.
   */
  set(name: FaultName, probability: number): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`The fault ${name} was not named at the start.`);
    stream.probability = probability;
  }

  /** What is only late comes at once: the gateway shuts down. */
  hurry(): void {
    this.#delays.hurry();
  }

  /** For `GET /_local/`: how often each fault was asked, and how often it struck. */
  report(): object {
    const streams = Array.from(this.#streams, ([name, { probability, asked, struck }]) => {
      return [name, { probability, asked, struck }] as const;
    });
    return { seed: this.#seed, ...Object.fromEntries(streams) };
  }

  /** Undefined, or a number from 0 up to 1 for whatever else there is to decide. */
  #strike(name: FaultName): number | undefined {
    const stream = this.#streams.get(name);
    if (stream === undefined) return undefined;
    const [chance, detail] = [stream.next(), stream.next()];
    stream.asked += 1;
    if (chance >= stream.probability) return undefined;
    stream.struck += 1;
    return detail;
  }
}
