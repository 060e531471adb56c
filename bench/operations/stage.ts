import type { FunctionName } from '../../lib/function-name';
import type { Database } from '../../src/adapters/dynamodb/database';
import { commonPasswords } from '../../src/adapters/node/common-passwords';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import { tokens } from '../../src/adapters/node/tokens';
import { type AnswerPorts, answerFrame, type CommandRoute } from '../../src/domain/frames/answer-frame';
import type { Principal } from '../../src/domain/ports/operation';
import type { ProfileChange } from '../../src/domain/presence/announce-presence';
import { openConnection } from '../../src/domain/presence/open-connection';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId, UserId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import { storesOn } from '../../test/tooling/stores-on';
import type { Run } from '../bill/invocation';
import { Counter, measurerOf } from './counter';
import type { Metered } from './metered-client';

/** What an operation, in one run of one function, was counted to use. */
export interface Cost extends Metered, Run {
  readonly operation: string;
  readonly name: FunctionName;
}

export interface Command {
  readonly action: Action;
  readonly [field: string]: unknown;
}

export const PASSWORD = 'correct horse';

// What a browser sends; most of a connection's row is this.
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

// Digits cost bytes, all but the zeros behind them: the same ones make the same units in every run.
const NOW = 1_795_411_066_347;

/** As many characters as API Gateway's have, the last of which is `=`. */
const CONNECTION_ID_LENGTH = 16;

export type Stage = ReturnType<typeof stageOn>;

interface Scene {
  /** What connection ids begin with, for stages that share a database. */
  readonly mark?: string;
  /** In ms: how long it is since the stages of scene zero began. */
  readonly later?: number;
}

/** The real operations on the database, with sockets that only count. */
export function stageOn(database: Database, { mark = 'c', later = 0 }: Scene = {}) {
  const counter = new Counter();
  const { passwords, sockets, fanOut, jobs } = counter;
  let [serial, now] = [0, NOW + later];
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
    counter.count('messages', reply === undefined ? 1 : 2);
    return JSON.parse(reply ?? '{}') as Readonly<Record<string, unknown>>;
  };
  const connect = async () => {
    const digits = String(++serial).padStart(CONNECTION_ID_LENGTH - 1 - mark.length, 'c');
    const connectionId = `${mark}${digits}=` as ConnectionId;
    await openConnection(ports, { connectionId, connectedAt: now, sourceIp: '203.0.113.7', userAgent: USER_AGENT });
    return connectionId;
  };
  const join = async (user: string) => {
    const connectionId = await connect();
    await send(connectionId, { action: 'reg', user, password: PASSWORD });
    await send(connectionId, { action: 'login', user, password: PASSWORD });
    return connectionId;
  };
  return { ports, jobs, send, connect, join, counter };
}

export type MeteredStage = ReturnType<typeof meteredStageOn>;

/** A stage that tells what was counted. From then on, every request of the database's client is metered. */
export function meteredStageOn(database: Database, scene: Scene = {}) {
  const stage = stageOn(database, scene);
  return { ...stage, measure: measurerOf(database.client, stage.counter) };
}

/** What the table's stream would tell of somebody who comes. */
export function flipOf(user: string): ProfileChange {
  const profile = { userId: user as UserId, connections: [], version: 1 };
  return { before: { ...profile, state: 'offline' }, after: { ...profile, state: 'online', version: 2 } };
}
