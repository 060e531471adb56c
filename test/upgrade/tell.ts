import type { Database } from '../../src/adapters/dynamodb/database';
import { commonPasswords } from '../../src/adapters/node/common-passwords';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import type { AnswerPorts, CommandRoute } from '../../src/domain/frames/answer-frame';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId } from '../../src/protocol/ids';
import { type Row, scanAll } from '../tooling/rows';
import { silentMeter } from '../tooling/silent-meter';
import type { Kept, Server } from './kept';

type Json = Readonly<Record<string, unknown>>;

const PASSWORD = 'correct horse battery staple';

const START = 1_795_000_000_000;
const HOUR_MS = 3_600_000;
const SETTINGS = { leaseMs: 120_000, loginGraceMs: 120_000, devicesMax: 3, directMembersMax: 4, passwords: true };

/** A release at work on a database, with sockets that are a list. */
export function atWork(server: Server, database: Database, from = START) {
  const open = new Set<ConnectionId>();
  const jobs: string[] = [];
  const pushed: { readonly to: ConnectionId; readonly event: Json }[] = [];
  const reported: unknown[] = [];
  const time = { now: from };
  const settings: Record<string, unknown> = { ...SETTINGS };
  const ports = {
    ...server.storesOn(database, settings as never),
    settings,
    clock: { now: () => time.now, sleep: async () => undefined },
    report: (cause: unknown) => void reported.push(cause),
    meter: silentMeter,
    passwords: server.passwords,
    // The last release has no use for these two.
    commonPasswords,
    lookalikes,
    tokens: server.tokens,
    sockets: {
      push: async (to: ConnectionId, text: string) => {
        if (!open.has(to)) return 'gone';
        pushed.push({ to, event: JSON.parse(text) });
        return 'delivered';
      },
      probe: async (connectionId: ConnectionId) => (open.has(connectionId) ? 'open' : 'gone'),
      close: async (connectionId: ConnectionId) => (open.delete(connectionId) ? 'closed' : 'gone'),
    },
    fanOut: { enqueue: async (job: object) => void jobs.push(JSON.stringify(job)) },
  };
  const send = async (connection: string, command: Json & { readonly action: Action }): Promise<Json> => {
    time.now += 1_000;
    const route = server.routes[command.action] as unknown as CommandRoute<Action, AnswerPorts>;
    const caller = { connectionId: connection as ConnectionId, sourceIp: '192.0.2.7' };
    const frame = JSON.stringify({ ref: 'r', ...command });
    const { reply } = await server.answerFrame(route, ports as never, { ...caller, frame });
    return reply === undefined ? {} : JSON.parse(reply);
  };
  const connect = async (connection: string) => {
    const opening = {
      connectionId: connection as ConnectionId,
      connectedAt: time.now,
      sourceIp: '192.0.2.7',
      userAgent: 'kept/1',
    };
    await server.routes.$connect.operation(ports as never, opening);
    open.add(opening.connectionId);
    return connection;
  };
  const login = async (connection: string, user: string, more: Json = {}) =>
    send(await connect(connection), { action: 'login', user, password: PASSWORD, ...more });
  const disconnect = async (connection: string) => {
    open.delete(connection as ConnectionId);
    await server.routes.$disconnect.operation(ports as never, { connectionId: connection as ConnectionId });
  };
  /** Connections of an earlier release whose sockets are still open. */
  const resume = (connections: readonly string[]) => {
    for (const connection of connections) open.add(connection as ConnectionId);
  };
  return { server, ports, settings, resume, time, open, jobs, pushed, reported, send, connect, login, disconnect };
}

export type AtWork = ReturnType<typeof atWork>;

const USERS = ['ann', 'bob', 'carl', 'dora', 'eve', 'frieda', '张三', 'never'];

/** Something of everything that a release writes: every kind of row, with every attribute that it can have. */
export async function tell(server: Server, database: Database): Promise<Kept> {
  const here = atWork(server, database);
  const { send, login, connect, disconnect } = here;
  await connect('stranger');
  for (const user of USERS) await send('stranger', { action: 'reg', user, password: PASSWORD });
  const tokens: Record<string, string> = {};
  for (const user of USERS.slice(0, -1)) tokens[user] = String((await login(`${user}-1`, user)).token);
  await login('ann-2', 'ann', { heartbeat: 60 });
  await makeFriends(here);
  await talk(here);
  await gather(here);
  await send('ann-1', { action: 'block', user: 'dora' });
  await send('ann-1', { action: 'block', user: 'eve' });
  await send('ann-1', { action: 'block', user: '张三' });
  for (const user of ['dora', 'eve']) await send(`${user}-1`, { action: 'chat', to: 'ann', text: 'are you there?' });
  await send('frieda-1', { action: 'logout' });
  const records = await leaving(database, here);
  await login('carl-2', 'carl', { heartbeat: 10 });
  here.time.now += HOUR_MS;
  await disconnect('eve-1');
  const { connections, chat } = await scanAll(database);
  const inOrder = (rows: readonly Row[]) => rows.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
  return {
    now: here.time.now,
    password: PASSWORD,
    tokens,
    records,
    jobs: here.jobs,
    connections: inOrder(connections),
    chat: inOrder(chat),
  };
}

async function makeFriends({ send }: AtWork): Promise<void> {
  for (const other of ['bob', 'dora', 'frieda']) {
    await send('ann-1', { action: 'addFriend', user: other });
    await send(`${other}-1`, { action: 'addFriend', user: 'ann' });
  }
  await send('carl-1', { action: 'addFriend', user: 'ann' });
  await send('ann-1', { action: 'addFriend', user: 'never' });
  await send('张三-1', { action: 'addFriend', user: 'ann' });
}

async function talk({ send, settings }: AtWork): Promise<void> {
  for (let count = 1; count <= 4; count++) {
    await send('ann-1', {
      action: 'chat',
      to: 'bob',
      text: `to Bob, ${count}`,
      id: `a${count}`,
      after: 2 * (count - 1),
    });
    await send('bob-1', { action: 'chat', to: 'ann', text: `to Ann, ${count}` });
  }
  await send('bob-1', { action: 'ack', conversation: 'dm:ann:bob', received: 7, read: 5 });
  await send('dora-1', { action: 'chat', to: 'ann', text: 'before the block' });
  settings.retentionMs = 30 * 24 * HOUR_MS;
  for (const text of ['one that expires', 'another one', 'the newest'])
    await send('carl-1', { action: 'chat', to: 'bob', text });
  delete settings.retentionMs;
}

/** A small group, one that has become large, and one that everybody has left. */
async function gather({ send }: AtWork): Promise<void> {
  await send('ann-1', { action: 'createGroup', name: 'Choir', description: 'Tuesdays', id: 'choir' });
  for (const user of ['bob', 'carl']) await send(`${user}-1`, { action: 'joinGroup', group: 'choir' });
  await send('bob-1', { action: 'chat', group: 'choir', text: 'la' });
  await send('carl-1', { action: 'leaveGroup', group: 'choir' });
  await send('bob-1', { action: 'createGroup', name: 'Crowd', id: 'crowd' });
  for (const user of ['ann', 'carl', 'dora', 'eve', 'frieda'])
    await send(`${user}-1`, { action: 'joinGroup', group: 'crowd' });
  await send('ann-1', { action: 'chat', group: 'crowd', text: 'to all of you' });
  await send('frieda-1', { action: 'createGroup', name: 'Empty', id: 'empty' });
  await send('frieda-1', { action: 'leaveGroup', group: 'empty' });
}

/** Bob leaves: what the stream says of it, before anybody was told. */
async function leaving(database: Database, { disconnect }: AtWork): Promise<Kept['records']> {
  const profile = async () =>
    (await scanAll(database)).chat.find((row) => row.pk?.S === 'USER#bob' && row.sk?.S === 'PROFILE');
  const OldImage = await profile();
  await disconnect('bob-1');
  const NewImage = await profile();
  if (!OldImage || !NewImage) throw new Error('Bob has no profile.');
  return [{ dynamodb: { SequenceNumber: '1', OldImage, NewImage } }];
}

function keyOf(row: Row): string {
  return row.connectionId?.S ?? `${row.pk?.S} ${row.sk?.S}`;
}
