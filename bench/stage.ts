import type { FunctionName } from '../lib/function-name';
import type { Database } from '../src/adapters/dynamodb/database';
import { commonPasswords } from '../src/adapters/node/common-passwords';
import { lookalikes } from '../src/adapters/node/lookalikes';
import { tokens } from '../src/adapters/node/tokens';
import { type AnswerPorts, answerFrame, type CommandRoute } from '../src/domain/frames/answer-frame';
import type { Principal } from '../src/domain/ports/operation';
import type { FanOutJob } from '../src/domain/ports/ports';
import { openConnection } from '../src/domain/presence/open-connection';
import type { Action } from '../src/protocol/commands';
import type { ConnectionId } from '../src/protocol/ids';
import * as routes from '../src/routes';
import { storesOn } from '../test/tooling/stores-on';
import type { Run } from './invocation';
import { Meter, type Metered } from './metered-client';

/** What an operation, in one run of one function, was counted to use. */
export interface Cost extends Metered, Run {
  readonly operation: string;
  readonly name: FunctionName;
}

/** All that is said of a `Run` beside its requests to the database. */
type Counts = Pick<Run, 'callbacks' | 'messages' | 'hashes' | 'queueRequests'>;

export interface Command {
  readonly action: Action;
  readonly [field: string]: unknown;
}

export const PASSWORD = 'correct horse';

// Digits cost bytes, all but the zeros behind them: the same ones make the same units in every run.
const NOW = 1_795_411_066_347;

const NOTHING: Counts = { callbacks: 0, messages: 0, hashes: 0, queueRequests: 0 };

/** What the operations reach beside the database: each only counts, and all goes well. */
class Counter {
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
      this.#counts.queueRequests++;
      this.jobs.push(job);
    },
  };

  countFrames(frames: number): void {
    this.#counts.messages += frames;
  }

  /** What was counted since the last call. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = { ...NOTHING };
    return counts;
  }

  #counting<T>(outcome: T, ...what: readonly (keyof Counts)[]) {
    return async () => {
      for (const each of what) this.#counts[each]++;
      return outcome;
    };
  }
}

export type Stage = ReturnType<typeof stageOn>;

/** The real operations on the database, with sockets that only count, and every request metered. */
export function stageOn(database: Database) {
  const meter = new Meter(database.client);
  const counter = new Counter();
  const { passwords, sockets, fanOut, jobs } = counter;
  let [serial, now] = [0, NOW];
  const ports = {
    ...storesOn(database),
    ...{ commonPasswords, lookalikes, passwords, tokens, sockets, fanOut },
    clock: { now: () => now++, sleep: async () => undefined },
    report: (cause: unknown) => {
      throw cause;
    },
  };
  const send = async (connectionId: ConnectionId, command: Command, principal?: Principal) => {
    // Nobody is as fast as to owe anything.
    now += 1_000;
    const route = routes[command.action] as unknown as CommandRoute<Action, AnswerPorts>;
    // As our client does: what is quiet asks for no answer.
    const frame = JSON.stringify(route.quiet ? command : { ref: 1, ...command });
    const caller = { connectionId, sourceIp: '203.0.113.7', principal };
    const { outcome, reply } = await answerFrame(route, ports, { ...caller, frame });
    if (outcome !== 'ok') throw new Error(`${command.action}: ${outcome}`);
    counter.countFrames(reply === undefined ? 1 : 2);
    return JSON.parse(reply ?? '{}') as Readonly<Record<string, unknown>>;
  };
  const connect = async () => {
    const connectionId = `${String(++serial).padStart(15, 'c')}=` as ConnectionId;
    await openConnection(ports, { connectionId, connectedAt: now, sourceIp: '203.0.113.7', userAgent: 'bench' });
    return connectionId;
  };
  const join = async (user: string) => {
    const connectionId = await connect();
    await send(connectionId, { action: 'reg', user, password: PASSWORD });
    await send(connectionId, { action: 'login', user, password: PASSWORD });
    return connectionId;
  };
  /** What this costs, which is one run of this function; and what came of it. */
  const measure = async <T>(name: FunctionName, perform: () => Promise<T>) => {
    meter.take();
    counter.take();
    const result = await perform();
    return { result, cost: { name, ...meter.take(), ...counter.take() } };
  };
  return { ports, jobs, send, connect, join, measure };
}
