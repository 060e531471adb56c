import type { FanOut, FanOutJob, Settings, Sockets } from '../../src/domain/ports/ports';
import type { Faults } from './faults';
import { Gateway } from './gateway';
import { type Invocation, Lambdas, type Ports } from './lambdas';
import type { Operations } from './operations';
import type { Random } from './random';
import type { Scheduler } from './scheduler';
import type { Json, Socket } from './socket';
import { type Step, Steps, type WorldPorts } from './steps';
import { Stream } from './stream';
import { sweepEachMinute } from './sweeps';
import { Queue } from './talk/queue';
import type { Timeline } from './timeline';

interface AwsWorld {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly timeline: Timeline | undefined;
  readonly operations: Operations;
  readonly settings: Settings;
  readonly usualLatencyMs: number;
  readonly batchWindowMs: number;
  readonly hasRealStores: boolean;
  readonly portsWith: (outside: { readonly sockets: Sockets; readonly fanOut: FanOut }) => WorldPorts;
  readonly wrapCalls: (ports: Ports, invocation: Invocation) => Ports;
  // What whoever watches is told: see `Checker`.
  readonly committed: (step: Step) => void;
  readonly asked: (step: Step) => void;
  readonly answered: (step: Step, answer: string) => void;
  readonly ended: (socket: Socket) => void;
  readonly replied: (socket: Socket, frame: Json, by: Invocation) => void;
  readonly fannedOut: (job: FanOutJob, by: Invocation) => void;
  readonly disconnected: (socket: Socket, by: Invocation) => void;
  readonly unannounced: (userId: string) => void;
  readonly bug: (cause: unknown, by: Invocation) => void;
}

const SLOW_SHARE = 0.05;
const SLOW_FACTOR = 10;

/** API Gateway, Lambda, the stream and the schedule, put together. */
export class Aws {
  readonly gateway: Gateway;
  readonly stream: Stream;
  readonly #queue: Queue;
  readonly #world: AwsWorld;
  readonly #lambdas: Lambdas;

  constructor(world: AwsWorld) {
    this.#world = world;
    const parts = { ...world, latencyMs: latencyOf(world.random.fork('network'), world.usualLatencyMs) };
    const sockets: Sockets = {
      push: (...args) => this.gateway.api.push(...args),
      probe: (...args) => this.gateway.api.probe(...args),
      close: (...args) => this.gateway.api.close(...args),
    };
    const fanOut: FanOut = { enqueue: (job) => this.#queue.enqueue(job) };
    const steps = new Steps(parts, world.portsWith({ sockets, fanOut }));
    this.#lambdas = new Lambdas({ ...parts, steps });
    this.gateway = new Gateway({ ...parts, lambdas: this.#lambdas });
    this.#queue = new Queue({ ...parts, lambdas: this.#lambdas, done: world.fannedOut });
    this.stream = new Stream({ ...parts, lambdas: this.#lambdas, lost: world.unannounced });
  }

  beginSweeping(periodMs: number): void {
    sweepEachMinute({ ...this.#world, lambdas: this.#lambdas, periodMs });
  }
}

/** Most take as long as usual, a few ten times that. */
function latencyOf(random: Random, usualMs: number): () => number {
  return () => {
    const latencyMs = 0.5 + random.fraction() * usualMs;
    return random.chance(SLOW_SHARE) ? SLOW_FACTOR * latencyMs : latencyMs;
  };
}
