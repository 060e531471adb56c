import { isDeepStrictEqual } from 'node:util';
import { announcePresence } from '../../src/domain/announce-presence';
import { type AnswerPorts, answerFrame, answerUnroutable, type CommandRoute } from '../../src/domain/answer-frame';
import { fanOut } from '../../src/domain/fan-out';
import { openConnection } from '../../src/domain/open-connection';
import type { Profile, Settings } from '../../src/domain/ports';
import { releaseConnection } from '../../src/domain/release-connection';
import { sweep } from '../../src/domain/sweep';
import type { Action } from '../../src/protocol/commands';
import type { UserId } from '../../src/protocol/ids';
import { routes } from '../../src/routes';
import { Random } from '../simulation/random';
import { ACTIONS, anyAction, correctCommand } from './commands';
import { fieldsOf } from './fields';
import { corrupt, encode } from './frames';
import { Privacy } from './privacy';
import { checkReply, checkReports, checkRows } from './promises';
import { type Engine, type Stage, stageOf } from './stage';
import { type Device, PASSWORD, Town } from './town';
import { hostileText32 } from './values';
import { hold } from './violation';

/** What a seed decides beforehand. Steps draw from chance of their own, so that leaving some out leaves the others as they were. */
export interface Plan {
  readonly seed: number;
  readonly steps: readonly number[];
  readonly settings: Partial<Settings>;
  readonly faultRate: number;
  /** The share of steps that run beside the next one. */
  readonly crowding: number;
  /** The share of frames that are correct. */
  readonly goodness: number;
}

const STEPS = 500;

export function planOf(seed: number, steps = STEPS): Plan {
  const random = new Random(`hostile/${seed}`);
  return {
    seed,
    steps: Array.from({ length: steps }, (_, step) => step),
    settings: {
      devicesMax: random.pick([2, 3, 20]),
      directMembersMax: random.pick([2, 3, 256]),
      retentionMs: random.pick([undefined, undefined, 60_000]),
    },
    faultRate: random.pick([0, 0, 0.01, 0.05]),
    crowding: random.pick([0, 0.5, 0.8]),
    goodness: random.pick([0.3, 0.5, 0.8]),
  };
}

/** How often each action came to what: `chat ok`, `chat not_a_member`. */
export type Tally = Map<string, number>;

/** The names are chosen for whoever takes a name for a property of an object. */
const CAST = ['ann', 'bob', 'constructor', '张三', 'valueof'] as readonly string[] as readonly UserId[];

export type Routes = Readonly<Record<Action, CommandRoute<Action, AnswerPorts>>>;

const realRoutes = routes as unknown as Routes;

export interface Telling {
  readonly tally?: Tally;
  /** Hears of every frame. */
  readonly tell?: (line: string) => void;
  /** Designs that are known to be wrong, in the place of ours. */
  readonly mutants?: Partial<Routes>;
}

/** Runs a day, and throws the first `Violation`. */
export async function runDay(plan: Plan, engine: Engine, telling: Telling = {}): Promise<void> {
  const day = new Day(plan, engine, telling);
  await day.begin();
  for (const batch of batchesOf(plan)) await day.run(batch);
  await day.end();
}

function batchesOf({ seed, steps, crowding }: Plan): readonly (readonly number[])[] {
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const step of steps) {
    batch.push(step);
    if (new Random(`hostile/${seed}/${step}/beside`).chance(crowding)) continue;
    batches.push(batch);
    batch = [];
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

const RELAXED_MS = [1, 50, 400, 2_000, 2_000, 15_000];

class Day {
  readonly #tally: Tally;
  readonly #routes: Routes;
  readonly #plan: Plan;
  readonly #stage: Stage;
  readonly #town = new Town();
  readonly #privacy: Privacy;
  readonly #tell: (line: string) => void;
  readonly #announced = new Map<UserId, Profile>();

  constructor(plan: Plan, engine: Engine, { tally = new Map(), tell = () => undefined, mutants }: Telling) {
    const { seed, settings, faultRate, crowding } = plan;
    const random = new Random(`hostile/${seed}/stage`);
    this.#plan = plan;
    this.#stage = stageOf({ engine, random, settings, faultRate, mixes: crowding > 0 });
    this.#privacy = new Privacy(this.#stage, faultRate === 0 && crowding === 0);
    this.#tally = tally;
    this.#routes = { ...realRoutes, ...mutants };
    this.#tell = tell;
  }

  /** Accounts, with two devices each that are logged in, and groups: a frame has somebody to be about from the first one on. */
  async begin(): Promise<void> {
    for (const user of CAST) {
      this.#town.users.set(user, PASSWORD + user);
      for (const device of [this.#town.addDevice(user), this.#town.addDevice(user)]) {
        await this.#connect(device);
        await this.#send(device, { action: 'reg', user, password: PASSWORD + user });
        await this.#send(device, { action: 'login', user, password: PASSWORD + user });
      }
      await this.#send(this.#town.devices.at(-1) as Device, {
        action: 'createGroup',
        name: this.#town.mark(),
        id: `g${this.#town.users.size}`,
      });
      this.#look();
    }
  }

  async run(steps: readonly number[]): Promise<void> {
    const random = new Random(`hostile/${this.#plan.seed}/${steps[0]}/time`);
    this.#stage.time.now += random.chance(0.01) ? 3_600_000 : random.pick(RELAXED_MS);
    this.#privacy.begin();
    await Promise.all(steps.map((step) => this.#step(new Random(`hostile/${this.#plan.seed}/${step}`))));
    this.#look();
  }

  async end(): Promise<void> {
    const rows = await this.#stage.engine.rows();
    checkRows(rows);
    this.#privacy.judge(rows);
  }

  async #step(random: Random): Promise<void> {
    const kind = random.fraction();
    const device = random.pick(this.#town.devices);
    if (kind < 0.86) return this.#frame(random, device);
    if (kind < 0.9) return this.#connect(this.#town.addDevice(random.pick(CAST)));
    if (kind < 0.92) return this.#leave(device, random.chance(0.5));
    if (kind < 0.94) return this.#task(() => sweep(this.#stage.ports, { until: Number.POSITIVE_INFINITY }));
    if (kind < 0.97) return this.#announce();
    for (const job of this.#stage.jobs.splice(0)) await this.#task(() => fanOut(this.#stage.ports, job));
  }

  async #frame(random: Random, drawn: Device): Promise<void> {
    const open = this.#town.devices.filter(({ connectionId }) => this.#stage.open.has(connectionId));
    // What was under way when the socket closed comes after it.
    const device = open.length === 0 || random.chance(0.02) ? drawn : random.pick(open);
    const action = device.isLoggedIn || random.chance(0.15) ? anyAction(random) : 'login';
    const command = correctCommand({ random, town: this.#town, device }, action);
    if (random.chance(this.#plan.goodness)) return this.#send(device, command);
    const isGarbage = random.chance(0.08);
    const text = isGarbage ? hostileText32(random) : corrupt(random, Object.entries(command), fieldsOf(action));
    // Nothing but API Gateway decides which Lambda gets a frame: none may rely on it.
    await this.#sendText(device, text, random.chance(0.05) ? random.pick(ACTIONS) : undefined);
  }

  #send(device: Device, command: object): Promise<void> {
    return this.#sendText(device, encode(Object.entries(command)));
  }

  async #sendText(device: Device, frame: string, misroutedTo?: Action): Promise<void> {
    const { connectionId } = device;
    const command = parse(frame);
    const action = misroutedTo ?? routeOf(command);
    this.#meet(device, command);
    const route = action && this.#routes[action];
    const answer = route
      ? await answerFrame(route, this.#stage.ports, { connectionId, sourceIp: `at ${connectionId}`, frame })
      : answerUnroutable(frame);
    const { reply, outcome, userId } = answer;
    this.#tell(
      `${connectionId} ${misroutedTo ? `(to ${misroutedTo}) ` : ''}${frame.slice(0, 2_000)}\n    → ${reply ?? outcome}`,
    );
    this.#count(`${action ?? '$default'} ${outcome}`);
    if (reply === undefined) return;
    checkReply({ reply, frame: command, action, isCalm: this.#plan.faultRate === 0 && this.#plan.crowding === 0 });
    this.#privacy.replied(connectionId, userId, reply);
    if (outcome === 'ok') this.#learn(command, JSON.parse(reply));
    if (outcome === 'ok' && action === 'login') device.isLoggedIn = true;
    if ((outcome === 'ok' && action === 'logout') || outcome === 'not_logged_in') device.isLoggedIn = false;
  }

  #count(key: string): void {
    this.#tally.set(key, (this.#tally.get(key) ?? 0) + 1);
  }

  #meet({ connectionId }: Device, command: Readonly<Record<string, unknown>> | undefined): void {
    if (command?.action !== 'login') return;
    const claimed =
      typeof command.token === 'string' ? this.#stage.ports.tokens.claimsOf(command.token)?.userId : command.user;
    if (typeof claimed === 'string')
      this.#privacy.meet(connectionId, claimed.normalize('NFKC').toLowerCase() as UserId);
  }

  #learn(command: Readonly<Record<string, unknown>> | undefined, reply: Readonly<Record<string, unknown>>): void {
    this.#town.learn(reply);
    if (reply.action === 'reg') this.#town.users.set(reply.user as UserId, String(command?.password));
    if (reply.action !== 'passwd' || typeof reply.token !== 'string') return;
    const userId = this.#stage.ports.tokens.claimsOf(reply.token)?.userId;
    if (userId) this.#town.users.set(userId, String(command?.newPassword));
  }

  async #connect({ connectionId }: Device): Promise<void> {
    const opening = { connectionId, connectedAt: this.#stage.time.now, sourceIp: '::1', userAgent: 'fuzz' };
    await this.#task(() => openConnection(this.#stage.ports, opening));
    this.#stage.open.add(connectionId);
  }

  async #leave({ connectionId }: Device, isTold: boolean): Promise<void> {
    this.#stage.open.delete(connectionId);
    if (isTold) await this.#task(() => releaseConnection(this.#stage.ports, { connectionId }));
  }

  /** What the stream would have: each profile as it was when it was told last, and as it is. */
  async #announce(): Promise<void> {
    await this.#task(async () => {
      const users = [...this.#town.users.keys()].slice(0, 100);
      const { profiles } = await this.#stage.ports.presence.profilesOf(users);
      const changes = profiles.flatMap((after) => {
        const before = this.#announced.get(after.userId) ?? { ...after, state: 'offline' as const, version: 0 };
        this.#announced.set(after.userId, after);
        return isDeepStrictEqual(before, after) ? [] : [{ before, after }];
      });
      await announcePresence(this.#stage.ports, changes);
    });
  }

  /** A Lambda that no client waits for may fail where the stores do: AWS invokes it again. */
  async #task(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (cause) {
      checkReports([cause], this.#plan.faultRate > 0);
    }
  }

  #look(): void {
    checkReports(this.#stage.reported.splice(0), this.#plan.faultRate > 0);
    for (const { to, text } of this.#stage.pushed.splice(0)) {
      this.#tell(`    push to ${to}: ${text.slice(0, 500)}`);
      this.#privacy.pushed(to, text);
    }
    hold(Object.keys(Object.prototype).length === 0, 'no pollution', () => Object.keys(Object.prototype).join());
  }
}

function parse(frame: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(frame);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function routeOf(command: Readonly<Record<string, unknown>> | undefined): Action | undefined {
  return ACTIONS.find((action) => action === command?.action);
}
