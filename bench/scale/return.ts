import { Agenda } from './agenda';
import { TokenBucket } from './bucket';
import { Logbook } from './logbook';

/** How long a client waits: after so many failures in a row, while so many connections are away. In ms. */
export type Pause = (failures: number, random: () => number, away: number) => number;

/** What passes in a second, and at once. */
export interface Allowed {
  readonly perSecond: number;
  readonly burst: number;
}

/** Everybody was dropped at once, and comes back. */
export interface MassReturn {
  readonly connections: number;
  readonly newConnections: Allowed;
  /** Of the account: handshakes, commands and callbacks. */
  readonly requests: Allowed;
  /** Of our own stage: handshakes and commands. */
  readonly throttle: Allowed;
  readonly pause: Pause;
  readonly pingSeconds: number;
  /** A connection that was not heard for so long is ended. */
  readonly leaseSeconds: number;
  /** Of one connection that is back, in a second, beside its pings. */
  readonly commandsPerSecond: number;
  readonly callbacksPerSecond: number;
  /** What one login tells others, when all of them are back. */
  readonly pushesPerLogin: number;
  readonly random: () => number;
  /** Nobody looks any further. */
  readonly hours: number;
}

export interface Returned {
  /** Seconds until so many are back at once; absent: not within the hours. */
  readonly half: number | undefined;
  readonly nearlyAll: number | undefined;
  readonly all: number | undefined;
  /** Of all, at the end. */
  readonly backShare: number;
  readonly handshakes: number;
  readonly handshakesRefused: number;
  /** A second, over ten of them. */
  readonly handshakesPeak: number;
  readonly requestsPeak: number;
  /** Connections that were back and were lost again: none of their pings had passed. */
  readonly lostAgain: number;
}

/** Clients that are drawn; each stands for as many as there are more. */
export const CLIENTS_MAX = 2_000;

/** From here to there; of a handshake, a login or a refusal. */
export const NETWORK_MS = 100;

// Tests run in a context of their own, in which a global is looked up slowly, and each event of each client names these.
const { max, min, round } = Math;

const STEP_MS = 10;
const STEPS_PER_SECOND = 1_000 / STEP_MS;

const [AWAY, OPEN, BACK] = [0, 1, 2] as const;

/** Plays it in steps of 10 ms of virtual time. */
export function massReturn(world: MassReturn): Returned {
  return new Simulation(world).run();
}

class Simulation {
  readonly #world: MassReturn;
  readonly #clients: number;
  readonly #weight: number;
  readonly #steps: number;
  readonly #agenda: Agenda;
  readonly #state: Uint8Array;
  /** Of an attempt while away, of pings while back: in a row. */
  readonly #failures: Uint8Array;
  readonly #newConnections: TokenBucket;
  readonly #requests: TokenBucket;
  readonly #throttle: TokenBucket;
  readonly #counts = { handshakes: 0, handshakesRefused: 0, lostAgain: 0 };
  readonly #logbook = new Logbook(STEPS_PER_SECOND);
  #commandsDue = 0;
  #callbacksDue = 0;
  #pushesDue = 0;
  #step = 0;
  #back = 0;

  constructor(world: MassReturn) {
    this.#world = world;
    this.#clients = Math.min(CLIENTS_MAX, Math.ceil(world.connections));
    this.#weight = world.connections / this.#clients;
    this.#steps = world.hours * 3_600 * STEPS_PER_SECOND;
    this.#agenda = new Agenda({ clients: this.#clients, steps: this.#steps });
    this.#state = new Uint8Array(this.#clients);
    this.#failures = new Uint8Array(this.#clients);
    const bucket = (allowed: Allowed) => new TokenBucket(allowed, { share: this.#weight, stepMs: STEP_MS });
    this.#newConnections = bucket(world.newConnections);
    this.#requests = bucket(world.requests);
    this.#throttle = bucket(world.throttle);
  }

  run(): Returned {
    for (let client = 0; client < this.#clients; client++) this.#goAway(client);
    for (; this.#step < this.#steps && !this.#logbook.isOver; this.#step++) this.#play();
    const { peak, reached } = this.#logbook;
    const scaled = (count: number) => Math.round(count * this.#weight);
    return {
      ...{ ...reached, backShare: this.#back / this.#clients },
      handshakes: scaled(this.#counts.handshakes),
      handshakesRefused: scaled(this.#counts.handshakesRefused),
      handshakesPeak: scaled(peak.handshakes),
      requestsPeak: scaled(peak.requests),
      lostAgain: scaled(this.#counts.lostAgain),
    };
  }

  #play(): void {
    this.#newConnections.refill();
    this.#requests.refill();
    this.#throttle.refill();
    this.#chat();
    this.#agenda.play(this.#step, this.#act);
    this.#logbook.note(this.#step, this.#back / this.#clients);
  }

  /** What those who are back say to each other, and are told. It stands in the same line as all the rest: one by one. */
  #chat(): void {
    const { commandsPerSecond, callbacksPerSecond } = this.#world;
    this.#commandsDue += (this.#back * commandsPerSecond) / STEPS_PER_SECOND;
    this.#callbacksDue += (this.#back * callbacksPerSecond) / STEPS_PER_SECOND;
    for (; this.#commandsDue >= 1; this.#commandsDue--) this.#ask();
    for (; this.#callbacksDue >= 1; this.#callbacksDue--) this.#call();
  }

  /** Whatever the account's requests count. */
  #call(): boolean {
    if (!this.#requests.take()) return false;
    this.#logbook.count('requests');
    return true;
  }

  readonly #act = (client: number): void => {
    const state = this.#state[client];
    if (state === AWAY) this.#connect(client);
    else if (state === OPEN) this.#logIn(client);
    else this.#ping(client);
  };

  #connect(client: number): void {
    this.#counts.handshakes++;
    this.#logbook.count('handshakes');
    if (this.#newConnections.has && this.#ask()) {
      this.#newConnections.take();
      this.#state[client] = OPEN;
      this.#plan(client, NETWORK_MS);
    } else {
      this.#counts.handshakesRefused++;
      this.#goAway(client);
    }
  }

  /** Refused, it closes what it has opened, and begins anew. */
  #logIn(client: number): void {
    if (this.#ask()) this.#comeBack(client);
    else this.#goAway(client);
  }

  #comeBack(client: number): void {
    const { random, pingSeconds } = this.#world;
    this.#state[client] = BACK;
    this.#forgive(client);
    this.#back++;
    this.#announce();
    // Whatever is said meanwhile moves the next ping, so those who come together do not ping together.
    this.#plan(client, random() * pingSeconds * 1_000);
  }

  #ping(client: number): void {
    const { pingSeconds, leaseSeconds } = this.#world;
    const refused = this.#ask() ? this.#forgive(client) : this.#fail(client);
    if (refused * pingSeconds >= leaseSeconds) this.#lose(client);
    else this.#plan(client, pingSeconds * 1_000);
  }

  #lose(client: number): void {
    this.#counts.lostAgain++;
    this.#announce();
    this.#back--;
    this.#forgive(client);
    this.#goAway(client);
  }

  /** A flip is pushed to those of one's friends who are back. */
  #announce(): void {
    this.#pushesDue += (this.#world.pushesPerLogin * this.#back) / this.#clients;
    for (; this.#pushesDue >= 1; this.#pushesDue--) this.#call();
  }

  #goAway(client: number): void {
    this.#state[client] = AWAY;
    const failures = this.#fail(client);
    const away = (this.#clients - this.#back) * this.#weight;
    this.#plan(client, NETWORK_MS + this.#world.pause(failures, this.#world.random, away));
  }

  #forgive(client: number): number {
    this.#failures[client] = 0;
    return 0;
  }

  #fail(client: number): number {
    const failures = min(255, (this.#failures[client] ?? 0) + 1);
    this.#failures[client] = failures;
    return failures;
  }

  /** A handshake or a command: what our own throttle refuses, the account's does not count. */
  #ask(): boolean {
    if (!this.#throttle.has || !this.#call()) return false;
    return this.#throttle.take();
  }

  #plan(client: number, ms: number): void {
    this.#agenda.plan(client, this.#step + max(1, round(ms / STEP_MS)));
  }
}
