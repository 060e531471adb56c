import type { FanOut, FanOutJob } from '../../../src/domain/ports/ports';
import type { Faults } from '../faults';
import type { Invocation, Lambdas } from '../lambdas';
import type { Operations } from '../operations';
import type { Scheduler } from '../scheduler';

interface QueueWorld {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly lambdas: Lambdas;
  readonly operations: Operations;
  readonly latencyMs: () => number;
  readonly done: (job: FanOutJob, invocation: Invocation) => void;
}

const FAN_OUT_LIMIT_MS = 60_000; // lib/function-sizes.ts
const RECEIVES_MAX = 3;
const AGAIN_MS = 30_000; // Sooner than the real queue, so that it happens within the day.
const TWICE_MS_MAX = 20_000;

/** The queue of large groups' deliveries: in any order, each job at least once, given up after three failures. */
export class Queue implements FanOut {
  readonly #world: QueueWorld;

  constructor(world: QueueWorld) {
    this.#world = world;
  }

  async enqueue(job: FanOutJob): Promise<void> {
    const { scheduler, faults, latencyMs } = this.#world;
    scheduler.after(latencyMs(), () => this.#receive(job, 1));
    if (!faults.happens('batchTwice')) return;
    scheduler.after(faults.of('batchTwice').between(0, TWICE_MS_MAX), () => this.#receive(job, 1));
  }

  #receive(job: FanOutJob, times: number): void {
    const { scheduler, lambdas, operations, done } = this.#world;
    lambdas.invoke({
      route: 'fan-out',
      limitMs: FAN_OUT_LIMIT_MS,
      run: (ports) => operations.fanOut(ports, job),
      ended: ({ state }, invocation) => {
        if (state === 'done') done(job, invocation);
        else if (times < RECEIVES_MAX) scheduler.after(AGAIN_MS, () => this.#receive(job, times + 1));
      },
    });
  }
}
