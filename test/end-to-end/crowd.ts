import { setMaxListeners } from 'node:events';
import { ChatClient, type Known } from './chat-client';
import { proofOf } from './create-users';
import { Dice } from './dice';
import { type Leaving, OfflineTimes } from './offline-times';
import { PAUSE_MS_MAX, pause } from './pause';
import type { ServedApp } from './served-app';

/** How often clients that promise a heartbeat speak: a little before it is due. Those that promise none, now and then. */
const PING_MS = { promised: 8_000, unpromised: 35_000 };

/** They come one after the other: a crowd that comes at once is a test of cold starts. */
export const ARRIVALS_MS = 20_000;

/** Between two tries to connect or to log in: twice as long each time. */
const RETRY_MS = { first: 250, max: 4_000 };

export interface DevicePlan {
  readonly user: string;
  /** What its sockets call themselves, with a number behind it. */
  readonly name: string;
  readonly heartbeat?: number;
  /** Whether it is there in the end. */
  readonly stays: boolean;
}

interface Life {
  readonly app: ServedApp;
  readonly seed: number;
  readonly friendsOf: ReadonlyMap<string, readonly string[]>;
  readonly livesMs: number;
}

/** Many devices, each with a life of its own that a seed decides. */
export class Crowd {
  readonly devices: readonly Device[];
  readonly times = new OfflineTimes();
  readonly #over = new AbortController();
  #lives: Promise<unknown> = Promise.resolve();

  constructor(plans: readonly DevicePlan[], life: Life) {
    // Each device listens, and is meant to.
    setMaxListeners(0, this.#over.signal);
    const told = (user: string, { lastSeen }: Known) => {
      if (lastSeen !== undefined) this.times.flipped(user, lastSeen);
    };
    this.devices = plans.map((plan) => new Device(plan, { ...life, times: this.times, told, over: this.#over.signal }));
  }

  /** Resolves when all are where they end up: gone, or there and staying. */
  async live(): Promise<void> {
    const settled = this.devices.map((device) => device.live());
    this.#lives = Promise.all(settled.map(({ ended }) => ended));
    await Promise.all(settled.map(({ settled: one }) => one));
  }

  /** Lets those who stay go. */
  async end(): Promise<void> {
    this.#over.abort();
    for (const device of this.devices) device.hangUp();
    await this.#lives;
  }
}

interface Surroundings extends Life {
  readonly times: OfflineTimes;
  readonly told: (user: string, known: Known) => void;
  readonly over: AbortSignal;
}

type Stay = ReturnType<OfflineTimes['come']>;

export class Device {
  readonly plan: DevicePlan;
  readonly #around: Surroundings;
  readonly #dice: Dice;
  #client: ChatClient | undefined;
  #stay: Stay | undefined;
  #sockets = 0;
  #token: unknown;
  #until = 0;

  constructor(plan: DevicePlan, around: Surroundings) {
    this.plan = plan;
    this.#around = around;
    this.#dice = new Dice(around.seed, plan.name);
  }

  /** What its present socket calls itself. */
  get label(): string {
    return `${this.plan.name}/${this.#sockets}`;
  }

  /** The client, while it is logged in on an open socket. */
  get present(): ChatClient | undefined {
    return this.#client?.isOpen && this.#client.isLoggedIn ? this.#client : undefined;
  }

  /** Whatever it waits for comes to an end. */
  hangUp(): void {
    this.#client?.terminate();
  }

  live(): { readonly settled: Promise<void>; readonly ended: Promise<void> } {
    const settled = this.#liveOut();
    return { settled, ended: settled.then(() => (this.plan.stays ? this.#remain() : undefined)) };
  }

  async #liveOut(): Promise<void> {
    await this.#pause(this.#dice.between(0, ARRIVALS_MS));
    this.#until = Date.now() + this.#around.livesMs;
    while (Date.now() < this.#until) {
      await this.#logIn();
      await this.#stayFor(this.#yet(4_000, 20_000));
      await this.#act();
    }
    await this.#logIn();
    if (!this.plan.stays) await this.#leave(this.#dice.oneOf(['closed', 'reset', 'cut', 'cut']));
  }

  /** Whoever stays comes back whatever happens, as clients do. */
  async #remain(): Promise<void> {
    while (!this.#around.over.aborted) {
      await this.#logIn();
      await this.#stayFor(Number.POSITIVE_INFINITY);
    }
    this.#client?.terminate();
  }

  async #act(): Promise<void> {
    const act = this.#dice.oneOf(['closed', 'closed', 'reset', 'reset', 'cut', 'freeze', 'logout', 'logout'] as const);
    if (act === 'freeze') await this.#freeze();
    else if (act === 'logout') await this.#logOut();
    else await this.#leave(act);
    // Half of them flap: they are back before anybody has noticed.
    await this.#pause(this.#dice.chance(0.5) ? this.#dice.between(50, 500) : this.#yet(1_000, 12_000));
  }

  async #leave(how: Exclude<Leaving, 'frozen'>): Promise<void> {
    const client = this.#client;
    if (!client?.isOpen) return;
    this.#left(how);
    if (how === 'closed') client.close();
    else if (how === 'reset' || !(await this.#around.app.disturb(this.label, 'cut'))) client.terminate();
    await this.#pause(PAUSE_MS_MAX, client.closed);
  }

  /** As if the machine slept, with its socket open, for shorter or longer than its lease. */
  async #freeze(): Promise<void> {
    this.#left('frozen');
    await this.#around.app.disturb(this.label, 'freeze');
    await this.#pause(this.#yet(2_000, 25_000));
    await this.#around.app.disturb(this.label, 'thaw');
  }

  async #logOut(): Promise<void> {
    this.#left('closed');
    while (this.present && !this.#around.over.aborted) {
      await this.#client?.ask({ action: 'logout' });
    }
  }

  /** Connects, unless it is connected; logs in, unless it is logged in; and does not give up. */
  async #logIn(): Promise<void> {
    for (let waitMs = RETRY_MS.first; !this.#around.over.aborted; waitMs = Math.min(2 * waitMs, RETRY_MS.max)) {
      if (!this.#client?.isOpen) await this.#connect();
      if (await this.#isIn()) return;
      await this.#pause(waitMs);
    }
  }

  async #connect(): Promise<void> {
    const { app, told } = this.#around;
    this.#sockets += 1;
    const client = await ChatClient.open(app.url, this.label, told);
    this.#client = client;
    client?.closed.addEventListener('abort', () => {
      if (this.#client === client) this.#left('closed');
    });
  }

  async #isIn(): Promise<boolean> {
    const { user, heartbeat } = this.plan;
    const client = this.#client;
    if (!client?.isOpen) return false;
    this.#stay ??= this.#around.times.come(user);
    const login = { action: 'login', ...proofOf(user, this.#token), ...(heartbeat && { heartbeat }) };
    const reply = await client.ask(client.isLoggedIn ? { action: 'ping' } : login);
    this.#token = reply?.token ?? this.#token;
    if (!reply?.ok || !client.isLoggedIn) return false;
    if (this.#stay) this.#stay.boundAt ??= Date.now();
    return true;
  }

  /** Speaks as it promised. Ends early when it is no longer logged in. */
  async #stayFor(ms: number): Promise<void> {
    const until = Date.now() + ms;
    const everyMs = this.plan.heartbeat === undefined ? PING_MS.unpromised : PING_MS.promised;
    for (let client = this.present; client !== undefined; client = this.present) {
      const leftMs = until - Date.now();
      await this.#pause(Math.min(everyMs, leftMs), client.closed);
      if (leftMs <= everyMs || this.#around.over.aborted) return;
      await client.ask(this.#smallTalk());
    }
  }

  #smallTalk() {
    const users = this.#around.friendsOf.get(this.plan.user) ?? [];
    return this.#dice.oneOf([
      { action: 'ping' },
      { action: 'ping' },
      { action: 'devices' },
      { action: 'presence', users },
    ]);
  }

  /** The first that happens to a stay is what ended it. */
  #left(how: Leaving): void {
    if (this.#stay) this.#stay.left ??= { at: Date.now(), how };
    this.#stay = undefined;
  }

  /** Ends early when everything is over, or at another signal. */
  async #pause(ms: number, ...signals: AbortSignal[]): Promise<void> {
    await pause(ms, this.#around.over, ...signals);
  }

  /** A while, but not beyond its life. */
  #yet(from: number, to: number): number {
    return Math.max(0, Math.min(this.#dice.between(from, to), this.#until - Date.now()));
  }
}
