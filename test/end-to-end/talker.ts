import { Messenger, type Saved } from '../../client/core/messenger';
import type { Entry, LoginReply, Reply } from '../../client/core/wire';
import { PASSWORD } from './create-users';
import { Dice } from './dice';
import { FrameSocket } from './frame-socket';
import type { Ledger } from './ledger';
import { pause } from './pause';
import type { ServedApp } from './served-app';
import { type Talk, targetOf } from './talks';
import type { Frame } from './wscat';

/** They come one after the other: a crowd that comes at once is a test of cold starts. */
export const ARRIVALS_MS = 10_000;

/** Between two tries to connect or to log in: twice as long each time. */
const RETRY_MS = { first: 250, max: 4_000 };

/** A person's fingers; and how much they write ahead of a slow network before they give up. */
const WRITE_MS = { from: 500, to: 4_000 };
const DRAFTS_MAX = 4;

const STAY_MS = { from: 3_000, to: 25_000 };

export interface TalkerPlan {
  readonly user: string;
  readonly name: string;
  readonly talks: readonly Talk[];
  /** One device of each user makes and joins its groups. */
  readonly joins: boolean;
  readonly messages: number;
}

interface Surroundings {
  readonly app: ServedApp;
  readonly seed: number;
  readonly livesMs: number;
  readonly ledger: Ledger;
  readonly over: AbortSignal;
  /** The groups that a user is a member of, as the server has told one of its devices. */
  readonly joined: (user: string) => Set<string>;
}

/** A device with the real client's logic, and a life of its own that a seed decides. */
export class Talker {
  readonly plan: TalkerPlan;
  readonly shown: Entry[] = [];
  /** Where this device might begin, by conversation: what was acked when a login first told it of this one. */
  readonly begins = new Map<string, Set<number>>();
  readonly #around: Surroundings;
  readonly #dice: Dice;
  #saved: Saved = { drafts: [], cursors: {} };
  #messenger = this.#start();
  #socket: FrameSocket | undefined;
  #loggedInAt = Number.POSITIVE_INFINITY;
  #sockets = 0;
  #until = 0;
  #written = 0;

  constructor(plan: TalkerPlan, around: Surroundings) {
    this.plan = plan;
    this.#around = around;
    this.#dice = new Dice(around.seed, plan.name);
  }

  get drafts(): number {
    return this.#messenger.drafts.length;
  }

  get isLoggedIn(): boolean {
    return this.#socket?.isOpen === true && this.#loggedInAt < Number.POSITIVE_INFINITY;
  }

  /** Resolves when it has written all it wanted, or its time is over. */
  async live(): Promise<void> {
    await this.#pause(this.#dice.between(0, ARRIVALS_MS));
    this.#until = performance.now() + this.#around.livesMs;
    void this.#keepTime();
    await Promise.all([this.#comeAndGo(), this.#write(), this.plan.joins && this.#joinAll()]);
  }

  /** Connects once more, and stays, whatever happens. */
  async remain(): Promise<void> {
    this.#socket?.terminate();
    while (!this.#around.over.aborted) {
      await this.#logIn();
      await this.#pause(1_000);
    }
    this.#socket?.terminate();
  }

  hangUp(): void {
    this.#socket?.terminate();
  }

  #start(): Messenger {
    return new Messenger(
      {
        send: (command) => {
          if (command.action === 'chat') this.#around.ledger.sent(command.id);
          this.#socket?.send(command);
        },
        show: (entry) => {
          this.shown.push(entry);
          if (entry.id !== undefined && entry.from !== this.plan.user) this.#tellShown(entry.id);
        },
        stored: ({ id }, seq) => this.#around.ledger.acked(id, seq),
        refused: ({ id }, code) => this.#around.ledger.refused.push(`${id}: ${code}`),
        // As a disk would keep it.
        save: (saved) => {
          this.#saved = JSON.parse(JSON.stringify(saved));
        },
      },
      this.#saved,
    );
  }

  #tellShown(id: string): void {
    this.#around.ledger.shown(id, this.#loggedInAt);
  }

  async #comeAndGo(): Promise<void> {
    while (this.#isAlive()) {
      await this.#logIn();
      await this.#pause(this.#dice.between(STAY_MS.from, STAY_MS.to), this.#socket?.closed);
      await this.#end();
      // Half of them are back before anybody has noticed.
      await this.#pause(this.#dice.chance(0.5) ? this.#dice.between(50, 500) : this.#dice.between(1_000, 6_000));
    }
    await this.#logIn();
  }

  async #end(): Promise<void> {
    const act = this.#dice.oneOf(['close', 'reset', 'cut', 'cut', 'restart']);
    const socket = this.#socket;
    this.#around.ledger.reconnects += 1;
    if (act === 'close') socket?.close();
    // Half-open: the client knows, the gateway does not.
    else if (act !== 'cut' || !(await this.#around.app.disturb(this.#label, 'cut'))) socket?.terminate();
    if (act === 'restart') this.#restart();
  }

  /** The process ends, and another one begins with what was saved. What still comes on the old socket is not for it. */
  #restart(): void {
    this.#around.ledger.restarts += 1;
    this.#forget();
    this.#messenger = this.#start();
  }

  async #write(): Promise<void> {
    while (this.#isAlive() && this.#written < this.plan.messages) {
      await this.#pause(this.#dice.between(WRITE_MS.from, WRITE_MS.to));
      const talk = this.#dice.oneOf(this.plan.talks);
      const isIn = talk.group === undefined || this.#around.joined(this.plan.user).has(talk.group);
      if (isIn && this.drafts < DRAFTS_MAX) this.#writeTo(talk);
    }
  }

  #writeTo(talk: Talk): void {
    const { conversation } = talk;
    const { user, name } = this.plan;
    this.#written += 1;
    const id = `${name}.${this.#written}`;
    const text = `${id} ${'你好'.repeat(Math.floor(this.#dice.between(0, 40)))}`;
    this.#around.ledger.wrote(id, { conversation, writer: name, text });
    this.#messenger.write({ conversation, target: targetOf(talk, user), text, id });
  }

  async #joinAll(): Promise<void> {
    const { user, talks } = this.plan;
    const { livesMs } = this.#around;
    const groups = talks.flatMap(({ group, comesAt, members }) => {
      const action = members[0] === user ? 'createGroup' : 'joinGroup';
      return group === undefined ? [] : [{ group, action, at: this.#until - livesMs * (1 - (comesAt.get(user) ?? 0)) }];
    });
    await Promise.all(groups.map((one) => this.#joinOne(one)));
  }

  /** Until it is said that it is done: both are safe to repeat. */
  async #joinOne({ group, action, at }: { group: string; action: string; at: number }): Promise<void> {
    await this.#pause(Math.max(0, at - performance.now()));
    const command = action === 'createGroup' ? { action, name: group, id: group } : { action, group };
    while (!this.#around.over.aborted) {
      const reply = this.isLoggedIn ? await this.#socket?.ask(command) : undefined;
      if (reply?.ok) break;
      await this.#pause(500);
    }
    this.#around.joined(this.plan.user).add(group);
  }

  /** Connects, unless it is connected; logs in, unless it is logged in; and does not give up. */
  async #logIn(): Promise<void> {
    for (let waitMs = RETRY_MS.first; !this.#around.over.aborted; waitMs = Math.min(2 * waitMs, RETRY_MS.max)) {
      if (!this.#socket?.isOpen) await this.#connect();
      if (!this.isLoggedIn) await this.#socket?.ask({ action: 'login', user: this.plan.user, password: PASSWORD });
      if (this.isLoggedIn) return;
      await this.#pause(waitMs);
    }
  }

  get #label(): string {
    return `${this.plan.name}/${this.#sockets}`;
  }

  async #connect(): Promise<void> {
    this.#sockets += 1;
    this.#forget();
    const own: { socket?: FrameSocket | undefined } = {};
    // Not before it is known whose frames they are; nothing comes before a login was asked for.
    own.socket = await FrameSocket.open(this.#around.app.url, this.#label, (frame) => {
      if (this.#socket === own.socket) this.#received(frame);
    });
    this.#socket = own.socket;
    own.socket?.closed.addEventListener('abort', () => {
      if (this.#socket === own.socket) this.#forget();
    });
  }

  #forget(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
    this.#loggedInAt = Number.POSITIVE_INFINITY;
    this.#messenger.disconnected();
  }

  #received(frame: Frame): void {
    if (frame.type === 'message') this.#messenger.pushed(frame as unknown as Entry);
    else if (frame.type === 'reply' && frame.action === 'login') this.#loggedIn(frame as unknown as LoginReply);
    else if (frame.type === 'reply' || frame.type === 'error') this.#replied(frame);
  }

  #loggedIn(reply: LoginReply): void {
    const known = new Set(this.shown.map(({ conversation }) => conversation));
    for (const { conversation, ackSeq } of reply.conversations) {
      if (known.has(conversation)) continue;
      this.begins.set(conversation, (this.begins.get(conversation) ?? new Set()).add(ackSeq));
    }
    this.#loggedInAt = performance.now();
    this.#messenger.loggedIn(reply);
  }

  #replied(frame: Frame): void {
    const isClosing = frame.code === 'not_logged_in' || frame.code === 'connection_gone';
    this.#messenger.replied(frame as unknown as Reply);
    if (isClosing) this.#socket?.terminate();
  }

  async #keepTime(): Promise<void> {
    while (!this.#around.over.aborted) {
      this.#messenger.tick(performance.now());
      await this.#pause(1_000);
    }
  }

  #isAlive(): boolean {
    return performance.now() < this.#until && !this.#around.over.aborted;
  }

  /** Ends early when everything is over, or at another signal. */
  async #pause(ms: number, signal?: AbortSignal): Promise<void> {
    await pause(ms, this.#around.over, ...(signal ? [signal] : []));
  }
}
