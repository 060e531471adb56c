import { isDeepStrictEqual } from 'node:util';
import { type AnswerPorts, answerFrame, type CommandRoute } from '../../src/domain/frames/answer-frame';
import { fanOut } from '../../src/domain/messages/fan-out';
import type { Profile } from '../../src/domain/ports/ports';
import { announcePresence } from '../../src/domain/presence/announce-presence';
import { openConnection } from '../../src/domain/presence/open-connection';
import { releaseConnection } from '../../src/domain/presence/release-connection';
import { sweep } from '../../src/domain/presence/sweep';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId, GroupId, MessageId, UserId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import { memoryEngine, stageOf } from '../hostile/stage';
import { Random } from '../simulation/random';

export type Command = Readonly<Record<string, unknown>> & { readonly action: Action };
export type Routes = Readonly<Record<string, CommandRoute<Action, AnswerPorts>>>;

export const realRoutes = routes as unknown as Routes;

const TICK_MS = 1_000;

/**
 * The real operations over the memory stores, in a world where nothing that one user does takes chance, time or names from
 * another: whatever the observer is told differently must have come by Rollcall itself.
 */
export class World {
  /** What the observer was told, tick by tick. */
  readonly observations: string[][] = [];
  readonly #routes: Routes;
  readonly #observer: string;
  readonly #stage = stageOf({
    engine: memoryEngine(),
    random: new Random('world'),
    settings: { directMembersMax: 8 },
    faultRate: 0,
    mixes: false,
  });
  readonly #devices = new Map<string, ConnectionId[]>();
  readonly #serials = new Map<string, number>();
  readonly #announced = new Map<string, Profile>();
  #told: string[] = [];

  constructor(observer: string, routes: Routes) {
    this.#observer = observer;
    this.#routes = routes;
  }

  async register(user: string): Promise<void> {
    const connectionId = await this.connect(user);
    await this.#answer(user, connectionId, { action: 'reg', user, password: passwordOf(user) });
    await this.login(user);
  }

  async connect(user: string): Promise<ConnectionId> {
    const connectionId = `${user}-${this.#next(user)}` as ConnectionId;
    const opening = { connectionId, connectedAt: this.#stage.time.now, sourceIp: user };
    await openConnection(this.#stage.ports, opening);
    this.#stage.open.add(connectionId);
    this.#devices.set(user, [...this.devicesOf(user), connectionId]);
    return connectionId;
  }

  /** On the newest device. */
  async login(user: string, more: object = {}): Promise<void> {
    await this.send(user, { action: 'login', user, password: passwordOf(user), ...more });
  }

  /** Those whose socket is open, the newest first. */
  devicesOf(user: string): readonly ConnectionId[] {
    return (this.#devices.get(user) ?? []).filter((connectionId) => this.#stage.open.has(connectionId));
  }

  async send(user: string, command: Command): Promise<void> {
    const connectionId = this.devicesOf(user).at(-1) ?? (await this.connect(user));
    await this.#answer(user, connectionId, command);
  }

  async leave(user: string, isTold: boolean): Promise<void> {
    const connectionId = this.devicesOf(user).at(-1);
    if (connectionId === undefined) return;
    this.#stage.open.delete(connectionId);
    if (isTold) await releaseConnection(this.#stage.ports, { connectionId });
  }

  /** Everything that follows from what was done, and time: the stream, the queue, now and then the sweep. */
  async tick(): Promise<void> {
    for (const job of this.#stage.jobs.splice(0)) await fanOut(this.#stage.ports, job);
    await this.#announce();
    for (const { to, text } of this.#stage.pushed.splice(0))
      if (to.startsWith(`${this.#observer}-`)) this.#told.push(`${to} ${text}`);
    this.observations.push(this.#told.sort());
    this.#told = [];
    this.#stage.time.now += TICK_MS;
    if (this.observations.length % 10 === 0) await sweep(this.#stage.ports, { until: Number.POSITIVE_INFINITY });
  }

  async #answer(user: string, connectionId: ConnectionId, command: Command): Promise<void> {
    const route = this.#routes[command.action];
    if (!route) throw new Error(`There is no route ${command.action}.`);
    const frame = JSON.stringify({ ref: 'r', ...command });
    const { reply, outcome } = await answerFrame(route, this.#portsOf(user), { connectionId, sourceIp: user, frame });
    if (user === this.#observer) this.#told.push(`${connectionId} ${JSON.stringify(command)} → ${reply ?? outcome}`);
  }

  #portsOf(user: string) {
    const { ports } = this.#stage;
    const random = new Random(user);
    return {
      ...ports,
      chance: {
        fraction: () => random.fraction(),
        messageId: () => `${user}-${this.#next(user)}` as MessageId,
        groupId: () => `group-of-${user}-${this.#next(user)}` as GroupId,
      },
      tokens: { ...ports.tokens, newKey: () => `${user.padEnd(20, 'A')}${String(this.#next(user)).padStart(23, 'A')}` },
    };
  }

  #next(user: string): number {
    const serial = (this.#serials.get(user) ?? 0) + 1;
    this.#serials.set(user, serial);
    return serial;
  }

  async #announce(): Promise<void> {
    const { profiles } = await this.#stage.ports.presence.profilesOf([...this.#devices.keys()] as UserId[]);
    const changes = profiles.flatMap((after) => {
      const before = this.#announced.get(after.userId) ?? after;
      this.#announced.set(after.userId, after);
      return isDeepStrictEqual(before, after) ? [] : [{ before, after }];
    });
    await announcePresence(this.#stage.ports, changes);
  }
}

export function passwordOf(user: string): string {
  return `password of ${user}`;
}
