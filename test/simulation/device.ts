import type { Entry } from '../../client/core/wire';
import type { Gateway } from './gateway';
import { type DevicePlan, userName } from './plan';
import type { Random } from './random';
import type { Scheduler } from './scheduler';
import type { Json, Peer, Socket } from './socket';
import { Talker } from './talk/talker';
import { type Told, Views } from './views';

export const PASSWORD = 'correct horse';

interface DeviceWorld {
  readonly scheduler: Scheduler;
  readonly gateway: Gateway;
  readonly random: Random;
  /** Called with each entry that this device's app shows; without it, the device has no app for messages. */
  readonly shows?: ((talker: Talker, entry: Entry) => void) | undefined;
}

type Message = Readonly<Record<string, unknown>>;

const REPLY_PATIENCE_MS = 15_000;
const RECONNECT_MS_MIN = 200;
const RECONNECT_MS_MAX = 20_000;
const RETRY_MS = [300, 3_000] as const;
const TICK_MS = 1_000;

/** One device of a user: connects, logs in, keeps its promise of heartbeats, and comes back when it is closed. */
export class Device implements Peer {
  readonly name: string;
  readonly user: string;
  readonly heartbeat: number | undefined;
  /** What this device shows of others. */
  readonly views = new Views();
  readonly talker: Talker | undefined;
  socket: Socket | undefined;
  /** Whether its person wants it to be logged in. */
  wants = false;
  /** Since its last login on this socket was answered with a yes. */
  isLoggedIn = false;
  isAsleep = false;
  awakeSince = 0;
  loginSentAt = 0;
  readonly #world: DeviceWorld;
  readonly #asleepWith: (() => void)[] = [];
  /** Counts sockets: what was planned for an older one is void. */
  #generation = 0;
  #serial = 0;
  #closes = 0;
  /** The sockets on which heartbeats have begun. */
  readonly #beats = new Set<number>();
  #isRetired = false;
  #loginRef = '';

  constructor(plan: DevicePlan, world: DeviceWorld) {
    this.#world = world;
    this.name = plan.name;
    this.user = userName(plan.user);
    this.heartbeat = plan.heartbeat;
    const { shows, scheduler } = world;
    const send = (command: Json) => this.sendAsIs(command);
    if (shows) this.talker = new Talker({ name: this.name, user: this.user, now: () => scheduler.now, send, shows });
  }

  // ---- What the socket tells ----

  opened(socket: Socket): void {
    this.#whenAwake(() => {
      if (socket !== this.socket || !this.wants) return;
      this.login();
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
      this.#closes++;
      // Whoever is closed again and again waits longer and longer: two devices too many would else push each other out for ever.
      const patienceMs = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** Math.min(this.#closes, 10));
      this.#later(this.#world.random.between(0.5, 1) * patienceMs, () => this.#connect());
    });
  }

  /** A person with more devices than may be logged in turns the others off. */
  turnOff(): void {
    this.isAsleep = false;
    this.#isRetired = true;
    this.off();
  }

  #hear(frame: Json): void {
    if (frame.type === 'presence') this.views.told(frame as unknown as Told);
    if (frame.type === 'friend') this.views.befriended(frame);
    if (frame.type === 'error') this.#refused(frame);
    if (frame.type === 'reply') this.#answered(frame);
    this.talker?.heard(frame);
    // API Gateway's own words, when a Lambda could not run: nobody knows for which frame. A login is tried again by itself.
  }

  #answered(reply: Json): void {
    if (reply.action === 'login' && reply.ref === this.#loginRef) {
      this.isLoggedIn = true;
      this.views.loggedIn(reply);
    }
    // A login that was given up may go well after all, and then this is what has been missed until now.
    if (reply.action === 'login' && reply.user === this.user) this.talker?.loggedIn(reply);
    // Somebody else's login went well here: this device starts again.
    if (reply.action === 'login' && reply.user !== this.user) this.#startAgain();
    if (reply.action === 'addFriend' || reply.action === 'removeFriend') this.views.befriended(reply);
    if (reply.action === 'presence') for (const told of reply.presence as readonly Told[]) this.views.told(told);
  }

  #refused(error: Json): void {
    const isLogin = error.action === 'login' && error.ref === this.#loginRef;
    if (error.code === 'not_logged_in') this.isLoggedIn = false;
    if (isLogin && (error.code === 'busy' || error.code === 'internal')) this.#soon(() => this.login());
    if (isLogin && error.code === 'already_logged_in') this.#startAgain();
    if (error.code === 'not_logged_in' && this.wants) this.#soon(() => this.login());
  }

  // ---- What it does ----

  /** From now on it is to be logged in. */
  want(): void {
    this.wants = true;
    this.#connect();
  }

  #connect(): void {
    if (this.socket || !this.wants || this.isAsleep || this.#isRetired) return;
    this.#generation++;
    this.views.forget();
    this.socket = this.#world.gateway.connect(this);
    if (this.talker) this.#tick();
  }

  login(): void {
    const { socket } = this;
    if (!socket) return;
    this.#loginRef = `l${++this.#serial}`;
    this.loginSentAt = this.#world.scheduler.now;
    this.send({ action: 'login', user: this.user, password: PASSWORD, ...this.promise }, this.#loginRef);
    const ref = this.#loginRef;
    this.#later(REPLY_PATIENCE_MS, () => {
      if (!this.isLoggedIn && this.wants && ref === this.#loginRef) this.login();
    });
    if (!this.#beats.has(this.#generation)) this.#beat();
  }

  #tick(): void {
    this.#later(TICK_MS, () => {
      if (!this.socket) return;
      this.talker?.tick();
      this.#tick();
    });
  }

  /** What it promises with its logins. */
  get promise() {
    return this.heartbeat === undefined ? {} : { heartbeat: this.heartbeat };
  }

  #beat(): void {
    if (this.heartbeat === undefined) return;
    this.#beats.add(this.#generation);
    this.#later(this.heartbeat * 1000 * this.#world.random.between(0.5, 0.95), () => {
      this.send({ action: 'ping' });
      this.#beat();
    });
  }

  /** Nothing, where there is no connection. */
  send(command: Message, ref = `r${++this.#serial}`): void {
    if (this.socket && !this.isAsleep) this.#world.gateway.send(this.socket, { ...command, ref });
  }

  sendAsIs(command: Json): void {
    if (this.socket && !this.isAsleep) this.#world.gateway.send(this.socket, command);
  }

  #startAgain(): void {
    const { wants } = this;
    this.off();
    this.wants = wants;
    this.#connect();
  }

  off(): void {
    this.wants = false;
    if (this.socket) this.#world.gateway.close(this.socket);
    this.#forgetSocket();
  }

  vanish(): void {
    if (this.socket) this.#world.gateway.vanish(this.socket);
    this.#forgetSocket();
  }

  /** The lid is closed: the socket stays, nothing is said or heard. */
  sleep(ms: number): void {
    if (this.isAsleep) return;
    this.isAsleep = true;
    this.#world.scheduler.after(ms, () => {
      this.isAsleep = false;
      this.awakeSince = this.#world.scheduler.now;
      for (const run of this.#asleepWith.splice(0)) run();
      this.#connect();
      // Awake, a client says that it is there.
      if (this.isLoggedIn) this.send({ action: 'ping' });
    });
  }

  /** Logs in on a second connection; the first one is handed over, and stays open. */
  moveOver(): Socket | undefined {
    const old = this.socket;
    this.#forgetSocket();
    this.#connect();
    return old;
  }

  #forgetSocket(): void {
    this.socket = undefined;
    this.isLoggedIn = false;
    this.talker?.disconnected();
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
