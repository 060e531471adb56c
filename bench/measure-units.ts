import type { Database } from '../src/adapters/dynamodb/database';
import { storesOn } from '../src/adapters/lambda/ports';
import { commonPasswords } from '../src/adapters/node/common-passwords';
import { lookalikes } from '../src/adapters/node/lookalikes';
import { tokens } from '../src/adapters/node/tokens';
import { type AnswerPorts, answerFrame, type CommandRoute } from '../src/domain/frames/answer-frame';
import { fanOut } from '../src/domain/messages/fan-out';
import type { Principal } from '../src/domain/ports/operation';
import type { FanOutJob } from '../src/domain/ports/ports';
import { openConnection } from '../src/domain/presence/open-connection';
import { releaseConnection } from '../src/domain/presence/release-connection';
import type { Action } from '../src/protocol/commands';
import type { ConnectionId } from '../src/protocol/ids';
import { DIRECT_MEMBERS_MAX } from '../src/protocol/limits';
import { routes } from '../src/routes';
import { Meter, type Metered } from './metered-client';

export interface Cost extends Metered {
  readonly operation: string;
  /** Posts, and whatever else goes to `@connections`. */
  readonly callbacks: number;
}

const PASSWORD = 'correct horse';
const TEXT = 'A message of about a hundred characters, which is more than most people write before they press Enter.';

/** The real operations on the database, with sockets that only count, and every request metered. */
function stage(database: Database) {
  const meter = new Meter(database.client);
  const jobs: FanOutJob[] = [];
  let [callbacks, serial, now] = [0, 0, 1_795_411_066_347];
  const called =
    <T>(outcome: T) =>
    async () => {
      callbacks++;
      return outcome;
    };
  const ports = {
    ...storesOn(database),
    clock: { now: () => now++, sleep: async () => undefined },
    report: (cause: unknown) => {
      throw cause;
    },
    commonPasswords,
    lookalikes,
    passwords: { hash: async () => 'x'.repeat(90), verify: async () => true, isOutdated: () => false },
    tokens,
    sockets: { push: called('delivered' as const), probe: called('open' as const), close: called('closed' as const) },
    fanOut: { enqueue: async (job: FanOutJob) => void jobs.push(job) },
  };
  const send = async (
    connectionId: ConnectionId,
    command: { readonly action: Action; readonly [field: string]: unknown },
    principal?: Principal,
  ) => {
    // Nobody is as fast as to owe anything.
    now += 1_000;
    const route = routes[command.action] as unknown as CommandRoute<Action, AnswerPorts>;
    const { outcome, reply = '{}' } = await answerFrame(route, ports, {
      connectionId,
      sourceIp: '203.0.113.7',
      principal,
      frame: JSON.stringify({ ref: 1, ...command }),
    });
    if (outcome !== 'ok') throw new Error(`${command.action}: ${outcome}`);
    return JSON.parse(reply) as Readonly<Record<string, unknown>>;
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
  const costs: Cost[] = [];
  /** Notes what the operation costs. */
  const cost = async <T>(operation: string, perform: () => Promise<T>): Promise<T> => {
    meter.take();
    callbacks = 0;
    const result = await perform();
    costs.push({ operation, ...meter.take(), callbacks });
    return result;
  };
  return { ports, jobs, send, connect, join, cost, costs };
}

type Stage = ReturnType<typeof stage>;

/** What each operation costs, in a small world: two users with a device each, and a group of ten. */
export async function measureUnits(database: Database): Promise<readonly Cost[]> {
  const world = stage(database);
  const { ports, connect, cost, send } = world;
  const a = await cost('`$connect`', connect);
  await cost('`reg`', () => send(a, { action: 'reg', user: 'ann', password: PASSWORD }));
  const { token } = await cost('`login` with nothing new', () =>
    send(a, { action: 'login', user: 'ann', password: PASSWORD }),
  );
  const another = await connect();
  await cost('`login` with a token', () => send(another, { action: 'login', token }));
  await releaseConnection(ports, { connectionId: another });
  const principal = { name: 'ivy', subject: 'one of an identity provider' };
  for (const operation of ['`login` with an identity, the first', '`login` with an identity']) {
    const vouched = await connect();
    await cost(operation, () => send(vouched, { action: 'login' }, principal));
    await releaseConnection(ports, { connectionId: vouched });
  }
  await cost('`passwd` with no other device', () =>
    send(a, { action: 'passwd', password: PASSWORD, newPassword: PASSWORD }),
  );
  await cost('`ping`', () => send(a, { action: 'ping' }));
  await measureTwo(world, a);
  await measureGroup(world, a);
  await cost('`$disconnect`', () => releaseConnection(ports, { connectionId: a }));
  return world.costs;
}

async function measureTwo({ connect, join, cost, send, ports }: Stage, a: ConnectionId): Promise<void> {
  const b = await join('ben');
  const conversation = 'dm:ann:ben';
  const chat = (more: object = {}) => send(a, { action: 'chat', to: 'ben', text: TEXT, ...more });
  await cost('`chat`, the first message to a user', chat);
  await cost('`chat` to a user who is online', chat);
  await cost('`chat` with `id` and `after`', () => chat({ id: 'm3', after: 2 }));
  await cost('`ack`, one cursor', () => send(b, { action: 'ack', conversation, received: 3 }));
  await cost('`typing` to a user', () => send(a, { action: 'typing', to: 'ben' }));
  await cost('`history`, three messages', () => send(b, { action: 'history', conversation }));
  await cost('`sync` with nothing new', () => send(b, { action: 'sync' }));
  await cost('`addFriend`, asking', () => send(a, { action: 'addFriend', user: 'ben' }));
  await cost('`addFriend`, accepting', () => send(b, { action: 'addFriend', user: 'ann' }));
  await cost('`presence` of one friend', () => send(a, { action: 'presence', users: ['ben'] }));
  await cost('`block` of a friend', () => send(b, { action: 'block', user: 'ann' }));
  await cost('`chat` to a user who has blocked one', chat);
  await cost('`block`, taken back', () => send(b, { action: 'block', user: 'ann', unblock: true }));
  await releaseConnection(ports, { connectionId: b });
  await cost('`chat` to a user who is offline', chat);
  const again = await connect();
  await cost('`login` with a friend and one conversation with news', () =>
    send(again, { action: 'login', user: 'ben', password: PASSWORD }),
  );
}

async function measureGroup({ join, cost, send, ports, jobs }: Stage, a: ConnectionId): Promise<void> {
  const group = 'choir';
  await cost('`createGroup`', () => send(a, { action: 'createGroup', name: 'Choir', id: group }));
  for (let index = 0; index < 8; index++) await send(await join(`member${index}`), { action: 'joinGroup', group });
  const last = await join('last');
  await cost('`joinGroup`, as the tenth', () => send(last, { action: 'joinGroup', group }));
  await cost('`chat` to a group of ten', () => send(a, { action: 'chat', group, text: TEXT }));
  await cost('`members` of ten', () => send(a, { action: 'members', group }));
  await cost('`leaveGroup` of ten', () => send(last, { action: 'leaveGroup', group }));
  const { find } = ports.groups;
  ports.groups.find = async (name) => {
    const found = await find(name);
    return found && { ...found, members: DIRECT_MEMBERS_MAX + 1, big: true };
  };
  await cost('`chat` to a large group, before its reply', () => send(a, { action: 'chat', group, text: TEXT }));
  for (const job of jobs.splice(0)) await cost('fan-out of a page of nine members', () => fanOut(ports, job));
}

/** As a table of Markdown. */
export function toTable(costs: readonly Cost[]): string {
  const rows = costs.map(
    ({ operation, requests, inSequence, readUnits, writeUnits, callbacks }) =>
      `| ${operation} | ${requests} | ${inSequence} | ${readUnits} | ${writeUnits} | ${callbacks} |`,
  );
  return [
    '| operation | requests | in sequence | read units | write units | callbacks |',
    '| --- | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}
