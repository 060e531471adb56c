import { Dice } from './dice';
import type { Ledger } from './ledger';
import { pause } from './pause';
import type { ServedApp } from './served-app';
import { TalkingClient } from './talking-client';
import { type Talk, targetOf } from './talks';

/** They come one after the other: a crowd that comes at once is a test of cold starts. */
const ARRIVALS_MS = 5_000;

/** Between two tries to connect or to log in: twice as long each time. */
const RETRY_MS = { first: 250, max: 4_000 };

/** A person's fingers; and how much they write ahead of a slow network before they wait. */
const WRITE_MS = { from: 1_000, to: 5_000 };
const DRAFTS_MAX = 2;

/**
 * By what has been written and not by the clock: on a slow machine, sockets that are killed by the clock are killed before
 * anything has come through.
 */
const KILLS_OF_A_DEVICE = 4;

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
  readonly ledger: Ledger;
  /** The share of all messages that has been written. */
  readonly progress: () => number;
  readonly over: AbortSignal;
  /** The groups that a user is a member of, as the server has told one of its devices. */
  readonly joined: (user: string) => Set<string>;
}

/** A device, and a life that a seed decides: it writes, reads, joins, and loses its socket until everybody has written all. */
export class Talker {
  readonly plan: TalkerPlan;
  readonly client: TalkingClient;
  readonly #around: Surroundings;
  readonly #dice: Dice;

  constructor(plan: TalkerPlan, around: Surroundings) {
    this.plan = plan;
    this.#around = around;
    this.#dice = new Dice(around.seed, plan.name);
    this.client = new TalkingClient({ ...plan, url: around.app.url, ledger: around.ledger });
  }

  /** Resolves when everybody has written all they wanted. Their last words may still be on the way. */
  async live(): Promise<void> {
    await this.#pause(this.#dice.between(0, ARRIVALS_MS));
    void this.#keepTime();
    await Promise.all([this.#comeAndGo(), this.#write(), this.#read(), this.plan.joins && this.#joinAll()]);
  }

  /** Comes back whatever happens, until everything is over. */
  async remain(): Promise<void> {
    while (!this.#around.over.aborted) {
      await this.#logIn();
      await this.#pause(1_000, this.client.closed);
    }
    this.client.forget();
  }

  async #comeAndGo(): Promise<void> {
    const ends = Array.from({ length: KILLS_OF_A_DEVICE }, () => this.#dice.fraction());
    for (const at of ends.toSorted((one, other) => one - other)) {
      await this.#stayUntil(at);
      await this.#end();
      // Half of them are back before anybody has noticed.
      await this.#pause(this.#dice.chance(0.5) ? this.#dice.between(50, 500) : this.#dice.between(1_000, 6_000));
    }
    await this.#stayUntil(1);
  }

  /** Until this share of all messages has been written. Comes back if the server ends the connection. */
  async #stayUntil(share: number): Promise<void> {
    do {
      await this.#logIn();
      await this.#pause(250, this.client.closed);
    } while (this.#around.progress() < share && !this.#around.over.aborted);
  }

  async #end(): Promise<void> {
    const { app, ledger } = this.#around;
    const act = this.#dice.oneOf(['close', 'reset', 'cut', 'cut', 'restart']);
    ledger.kills += 1;
    if (act === 'restart') this.#restart();
    else if (act === 'close') this.client.close();
    // Half-open: the client knows, the gateway does not.
    else if (act === 'reset' || !(await app.disturb(this.client.label, 'cut'))) this.client.forget();
  }

  #restart(): void {
    this.#around.ledger.restarts += 1;
    this.client.restart();
  }

  async #write(): Promise<void> {
    const { user, talks, messages } = this.plan;
    for (let written = 0; written < messages && !this.#around.over.aborted; ) {
      await this.#pause(this.#dice.between(WRITE_MS.from, WRITE_MS.to));
      const talk = this.#dice.oneOf(talks);
      const isIn = talk.group === undefined || this.#around.joined(user).has(talk.group);
      // Now and then two at once: the second one has to wait for the first.
      const count = this.#dice.chance(0.2) ? 2 : 1;
      if (!isIn || this.client.drafts >= DRAFTS_MAX) continue;
      for (const until = Math.min(messages, written + count); written < until; written += 1)
        this.#writeTo(talk, written);
    }
  }

  #writeTo(talk: Talk, number: number): void {
    const { conversation } = talk;
    const { user, name } = this.plan;
    const id = `${name}.${number}`;
    const text = `${id} ${'你好'.repeat(Math.floor(this.#dice.between(0, 40)))}`;
    this.#around.ledger.wrote(id, { conversation, user, writer: name, text });
    this.client.write({ conversation, target: targetOf(talk, user), text, id });
  }

  /** Now and then, the user has seen the newest that is shown. */
  async #read(): Promise<void> {
    const { user } = this.plan;
    while (!this.#isDone()) {
      await this.#pause(this.#dice.between(5_000, 20_000));
      const newest = this.client.shown.at(-1);
      if (newest === undefined || !this.client.isLoggedIn) continue;
      const { conversation, seq } = newest;
      this.#around.ledger.reads.asked(user, { conversation, seq });
      const reply = await this.client.ask({ action: 'ack', conversation, read: seq });
      if (reply?.ok) this.#around.ledger.reads.granted(user, { conversation, seq });
    }
  }

  async #joinAll(): Promise<void> {
    await Promise.all(this.plan.talks.map((talk) => talk.group !== undefined && this.#joinOne(talk, talk.group)));
  }

  /** Until it is said that it is done: both are safe to repeat. */
  async #joinOne({ members, comesAt }: Talk, group: string): Promise<void> {
    const { user } = this.plan;
    const at = comesAt.get(user) ?? 0;
    while (this.#around.progress() < at && !this.#around.over.aborted) await this.#pause(500);
    if (at > 0) await this.#trespass(group);
    const command =
      members[0] === user ? { action: 'createGroup', name: group, id: group } : { action: 'joinGroup', group };
    while (!this.#around.over.aborted) {
      const reply = this.client.isLoggedIn ? await this.client.ask(command) : undefined;
      if (reply?.ok) break;
      await this.#pause(1_000);
    }
    this.#around.joined(user).add(group);
  }

  /** Whoever is no member of a group yet tries to write to it and to read it, until both have been answered. */
  async #trespass(group: string): Promise<void> {
    const { user } = this.plan;
    const commands = [
      { action: 'chat', group, text: 'May I?', id: `${user}.stranger`, after: 0 },
      { action: 'history', conversation: `group:${group}` },
    ];
    while (commands[0] !== undefined && !this.#around.over.aborted) {
      const reply = this.client.isLoggedIn ? await this.client.ask(commands[0]) : undefined;
      const code = String(reply?.ok ? 'ok' : reply?.code);
      if (['ok', 'not_a_member', 'no_such_conversation'].includes(code)) {
        this.#around.ledger.trespasses.push(`${commands.shift()?.action} of ${user}: ${code}`);
      } else await this.#pause(1_000);
    }
  }

  async #logIn(): Promise<void> {
    let waitMs = RETRY_MS.first;
    while (!this.#around.over.aborted && !(await this.client.logIn())) {
      await this.#pause(waitMs);
      waitMs = Math.min(2 * waitMs, RETRY_MS.max);
    }
  }

  async #keepTime(): Promise<void> {
    while (!this.#around.over.aborted) {
      this.client.tick();
      await this.#pause(1_000);
    }
  }

  #isDone(): boolean {
    return this.#around.progress() >= 1 || this.#around.over.aborted;
  }

  /** Ends early when everything is over, or at another signal. */
  async #pause(ms: number, signal?: AbortSignal): Promise<void> {
    await pause(ms, this.#around.over, ...(signal ? [signal] : []));
  }
}
