import { commonPasswords } from '../../src/adapters/node/common-passwords';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import { tokens } from '../../src/adapters/node/tokens';
import type { Meter } from '../../src/domain/ports/meter';
import type { Chance, CommonPasswords, Lookalikes, Passwords, Settings, Tokens } from '../../src/domain/ports/ports';
import type { ConnectionId, GroupId, MessageId } from '../../src/protocol/ids';
import { Refusal } from '../../src/protocol/refusal';
import { readablePasswords } from '../tooling/readable-passwords';
import { silentMeter } from '../tooling/silent-meter';
import type { Faults } from './faults';
import type { Random } from './random';
import type { Scheduler } from './scheduler';
import { INJECTED, type Steps, type WorldPorts } from './steps';
import type { Timeline } from './timeline';

/** One run of one Lambda. */
export interface Invocation {
  /** `ping c3`, for the timeline. */
  readonly name: string;
  /** The route or the event that it serves. */
  readonly route: string;
  /** The connection that it was invoked for. */
  readonly connectionId: ConnectionId | undefined;
  readonly startedAt: number;
  /** How far its clock is from the true time. */
  readonly skewMs: number;
  /** It has ended, however: what it still has under way may arrive, but it hears of nothing. */
  isOver: boolean;
}

export type InvocationEnd<T> = { readonly state: 'done'; readonly value: T } | { readonly state: 'failed' };

export interface Job<T> {
  readonly route: string;
  readonly connectionId?: ConnectionId | undefined;
  readonly run: (ports: Ports) => Promise<T>;
  /** Called once, whatever becomes of it. */
  readonly ended?: (end: InvocationEnd<T>, invocation: Invocation) => void;
  readonly limitMs?: number;
}

/** What a Lambda works with: the world's ports, as steps, and its own clock. */
export type Ports = WorldPorts & {
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  readonly chance: Chance;
  readonly report: (cause: unknown) => void;
  readonly meter: Meter;
  readonly settings: Settings;
  readonly passwords: Passwords;
  readonly commonPasswords: CommonPasswords;
  readonly lookalikes: Lookalikes;
  readonly tokens: Tokens;
};

interface LambdasWorld {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly timeline: Timeline | undefined;
  readonly latencyMs: () => number;
  readonly steps: Steps;
  readonly settings: Settings;
  readonly wrapCalls: (ports: Ports, invocation: Invocation) => Ports;
  readonly bug: (cause: unknown, invocation: Invocation) => void;
}

/** Simulated time starts here, so that no timestamp is negative or looks like a duration. */
export const EPOCH_MS = 1_000_000_000;
export const SKEW_MS_MAX = 1_000;
export const LAMBDA_LIMIT_MS = 10_000; // lib/route-function.ts

/** As they are, but that a run must not depend on chance: keys are counted. */
export function countedTokens(): Tokens {
  let keys = 0;
  return { ...tokens, newKey: () => `key${++keys}` };
}

/** Runs operations as Lambdas: late, with clocks that differ, twice, not at all, or up to some point. */
export class Lambdas {
  readonly #world: LambdasWorld;
  readonly #tokens = countedTokens();
  #messageIds = 0;

  constructor(world: LambdasWorld) {
    this.#world = world;
  }

  invoke<T>(job: Job<T>): void {
    const { scheduler, faults, latencyMs } = this.#world;
    if (faults.happens('throttled')) {
      this.#world.timeline?.note(nameOf(job), 'is throttled');
      job.ended?.({ state: 'failed' }, this.#invocationOf(job));
      return;
    }
    if (faults.happens('invokedTwice')) {
      const { ended, ...again } = job;
      scheduler.after(faults.of('invokedTwice').between(0, 3_000), () => this.#start(again));
    }
    scheduler.after(latencyMs(), () => this.#start(job));
  }

  #start<T>(job: Job<T>): void {
    const invocation = this.#invocationOf(job);
    this.#world.scheduler.resumes();
    const ended = once((end: InvocationEnd<T>) => job.ended?.(end, invocation));
    this.#world.scheduler.after(job.limitMs ?? LAMBDA_LIMIT_MS, () => {
      invocation.isOver = true;
      ended({ state: 'failed' });
    });
    job.run(this.#portsOf(invocation)).then(
      (value) => {
        invocation.isOver = true;
        ended({ state: 'done', value });
      },
      (cause) => {
        this.#report(cause, invocation);
        invocation.isOver = true;
        ended({ state: 'failed' });
      },
    );
  }

  #invocationOf<T>(job: Job<T>): Invocation {
    const { scheduler, faults } = this.#world;
    const skewMs = faults.happens('skewed') ? Math.round(faults.of('skewed').between(-SKEW_MS_MAX, SKEW_MS_MAX)) : 0;
    return {
      name: nameOf(job),
      route: job.route,
      connectionId: job.connectionId,
      startedAt: scheduler.now,
      skewMs,
      isOver: false,
    };
  }

  #portsOf(invocation: Invocation): Ports {
    const { scheduler, random, steps, settings, wrapCalls } = this.#world;
    const ports: Ports = {
      ...steps.portsFor(invocation),
      clock: {
        now: () => Math.round(EPOCH_MS + scheduler.now + invocation.skewMs),
        sleep: (ms) =>
          new Promise((resolve) => {
            scheduler.after(ms, () => {
              if (invocation.isOver) return;
              scheduler.resumes();
              resolve();
            });
          }),
      },
      chance: {
        fraction: () => random.fraction(),
        messageId: () => `server${++this.#messageIds}` as MessageId,
        groupId: () => `group${++this.#messageIds}` as GroupId,
      },
      report: (cause) => this.#report(cause, invocation),
      meter: silentMeter,
      settings,
      commonPasswords,
      lookalikes,
      passwords: readablePasswords,
      tokens: this.#tokens,
    };
    return wrapCalls(ports, invocation);
  }

  #report(cause: unknown, invocation: Invocation): void {
    const isExpected = cause === INJECTED || (cause instanceof Refusal && cause.code === 'busy');
    if (!isExpected) this.#world.bug(cause, invocation);
  }
}

function nameOf({ route, connectionId }: { route: string; connectionId?: ConnectionId | undefined }): string {
  return connectionId === undefined ? route : `${route} ${connectionId}`;
}

function once<T>(run: (value: T) => void): (value: T) => void {
  let isDone = false;
  return (value) => {
    if (!isDone) run(value);
    isDone = true;
  };
}
