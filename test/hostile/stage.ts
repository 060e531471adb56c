import type { Database } from '../../src/adapters/dynamodb/database';
import { type Stores, storesIn } from '../../src/adapters/memory/stores';
import { emptyTables, type Tables } from '../../src/adapters/memory/tables';
import { commonPasswords } from '../../src/adapters/node/common-passwords';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import { tokens } from '../../src/adapters/node/tokens';
import { DEFAULT_SETTINGS } from '../../src/domain/ports/default-settings';
import type { FanOutJob, Settings, Sockets } from '../../src/domain/ports/ports';
import type { ConnectionId, GroupId, MessageId } from '../../src/protocol/ids';
import { Refusal } from '../../src/protocol/refusal';
import type { Random } from '../simulation/random';
import { INJECTED, WRITES } from '../simulation/steps';
import { dump } from '../tooling/dump';
import { readablePasswords } from '../tooling/readable-passwords';
import { type Rows, scanAll } from '../tooling/rows';
import { silentMeter } from '../tooling/silent-meter';
import { storesOn } from '../tooling/stores-on';

/** What begins every key that signs tokens: none may ever be seen outside the tables. */
export const KEY_MARK = 'SIGNINGKEY';

/** The stores under test, and everything that they hold. */
export interface Engine {
  readonly name: string;
  readonly stores: Stores;
  readonly rows: () => Promise<Rows>;
  /** The memory's own. */
  readonly tables?: Tables;
}

export function memoryEngine(): Engine {
  const tables = emptyTables();
  return { name: 'memory', stores: storesIn(tables), rows: async () => dump(tables), tables };
}

export function databaseEngine(database: Database): Engine {
  const { accounts, attempts, connections, presence, friends, blocks, groups, log, inboxes } = storesOn(database);
  const stores = { accounts, attempts, connections, presence, friends, blocks, groups, log, inboxes };
  return { name: 'dynoxide', stores, rows: () => scanAll(database) };
}

export interface Push {
  readonly to: ConnectionId;
  readonly text: string;
}

interface StageOptions {
  readonly engine: Engine;
  readonly random: Random;
  readonly settings: Partial<Settings>;
  /** How often a request is throttled, loses its answer, meets a conflict, or a push goes wrong. */
  readonly faultRate: number;
  /** Whether the calls of commands that run side by side mix. */
  readonly mixes: boolean;
}

type Method = (...args: never[]) => Promise<unknown>;

/** Everything that a Lambda needs, made of chance: time, sockets, and stores that fail as often as they are told to. */
export function stageOf({ engine, random, settings, faultRate, mixes }: StageOptions) {
  const open = new Set<ConnectionId>();
  const pushed: Push[] = [];
  const reported: unknown[] = [];
  const jobs: FanOutJob[] = [];
  const time = { now: 1_800_000_000_000 };
  const [weather, ids] = [random.fork('weather'), random.fork('ids')];
  let serial = 0;
  const sockets: Sockets = {
    push: async (to, text) => {
      if (weather.chance(faultRate)) return weather.pick(['failed', 'gone']);
      if (!open.has(to)) return 'gone';
      pushed.push({ to, text });
      return 'delivered';
    },
    probe: async (connectionId) => (open.has(connectionId) ? 'open' : 'gone'),
    close: async (connectionId) => (open.delete(connectionId) ? 'closed' : 'gone'),
  };
  const stormy = (name: string, methods: object) => storm({ name, methods, weather, faultRate, mixes });
  const stores = Object.entries(engine.stores).map(([name, methods]) => [name, stormy(name, methods)]);
  const ports = {
    ...(Object.fromEntries(stores) as Stores),
    clock: { now: () => time.now, sleep: async () => undefined },
    meter: silentMeter,
    chance: {
      fraction: () => ids.fraction(),
      messageId: () => `i${++serial}` as MessageId,
      groupId: () => `secret-${++serial}` as GroupId,
    },
    settings: { ...DEFAULT_SETTINGS, ...settings },
    report: (cause: unknown) => void reported.push(cause),
    commonPasswords,
    lookalikes,
    passwords: readablePasswords,
    tokens: { ...tokens, newKey: () => `${KEY_MARK}${String(++serial).padStart(33, 'A')}` },
    sockets: stormy('sockets', sockets) as Sockets,
    fanOut: stormy('fanOut', { enqueue: async (job: FanOutJob) => void jobs.push(job) }) as {
      enqueue(job: FanOutJob): Promise<void>;
    },
  };
  return { engine, ports, time, open, pushed, reported, jobs };
}

export type Stage = ReturnType<typeof stageOf>;

interface Storm {
  readonly name: string;
  readonly methods: object;
  readonly weather: Random;
  readonly faultRate: number;
  readonly mixes: boolean;
}

/** A store whose requests take their turns at random, and fail: refused, or done without an answer. */
function storm({ name, methods, weather, faultRate, mixes }: Storm): object {
  const wrap = ([method, run]: readonly [string, Method]) => {
    const conflict = WRITES[`${name}.${method}`]?.conflict;
    const call = async (...args: never[]) => {
      for (let turns = mixes ? weather.whole(0, 4) : 0; turns > 0; turns--) await undefined;
      if (name === 'sockets' || !weather.chance(faultRate)) return run(...args);
      if (conflict !== undefined && weather.chance(0.5)) return conflict;
      if (weather.chance(0.5)) await run(...args);
      throw new Refusal('busy', { cause: INJECTED });
    };
    return [method, call] as const;
  };
  return Object.fromEntries((Object.entries(methods) as [string, Method][]).map(wrap));
}
