import { setTimeout as delay } from 'node:timers/promises';
import { chunks } from '../../src/domain/steps/chunks';
import { inParallel } from '../../src/domain/steps/in-parallel';
import type { Sizes } from './options';
import type { Recorder } from './recorder';
import { LoadUser } from './user';

/** How many at once: each registration hashes a password, and a storm of a thousand would only measure the queue before that. */
const REGISTRATIONS_AT_ONCE = 16;

/** Friends of one watcher: below the 200 that a user may have. */
const WATCHED_MAX = 100;

/** An SDK backs off for up to half a minute; who is not back after two minutes is counted as an error. */
const RETURN_MS_MAX = 120_000;

/** By API Gateway's idle limit it may be much longer where a close is lost; what has not come by then is counted as missing. */
const OFFLINE_MS_MAX = 180_000;

/** What was written, until it was shown. */
interface Expected {
  readonly from: number;
  missing: number;
  readonly kind: string;
}

/** All users of a run, and its phases. */
export class Crowd {
  readonly #recorder: Recorder;
  readonly #sizes: Sizes;
  readonly #users: readonly LoadUser[];
  readonly #watchers: readonly LoadUser[];
  readonly #expected = new Map<string, Expected>();
  doubled = 0;
  sent = 0;

  constructor(url: string, sizes: Sizes, recorder: Recorder) {
    const run = Date.now().toString(36);
    this.#recorder = recorder;
    this.#sizes = sizes;
    const watchers = Math.ceil(sizes.users / WATCHED_MAX);
    this.#users = times(sizes.users, (index) => new LoadUser(url, `load${run}u${index}`, recorder));
    this.#watchers = times(watchers, (index) => new LoadUser(url, `load${run}w${index}`, recorder));
    for (const user of this.#users) user.onMessage = ({ id, from }) => this.#shown(id, from === user.name);
  }

  get size(): number {
    return this.#users.length;
  }

  get connected(): number {
    return this.#users.filter(({ isConnected }) => isConnected).length;
  }

  /** Messages that somebody has not been shown. */
  get missing(): number {
    return [...this.#expected.values()].reduce((sum, { missing }) => sum + missing, 0);
  }

  /** Everybody registers and logs in; each has one watcher as a friend. */
  async arrive(): Promise<void> {
    await atOnce(REGISTRATIONS_AT_ONCE, [...this.#watchers, ...this.#users], (user) => user.register());
    await atOnce(REGISTRATIONS_AT_ONCE, [...this.#users.entries()], async ([index, user]) => {
      const watcher = this.#watcherOf(index);
      await user.befriend(watcher.name);
      await watcher.befriend(user.name);
    });
  }

  /** Each message goes to one's neighbour, at a steady rate. */
  async chat(): Promise<void> {
    const { rate, seconds } = this.#sizes;
    const from = performance.now();
    const total = rate * seconds;
    for (let count = 0; count < total; ) {
      const due = Math.min(total, Math.floor(((performance.now() - from) / 1000) * rate) + 1);
      for (; count < due; count++) this.#sendToNeighbour(count);
      await delay(20);
    }
    await this.#settled();
  }

  /** In every group everybody is told of one message, all at the same time. */
  async storm(): Promise<void> {
    const groups = chunks(this.#users, this.#sizes.groupSize).filter((members) => members.length > 1);
    const ids = await Promise.all(
      groups.map(async ([owner, ...others]) => {
        const group = (await owner?.createGroup('storm')) ?? '';
        await atOnce(1, others, (member) => member.joinGroup(group));
        return group;
      }),
    );
    groups.forEach(([owner, ...others], index) => {
      const group = ids[index];
      if (owner && group) this.#write(owner, { group }, 'group delivery', others.length);
    });
    await this.#settled();
  }

  /** All users lose their network at once; the watchers tell when they see it. */
  async vanish(): Promise<void> {
    const from = performance.now();
    const left = new Set(this.#users.map(({ name }) => name));
    for (const watcher of this.#watchers) {
      watcher.onPresence = (user, state) => {
        if (state === 'offline' && left.delete(user)) this.#recorder.took('time to offline', from);
      };
    }
    for (const user of this.#users) user.vanish();
    await until(() => left.size === 0, OFFLINE_MS_MAX);
    for (const _ of left) this.#recorder.failed('never_seen_offline');
  }

  /** All come back at once, each by its token. */
  async comeBack(): Promise<void> {
    await Promise.all(this.#users.map((user) => user.comeBack(RETURN_MS_MAX).catch(() => undefined)));
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#users, ...this.#watchers].map((user) => user.close()));
  }

  #watcherOf(index: number): LoadUser {
    return at(this.#watchers, Math.floor(index / WATCHED_MAX));
  }

  #sendToNeighbour(count: number): void {
    const index = (count * 7919) % this.#users.length; // A prime step: everybody in turn, in no visible order.
    const neighbour = at(this.#users, (index + 1) % this.#users.length);
    this.#write(at(this.#users, index), { to: neighbour.name }, 'delivery', 1);
  }

  #write(user: LoadUser, target: Parameters<LoadUser['send']>[0], kind: string, readers: number): void {
    const from = performance.now();
    try {
      this.#expected.set(user.send(target, `message ${this.sent}`), { from, missing: readers, kind });
      this.sent += 1;
    } catch (error) {
      this.#recorder.failed(error instanceof Error ? error.message : String(error));
    }
  }

  #shown(id: string | undefined, isOwn: boolean): void {
    const expected = id === undefined || isOwn ? undefined : this.#expected.get(id);
    if (!expected) return;
    if (expected.missing === 0) this.doubled += 1;
    else expected.missing -= 1;
    this.#recorder.took(expected.kind, expected.from);
  }

  /** Until everything was shown, or half a minute of waiting has not brought it. */
  async #settled(): Promise<void> {
    await until(() => this.missing === 0, 30_000);
  }
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no ${index}.`);
  return item;
}

/** Whoever fails is counted by the recorder; the others go on. */
function atOnce<T>(limit: number, items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  return inParallel(items, limit, (item) => act(item).catch(() => undefined));
}

async function until(isTrue: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue() && performance.now() < deadline) await delay(50);
}
