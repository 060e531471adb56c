import { isDeepStrictEqual } from 'node:util';
import type { Profile } from '../../src/domain/ports/ports';
import type { Action } from '../../src/protocol/commands';
import type { UserId } from '../../src/protocol/ids';
import { Random } from '../simulation/random';
import { ACTIONS, actionOf, anyAction, correctCommand } from './commands';
import { fieldsOf } from './fields';
import { commandIn, corrupt, encode } from './frames';
import { batchesOf, type Plan } from './plan';

import { Privacy } from './privacy';
import { checkReply, checkReports, checkRows } from './promises';
import { type Routes, type Side, sideOf, thisRelease } from './side';
import { type Engine, type Stage, stageOf } from './stage';
import { type Device, PASSWORD, Town } from './town';
import { hostileText32 } from './values';
import { hold } from './violation';

/** How often each action came to what: `chat ok`, `chat not_a_member`. */
export type Tally = Map<string, number>;

/** The names are chosen for whoever takes a name for a property of an object. */
const CAST = ['ann', 'bob', 'constructor', '张三', 'valueof'] as readonly string[] as readonly UserId[];

export interface Telling {
  readonly tally?: Tally;
  /** Hears of every frame. */
  readonly tell?: (line: string) => void;
  /** Designs that are known to be wrong, in the place of ours. */
  readonly mutants?: Partial<Routes>;
  /** Another release, which does half of everything. */
  readonly beside?: (stage: Stage) => Side;
}

/** Runs a day, and throws the first `Violation`. */
export async function runDay(plan: Plan, engine: Engine, telling: Telling = {}): Promise<void> {
  const day = new Day(plan, engine, telling);
  await day.begin();
  for (const batch of batchesOf(plan)) await day.run(batch);
  await day.end();
}

const RELAXED_MS = [1, 50, 400, 2_000, 2_000, 15_000];

class Day {
  readonly #tally: Tally;
  readonly #sides: readonly Side[];
  readonly #turns: Random;
  readonly #plan: Plan;
  readonly #stage: Stage;
  readonly #town = new Town();
  readonly #privacy: Privacy;
  readonly #tell: (line: string) => void;
  readonly #announced = new Map<UserId, Profile>();

  constructor(plan: Plan, engine: Engine, { tally = new Map(), tell = () => undefined, mutants, beside }: Telling) {
    const { seed, settings, faultRate, crowding } = plan;
    const random = new Random(`hostile/${seed}/stage`);
    this.#plan = plan;
    this.#stage = stageOf({ engine, random, settings, faultRate, mixes: crowding > 0 });
    this.#privacy = new Privacy(this.#stage, faultRate === 0 && crowding === 0);
    this.#tally = tally;
    const own = sideOf(thisRelease, this.#stage.ports, mutants);
    this.#sides = beside ? [own, beside(this.#stage)] : [own];
    this.#turns = new Random(`hostile/${seed}/turns`);
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

  #side(): Side {
    return this.#turns.pick(this.#sides);
  }

  #addressOf(connectionId: string): string {
    return `192.0.2.${Number(connectionId.split('-')[1]) % this.#plan.addresses}`;
  }

  async #step(random: Random): Promise<void> {
    const kind = random.fraction();
    const device = random.pick(this.#town.devices);
    if (kind < 0.86) return this.#frame(random, device);
    if (kind < 0.9) return this.#connect(this.#town.addDevice(random.pick(CAST)));
    if (kind < 0.92) return this.#leave(device, random.chance(0.5));
    if (kind < 0.94) return this.#task(() => this.#side().sweep());
    if (kind < 0.97) return this.#announce();
    for (const job of this.#stage.jobs.splice(0)) await this.#task(() => this.#side().fanOut(job));
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
    const command = commandIn(frame);
    const action = misroutedTo ?? actionOf(command);
    this.#meet(device, command);
    const sourceIp = this.#addressOf(connectionId);
    const { reply, outcome, userId } = await this.#side().answer(action, { connectionId, sourceIp, frame });
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
    const sourceIp = this.#addressOf(connectionId);
    const opening = { connectionId, connectedAt: this.#stage.time.now, sourceIp, userAgent: 'fuzz' };
    await this.#task(() => this.#side().open(opening));
    this.#stage.open.add(connectionId);
  }

  async #leave({ connectionId }: Device, isTold: boolean): Promise<void> {
    this.#stage.open.delete(connectionId);
    if (isTold) await this.#task(() => this.#side().release(connectionId));
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
      await this.#side().announce(changes);
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
