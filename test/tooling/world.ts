import { jest } from '@jest/globals';
import type { Database } from '../../src/adapters/dynamodb/database';
import { commonPasswords } from '../../src/adapters/node/common-passwords';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import { tokens } from '../../src/adapters/node/tokens';
import type { AnswerPorts, CommandRoute } from '../../src/domain/frames/answer-frame';
import { answerFrame } from '../../src/domain/frames/answer-frame';
import { fanOut } from '../../src/domain/messages/fan-out';
import { DEFAULT_SETTINGS } from '../../src/domain/ports/default-settings';
import type { Principal } from '../../src/domain/ports/operation';
import type { Clock, FanOut, FanOutJob, Settings, Sockets } from '../../src/domain/ports/ports';
import { announcePresence, type ProfileChange } from '../../src/domain/presence/announce-presence';
import { openConnection } from '../../src/domain/presence/open-connection';
import { releaseConnection } from '../../src/domain/presence/release-connection';
import { sweep } from '../../src/domain/presence/sweep';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId, UserId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import { readablePasswords } from './readable-passwords';
import { storesOn } from './stores-on';

type Json = Record<string, unknown>;

const PASSWORD = 'correct horse';
let serial = 0;

/**
 * The real operations over a real database, with sockets that are a list: what a person could see of Rollcall if API
 * Gateway were a few lines. Connection ids and handles are fresh for each world. Before each frame, `pauseMs` pass: nobody who
 * pauses for a second is ever too fast.
 */
export function worldOn(database: Database, settings: Partial<Settings> = {}, pauseMs = 0) {
  const mark = `w${++serial}`;
  const open = new Set<ConnectionId>();
  const principals = new Map<ConnectionId, Principal>();
  const jobs: FanOutJob[] = [];
  const pushed: { to: ConnectionId; event: Json }[] = [];
  const world = { now: 1_000_000 };
  const sockets: Sockets = {
    push: async (to, text) => {
      if (!open.has(to)) return 'gone';
      pushed.push({ to, event: JSON.parse(text) });
      return 'delivered';
    },
    probe: async (connectionId) => (open.has(connectionId) ? 'open' : 'gone'),
    close: async (connectionId) => (open.delete(connectionId) ? 'closed' : 'gone'),
  };
  const ports = {
    ...storesOn(database, { ...DEFAULT_SETTINGS, ...settings }),
    clock: { now: () => world.now, sleep: async () => undefined } as Clock,
    report: jest.fn<(cause: unknown) => void>(),
    commonPasswords,
    lookalikes,
    passwords: { ...readablePasswords },
    tokens,
    sockets,
    fanOut: { enqueue: async (job) => void jobs.push(job) } as FanOut,
  };

  const sourceIps = new Map<ConnectionId, string>();
  const connect = async (principal?: Principal, sourceIp = '::1') => {
    const connectionId = `${mark}c${++serial}` as ConnectionId;
    await openConnection(ports, { connectionId, connectedAt: world.now, sourceIp });
    sourceIps.set(connectionId, sourceIp);
    open.add(connectionId);
    if (principal) principals.set(connectionId, principal);
    return connectionId;
  };
  /** Sends a frame as a client would, with a `ref`, and returns the reply; what the fence said arrives as a push. */
  const send = async (connectionId: ConnectionId, command: Json & { action: Action }): Promise<Json> => {
    world.now += pauseMs;
    const frame = JSON.stringify({ ref: 'r', ...command });
    const route = routes[command.action] as unknown as CommandRoute<Action, AnswerPorts>;
    const caller = {
      connectionId,
      sourceIp: sourceIps.get(connectionId) ?? '::1',
      principal: principals.get(connectionId),
    };
    const { reply } = await answerFrame(route, ports, { ...caller, frame });
    return reply === undefined ? { silence: true } : JSON.parse(reply);
  };
  /** A handle of this world's own: the database is shared. */
  const named = (name: string) => `${name}${mark}`;
  const register = async (name: string) => {
    const user = named(name);
    const connectionId = await connect();
    await send(connectionId, { action: 'reg', user, password: PASSWORD });
    open.delete(connectionId);
    await releaseConnection(ports, { connectionId });
    return user;
  };
  const login = (connectionId: ConnectionId, user: string, more: Json = {}) =>
    send(connectionId, { action: 'login', user, password: PASSWORD, ...more });
  const join = async (user: string) => {
    const connectionId = await connect();
    await login(connectionId, user);
    return connectionId;
  };

  /** Runs `change`, and returns what the stream would tell of the user's profile. */
  const changeOf = async (user: string, change: () => Promise<unknown>): Promise<ProfileChange> => {
    const read = async () => (await ports.presence.profilesOf([user as UserId])).profiles[0];
    const before = await read();
    await change();
    const after = await read();
    if (!before || !after) throw new Error(`There is no user ${user}.`);
    return { before, after };
  };
  /** Both add each other. */
  const befriend = async (one: ConnectionId, other: ConnectionId, [oneUser, otherUser]: readonly [string, string]) => {
    await send(one, { action: 'addFriend', user: otherUser });
    await send(other, { action: 'addFriend', user: oneUser });
  };

  return {
    ports,
    world,
    changeOf,
    befriend,
    named,
    /** With whose word the connection is opened, if there is an identity provider. */
    connect,
    send,
    register,
    login,
    /** Connects and logs in. */
    join,
    /** The client is gone, and API Gateway has not said so. */
    vanish: (connectionId: ConnectionId) => open.delete(connectionId),
    isOpen: (connectionId: ConnectionId) => open.has(connectionId),
    /** What waits in the queue of large groups' deliveries. */
    jobs,
    /** Does everything that waits there, and what that leads to; returns how many jobs there were. */
    fanOut: async () => {
      let done = 0;
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift(), done++) await fanOut(ports, job);
      return done;
    },
    sweep: () => sweep(ports, { until: Number.POSITIVE_INFINITY }),
    announce: (changes: readonly ProfileChange[]) => announcePresence(ports, changes),
    disconnected: (connectionId: ConnectionId) => releaseConnection(ports, { connectionId }),
    eventsOf: (connectionId: ConnectionId) => pushed.filter(({ to }) => to === connectionId).map(({ event }) => event),
    /** Forgets what was pushed so far. */
    hush: () => pushed.splice(0),
  };
}
