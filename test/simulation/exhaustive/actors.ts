import type { Tables } from '../../../src/adapters/memory/tables';
import type { Settings } from '../../../src/domain/ports/ports';
import type { ConnectionId, GroupId, MessageId } from '../../../src/protocol/ids';
import { readablePasswords } from '../../tooling/readable-passwords';
import { silentMeter } from '../../tooling/silent-meter';
import type { Checker, Violation } from '../checkers/checker';
import { Writes } from '../commits';
import { countedTokens, EPOCH_MS, type Invocation, type Ports } from '../lambdas';
import type { Operations } from '../operations';
import { turn } from '../scheduler';
import type { Step, WorldPorts } from '../steps';
import type { WorldOptions } from '../world';
import type { Call } from './independence';

const MICROTASKS_MAX = 40;

/** A handler under way, and what it waits for: the calls that it has made and that have not arrived. */
export class Actor {
  readonly calls: (Call & { readonly arrive: () => void })[] = [];
  isOver = false;

  /** One of the calls that are under way, the oldest if not said, arrives and is answered, and all that follows from that is done. */
  async advance(index = 0): Promise<void> {
    this.calls.splice(index, 1)[0]?.arrive();
    const left = this.calls.length;
    // Usually it is a few microtasks to the next call or to the end; a turn of the event loop costs ten times as much.
    for (let microtask = 0; microtask < MICROTASKS_MAX; microtask++) {
      await undefined;
      if (this.isOver || this.calls.length > left) return;
    }
    await turn();
  }

  async finish(): Promise<void> {
    await turn();
    while (this.calls.length > 0) await this.advance();
  }
}

export type Method = (...args: never[]) => Promise<unknown>;

interface ActorsWorld {
  readonly tables: Tables;
  readonly options: WorldOptions;
  readonly ports: WorldPorts;
  readonly violations: Violation[];
  /** How a call takes effect: as a step, at once as if it were one, or at once and unseen. */
  readonly kindOf: (step: Step) => 'step' | 'at once' | 'unseen';
}

export interface Start<T> {
  readonly name: string;
  readonly route: string;
  readonly connectionId: ConnectionId | undefined;
  /** How far its clock is from the true time. */
  readonly skewMs?: number | undefined;
  readonly settings: Settings;
  /** Replaces what a call does. */
  readonly instead?: ((step: Step) => Method | undefined) | undefined;
  readonly run: (operations: Operations, ports: Ports) => Promise<T>;
  readonly ended: (value: T, invocation: Invocation) => void;
}

/** Runs handlers whose calls arrive when somebody says so: a millisecond from one arrival to the next. */
export class Actors {
  now = 0;
  checkers: readonly Checker[] = [];
  readonly #world: ActorsWorld;
  readonly #tokens = countedTokens();
  readonly #writes: Writes;
  readonly #ports: WorldPorts;

  /** What is in the tables by now was there before. */
  constructor(world: ActorsWorld) {
    this.#world = world;
    this.#writes = new Writes(world.tables);
    const { wrapPorts = (ports) => ports } = world.options;
    this.#ports = wrapPorts(world.ports, world.tables);
  }

  /** Starts a handler: it makes its first calls, and nothing has arrived yet. */
  start<T>({
    name,
    route,
    connectionId,
    skewMs = 0,
    settings,
    instead = () => undefined,
    run,
    ended,
  }: Start<T>): Actor {
    const actor = new Actor();
    const { wrapCalls = (ports) => ports, operations } = this.#world.options;
    const invocation: Invocation = { name, route, connectionId, startedAt: this.now, skewMs, isOver: false };
    const ports = wrapCalls(
      { ...this.#outsideOf(settings, skewMs), ...this.#steppedFor(actor, invocation, instead) },
      invocation,
    );
    run(operations, ports).then(
      (value) => {
        actor.isOver = true;
        ended(value, invocation);
      },
      (cause: unknown) => {
        actor.isOver = true;
        this.#world.violations.push({
          property: 'bug',
          what: cause instanceof Error ? `${cause.stack}` : String(cause),
        });
      },
    );
    return actor;
  }

  tell(tell: (checker: Checker) => void): void {
    for (const checker of this.checkers) tell(checker);
  }

  #steppedFor(actor: Actor, invocation: Invocation, instead: NonNullable<Start<unknown>['instead']>): WorldPorts {
    const stepped = Object.entries(this.#ports).map(([port, methods]) => {
      // Made on demand: of some thirty methods a handler calls a few, and there are hundreds of thousands of schedules.
      const get = (target: object, method: string) => {
        const name = `${port}.${method}`;
        const real = (target as Record<string, Method>)[method];
        if (!real) throw new Error(`There is no ${name}.`);
        return (...args: never[]) => {
          const step = { invocation, name, args, calledAt: this.now };
          return this.#call(actor, step, instead(step) ?? real);
        };
      };
      return [port, new Proxy(methods, { get })];
    });
    return Object.fromEntries(stepped) as WorldPorts;
  }

  #outsideOf(settings: Settings, skewMs: number): Omit<Ports, keyof WorldPorts> {
    return {
      clock: { now: () => EPOCH_MS + this.now + skewMs, sleep: async () => undefined },
      chance: { fraction: () => 0, groupId: () => 'group' as GroupId, messageId: () => `m${this.now}` as MessageId },
      report: () => undefined,
      meter: silentMeter,
      settings,
      commonPasswords: { has: () => false },
      lookalikes: { skeletonOf: (handle) => handle, isMixed: () => false },
      passwords: readablePasswords,
      tokens: this.#tokens,
    };
  }

  #call(actor: Actor, step: Step, effect: Method): Promise<unknown> {
    const kind = this.#world.kindOf(step);
    if (kind === 'unseen') return effect(...(step.args as never[]));
    if (kind === 'at once') return this.#arrive(step, effect);
    return new Promise((resolve) => {
      const { userId } = (step.args[0] ?? {}) as { readonly userId?: string };
      actor.calls.push({ name: step.name, userId, arrive: () => resolve(this.#arrive(step, effect)) });
    });
  }

  #arrive(step: Step, effect: Method): Promise<unknown> {
    this.now++;
    const isAsked = step.name.startsWith('sockets.');
    if (isAsked) this.tell((checker) => checker.asked?.(step));
    const outcome = effect(...(step.args as never[]));
    const commit = this.#writes.take(step);
    this.tell((checker) => checker.stepped?.(step));
    if (commit) this.tell((checker) => checker.committed?.(commit));
    if (isAsked) outcome.then((answer) => this.tell((checker) => checker.answered?.(step, String(answer))));
    return outcome;
  }
}
