import type { Stores } from '../../src/adapters/memory/stores';
import type { FanOut, Sockets } from '../../src/domain/ports/ports';
import { Refusal } from '../../src/protocol/refusal';
import type { Faults } from './faults';
import type { Invocation } from './lambdas';
import type { Random } from './random';
import type { Scheduler } from './scheduler';
import type { Timeline } from './timeline';

/** What the SDK reports when nothing helped: the simulator's own doing, so no bug. */
export const INJECTED = new Error('injected');

const refused = 'conflict';
const refusedState = { state: 'conflict' } as const;

/** Writes that another transaction can hold up, and how they say so. A transaction's retry by the SDK carries its token. */
export const WRITES: Readonly<Record<string, { readonly conflict?: unknown; readonly hasToken?: true }>> = {
  'accounts.create': { conflict: refused, hasToken: true },
  'accounts.createOwned': { conflict: refused },
  'attempts.begin': { conflict: refusedState },
  'attempts.replace': { conflict: refusedState },
  'attempts.forgive': { conflict: refused },
  'attempts.warm': { conflict: refused },
  'attempts.countFailure': { conflict: refusedState },
  'accounts.charge': { conflict: refusedState },
  'connections.open': {},
  'connections.touch': { conflict: refusedState },
  'connections.forgetUnbound': { conflict: refused },
  'connections.renew': { conflict: refused },
  'presence.bind': { conflict: refusedState, hasToken: true },
  'presence.releaseLast': { conflict: refused, hasToken: true },
  'presence.releaseOneOfSeveral': { conflict: refused, hasToken: true },
  'friends.ask': { conflict: refused, hasToken: true },
  'friends.accept': { conflict: refused, hasToken: true },
  'friends.remove': { conflict: refused, hasToken: true },
  'log.put': { conflict: refused },
  'log.hide': { conflict: refused },
  'log.expire': { conflict: refused },
  'inboxes.arrive': { conflict: refused },
  'inboxes.advance': { conflict: refusedState },
  'inboxes.markBig': { conflict: refused },
  'groups.create': { conflict: refused, hasToken: true },
  'groups.join': { conflict: refused, hasToken: true },
  'groups.leave': { conflict: refused, hasToken: true },
  'blocks.block': { conflict: refused, hasToken: true },
  'blocks.unblock': { conflict: refused, hasToken: true },
  'fanOut.enqueue': {},
};

/** One port call of one invocation: its arrival is when it takes effect. */
export interface Step {
  readonly invocation: Invocation;
  /** `connections.touch` */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly calledAt: number;
}

interface StepsWorld {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly timeline: Timeline | undefined;
  readonly latencyMs: () => number;
  /** Steps take real time, and are waited for. */
  readonly hasRealStores: boolean;
  /** Called when a step has taken effect, before anything else happens. */
  readonly committed: (step: Step) => void;
  /** Called before a request to `@connections` takes effect, and when its answer is known. */
  readonly asked: (step: Step) => void;
  readonly answered: (step: Step, answer: string) => void;
}

type Method = (...args: never[]) => Promise<unknown>;
export type WorldPorts = Stores & { readonly sockets: Sockets; readonly fanOut: FanOut };

const LATE_MS_MAX = 8_000; // A request that is still under way when its Lambda's time is up.
const FREEZE_MS = [200, 12_000] as const; // Above 10 s, the Lambda is ended before it thaws.
const RETRY_MS = 3_000; // The SDK's request timeout: `createClient`.

/** Makes every method of the ports a step of its own: it arrives some time after it was called, and is answered later still. */
export class Steps {
  readonly #world: StepsWorld;
  readonly #templates: readonly (readonly [string, object])[];

  constructor(world: StepsWorld, ports: WorldPorts) {
    this.#world = world;
    this.#templates = Object.entries(ports).map(([port, methods]) => [port, this.#templateOf(port, methods)]);
  }

  /** A port whose methods are steps of the invocation that is put into it: there are too many invocations to make it for each. */
  #templateOf(port: string, methods: object): object {
    const take = this.take.bind(this);
    const { scheduler } = this.#world;
    const steps = Object.entries(methods as Readonly<Record<string, Method>>).map(([method, run]) => {
      const name = `${port}.${method}`;
      const step = function (this: { readonly invocation: Invocation }, ...args: never[]) {
        return take({ invocation: this.invocation, name, args, calledAt: scheduler.now }, () => run(...args));
      };
      return [method, step] as const;
    });
    return Object.fromEntries(steps);
  }

  portsFor(invocation: Invocation): WorldPorts {
    const ports = this.#templates.map(([port, template]) => [
      port,
      Object.assign(Object.create(template), { invocation }),
    ]);
    return Object.fromEntries(ports);
  }

  /** Runs one effect as a step. */
  take<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    const { scheduler, faults, latencyMs } = this.#world;
    const { invocation } = step;
    return new Promise<T>((resolve) => {
      if (invocation.isOver) return;
      if (faults.happens('crashBefore')) return this.#crash(step, 'before');
      scheduler.after(latencyMs() + this.#freezeMs(), () => {
        const outcome = this.#arrive(step, effect);
        if (faults.happens('crashAfter')) this.#crash(step, 'after');
        scheduler.after(latencyMs() + this.#freezeMs(), () => {
          if (invocation.isOver) return;
          scheduler.resumes();
          resolve(outcome);
        });
        return this.#pending(outcome);
      });
    });
  }

  #pending(outcome: Promise<unknown>): Promise<unknown> | undefined {
    return this.#world.hasRealStores ? outcome.catch(() => undefined) : undefined;
  }

  #freezeMs(): number {
    const { faults } = this.#world;
    return faults.happens('freeze') ? faults.of('freeze').between(...FREEZE_MS) : 0;
  }

  #crash(step: Step, when: string): void {
    this.#world.timeline?.note(step.invocation.name, `crashes ${when} ${step.name}`);
    step.invocation.isOver = true;
  }

  #arrive<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    const write = WRITES[step.name];
    const { faults, timeline } = this.#world;
    const isSocket = step.name.startsWith('sockets.');
    if (isSocket) return this.#ask(step, effect);
    if (write?.conflict !== undefined && faults.happens('conflict')) {
      timeline?.note(step.invocation.name, `${step.name}: conflict`);
      return Promise.resolve(write.conflict as T);
    }
    if (faults.happens('requestLost')) return this.#lose(step, 'never arrives');
    if (!write) return this.#commit(step, effect);
    if (faults.happens('retried')) return this.#retry(step, effect);
    if (faults.happens('landsLate')) return this.#landLate(step, effect);
    const outcome = this.#commit(step, effect);
    if (!faults.happens('answerLost')) return outcome;
    outcome.catch(() => undefined);
    return this.#lose(step, 'loses its answer');
  }

  #ask<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    this.#world.asked(step);
    const answer = effect();
    this.#world.timeline?.step(step, answer);
    answer.then((text) => this.#world.answered(step, String(text)));
    return answer;
  }

  #lose<T>({ invocation, name }: Step, what: string): Promise<T> {
    this.#world.timeline?.note(invocation.name, `${name} ${what}: busy`);
    const lost = Promise.reject(new Refusal('busy', { cause: INJECTED }));
    lost.catch(() => undefined);
    return lost;
  }

  /** The SDK did not hear the first answer, and asks again. A transaction is recognised by its token. */
  #retry<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    const first = this.#commit(step, effect);
    if (WRITES[step.name]?.hasToken) return first;
    first.catch(() => undefined);
    this.#world.timeline?.note(step.invocation.name, `${step.name} is sent again by the SDK`);
    return this.#commit(step, effect);
  }

  /** The SDK gave the first request up and asked again; the first one arrives after all, later. */
  #landLate<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    const { scheduler, faults, timeline } = this.#world;
    const outcome = this.#commit(step, effect);
    if (WRITES[step.name]?.hasToken) return outcome;
    scheduler.after(faults.of('landsLate').between(RETRY_MS, LATE_MS_MAX), () => {
      timeline?.note(step.invocation.name, `${step.name} lands once more, late`);
      const late = this.#commit(step, effect);
      return this.#pending(late);
    });
    return outcome;
  }

  #commit<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    const outcome = effect();
    outcome.catch(() => undefined);
    this.#world.timeline?.step(step, outcome);
    this.#world.committed(step);
    return outcome;
  }
}
