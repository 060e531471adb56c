import type { Gateway, Json, Peer, Socket } from './gateway';
import type { Act, DevicePlan } from './plan';
import { userName } from './plan';
import type { Random } from './random';
import type { Scheduler } from './scheduler';
import { type Told, Views } from './views';

export const PASSWORD = 'correct horse';

interface DeviceWorld {
  readonly scheduler: Scheduler;
  readonly gateway: Gateway;
  readonly random: Random;
  readonly users: number;
}

type Message = Readonly<Record<string, unknown>>;

const REPLY_PATIENCE_MS = 15_000;
const RETRY_MS = [300, 3_000] as const;
const ROLLOVER_AFTER_MS = 110 * 60_000;

/** One device of a user: connects, logs in, keeps its promise of heartbeats, and does what its plan says, at its time. */
export class Device implements Peer {
  readonly name: string;
  readonly user: string;
  readonly heartbeat: number | undefined;
  /** What this device shows of others. */
  readonly views = new Views();
  socket: Socket | undefined;
  /** Whether its person wants it to be logged in. */
  wants = false;
  /** Since its last login on this socket was answered with a yes. */
  isLoggedIn = false;
  isAsleep = false;
  loginSentAt = 0;
  readonly #plan: DevicePlan;
  readonly #world: DeviceWorld;
  readonly #asleepWith: (() => void)[] = [];
  /** Counts sockets: what was planned for an older one is void. */
  #generation = 0;
  #serial = 0;
  #loginRef = '';

  constructor(plan: DevicePlan, world: DeviceWorld) {
    this.#plan = plan;
    this.#world = world;
    this.name = plan.name;
    this.user = userName(plan.user);
    this.heartbeat = plan.heartbeat;
    
    for (const act of plan.acts) world.scheduler.at(act.at, () => this.#do(act));
  }

  // ---- What the socket tells ----

  opened(socket: Socket): void {
    this.#whenAwake(() => {
      if (socket !== this.socket || !this.wants) return;
      this.#login();
    });
  }

  received(socket: Socket, frame: Json): void {
    this.#whenAwake(() => {
      if (socket === this.socket) this.#hear(frame);
    });
  }

  closed(socket: Socket): void {
    this.#whenAwake(() => {
      if (socket !== this.socket) return;
      this.#forgetSocket();
      this.#soon(() => this.#connect());
    });
  }

  #hear(frame: Json): void {
    if (frame.type === 'presence') this.views.told(frame as unknown as Told);
    if (frame.type === 'friend') this.views.befriended(frame);
    if (frame.type === 'error') this.#refused(frame);
    if (frame.type === 'reply') this.#answered(frame);
    // API Gateway's own words, when a Lambda could not run: nobody knows for which frame. A login is tried again by itself.
  }

  #answered(reply: Json): void {
    if (reply.action === 'login' && reply.ref === this.#loginRef) {
      this.isLoggedIn = true;
      this.views.loggedIn(reply);
    }
    if (reply.action === 'addFriend' || reply.action === 'removeFriend') this.views.befriended(reply);
    if (reply.action === 'presence') for (const told of reply.presence as readonly Told[]) this.views.told(told);
  }

  #refused(error: Json): void {
    const isLogin = error.action === 'login' && error.ref === this.#loginRef;
    if (error.code === 'not_logged_in') this.isLoggedIn = false;
    if (isLogin && (error.code === 'busy' || error.code === 'internal')) this.#soon(() => this.#login());
    if (error.code === 'not_logged_in' && this.wants) this.#soon(() => this.#login());
  }

  // ---- What it does ----

  #do(act: Act): void {
    switch (act.do) {
      case 'on':
        this.wants = true;
        return this.#connect();
      case 'off':
        return this.#off();
      case 'vanish':
        this.wants = false;
        return this.#vanish();
      case 'roam':
        this.#vanish();
        this.wants = true;
        return this.#connect();
      case 'flap':
        return this.#flap(act.times, act.everyMs);
      case 'sleep':
        return this.#sleep(act.ms);
      case 'rollover':
        return this.#planRollover();
      case 'abort':
        return this.#abort();
      case 'blurt':
        this.#login();
        return this.#off();
      default:
        return this.#command(act.do);
    }
  }

  #command(act: Exclude<Act['do'], 'flap' | 'sleep' | 'rollover' | 'abort' | 'blurt' | 'on' | 'off' | 'vanish' | 'roam'>) {
    const other = userName((this.#plan.user + 1) % Math.max(2, this.#world.users));
    switch (act) {
      case 'login':
        this.wants = true;
        return this.socket?.state === 'open' ? this.#login() : this.#connect();
      case 'logout':
        this.wants = false;
        return this.#send({ action: 'logout' });
      case 'everywhere':
        this.wants = false;
        return this.#send({ action: 'logout', everywhere: true });
      case 'intrude':
        return this.#send({ action: 'login', user: other, password: PASSWORD });
      case 'chat':
        return this.#send({ action: 'chat', to: other, text: 'hello' });
      case 'revoke':
        return this.#revoke();
      case 'friend':
        return this.#send({ action: 'addFriend', user: other });
      case 'unfriend':
        return this.#send({ action: 'removeFriend', user: other });
      case 'ask':
        return this.#send({ action: 'presence', users: [other, this.user] });
    }
  }

  #connect(): void {
    if (this.socket || !this.wants || this.isAsleep) return;
    this.#generation++;
    this.views.forget();
    this.socket = this.#world.gateway.connect(this);
  }

  #login(): void {
    const { socket } = this;
    if (!socket) return;
    this.#loginRef = `l${++this.#serial}`;
    const { heartbeat } = this.#plan;
    const promise = heartbeat === undefined ? {} : { heartbeat };
    this.loginSentAt = this.#world.scheduler.now;
    this.#send({ action: 'login', user: this.user, password: PASSWORD, ...promise }, this.#loginRef);
    const ref = this.#loginRef;
    this.#later(REPLY_PATIENCE_MS, () => {
      if (!this.isLoggedIn && this.wants && ref === this.#loginRef) this.#login();
    });
    if (this.#serial === 1 || !this.#beats.has(this.#generation)) this.#beat();
  }

  readonly #beats = new Set<number>();

  #beat(): void {
    if (this.#plan.heartbeat === undefined) return;
    this.#beats.add(this.#generation);
    this.#later(this.#plan.heartbeat * 1000 * this.#world.random.between(0.5, 0.95), () => {
      this.#send({ action: 'ping' });
      this.#beat();
    });
  }

  #send(command: Message, ref = `r${++this.#serial}`): void {
    if (this.socket && !this.isAsleep) this.#world.gateway.send(this.socket, { ...command, ref });
  }

  #off(): void {
    this.wants = false;
    if (this.socket) this.#world.gateway.close(this.socket);
    this.#forgetSocket();
  }

  #vanish(): void {
    if (this.socket) this.#world.gateway.vanish(this.socket);
    this.#forgetSocket();
  }

  #flap(times: number, everyMs: number): void {
    if (times === 0) return;
    this.#off();
    this.wants = true;
    this.#connect();
    this.#world.scheduler.after(everyMs, () => this.#flap(times - 1, everyMs));
  }

  /** The lid is closed: the socket stays, nothing is said or heard. */
  #sleep(ms: number): void {
    if (this.isAsleep) return;
    this.isAsleep = true;
    this.#world.scheduler.after(ms, () => {
      this.isAsleep = false;
      for (const run of this.#asleepWith.splice(0)) run();
      this.#connect();
      // Awake, a client says that it is there.
      if (this.isLoggedIn) this.#send({ action: 'ping' });
    });
  }

  /** The old `$disconnect` may come before the `$connect` has returned. */
  #abort(): void {
    this.#off();
    this.wants = true;
    this.#connect();
    this.#off();
  }

  #revoke(): void {
    const { gateway } = this.#world;
    const ours = [...gateway.sockets.values()].filter(({ peer }) => peer !== this && peer.name.startsWith(this.user));
    const victim = ours.at(-1);
    this.#send({ action: 'devices', ...(victim ? { revoke: victim.connectionId } : {}) });
  }

  /** Before API Gateway ends the connection after two hours: log in on a second one, then leave the first. */
  #planRollover(): void {
    this.#world.scheduler.after(ROLLOVER_AFTER_MS, () => {
      const old = this.socket;
      this.socket = undefined;
      this.isLoggedIn = false;
      this.#connect();
      this.#world.scheduler.after(REPLY_PATIENCE_MS, () => {
        if (old) this.#world.gateway.close(old);
      });
    });
  }

  #forgetSocket(): void {
    this.socket = undefined;
    this.isLoggedIn = false;
  }

  #soon(run: () => void): void {
    this.#later(this.#world.random.between(...RETRY_MS), run);
  }

  /** Unless the socket is another one by then. */
  #later(ms: number, run: () => void): void {
    const generation = this.#generation;
    this.#world.scheduler.after(ms, () => {
      if (generation === this.#generation) this.#whenAwake(run);
    });
  }

  #whenAwake(run: () => void): void {
    if (this.isAsleep) this.#asleepWith.push(run);
    else run();
  }
}
