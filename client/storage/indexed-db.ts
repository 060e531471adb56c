import { realEnvironment } from '../environment';
import type { ClientStorage, Kept } from '../types';
import { type IdbDatabase, type IdbFactory, type Locks, openDatabase, rewrite } from './idb';
import { mergeUser, withoutSession, withoutUser } from './merge';
import { type Release, type Slot, takeSlot, tryLock } from './slots';

export interface IndexedDbOptions {
  /** Whether a new tab is logged in as whoever is in another one. Default true; with false, each tab has its own user. */
  readonly shareLogin?: boolean | undefined;
  /** The browser's, unless others are given. */
  readonly indexedDB?: IdbFactory | undefined;
  readonly locks?: Locks | undefined;
  readonly sessionStorage?: TabMemory | undefined;
}

/** What survives a tab's reload, but not its end. */
interface TabMemory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface Surroundings {
  readonly indexedDB?: IdbFactory;
  readonly navigator?: { readonly locks?: Locks };
  readonly sessionStorage?: TabMemory;
}

const surroundings = globalThis as Surroundings;

/**
 * Keeps it in IndexedDB, under a name of the application's choice. Each tab has a record of its own, held by a Web Lock while the tab
 * lives, because each is a device: with one cursor and one outbox for two, each would overwrite what the other has written. What tabs
 * that are gone have left unsent, the next one of the same user takes over.
 */
export function indexedDbStorage(name: string, options: IndexedDbOptions = {}): ClientStorage {
  const factory = options.indexedDB ?? surroundings.indexedDB;
  if (!factory) throw new TypeError('There is no IndexedDB here.');
  return new TabStorage(name, {
    factory,
    locks: options.locks ?? surroundings.navigator?.locks,
    memory: options.sessionStorage ?? surroundings.sessionStorage,
    shareLogin: options.shareLogin ?? true,
  });
}

interface TabSettings {
  readonly factory: IdbFactory;
  readonly locks: Locks | undefined;
  readonly memory: TabMemory | undefined;
  readonly shareLogin: boolean;
}

class TabStorage implements ClientStorage {
  readonly #name: string;
  readonly #settings: TabSettings;
  #database: IdbDatabase | undefined;
  #slot: Slot = { key: '', release: () => undefined };
  /** Whose token is kept, to see when it is forgotten. */
  #loggedIn: string | undefined;

  constructor(name: string, settings: TabSettings) {
    this.#name = name;
    this.#settings = settings;
  }

  async load(): Promise<Kept | undefined> {
    const { factory, shareLogin } = this.#settings;
    this.#slot = await this.#takeSlot();
    this.#database = await openDatabase(factory, this.#name);
    let kept: Kept | undefined;
    await rewrite<Kept>(this.#database, (found) => {
      kept = found.get(this.#slot.key);
      if (!kept?.session && shareLogin) kept = withSession(kept, found);
      return new Map();
    });
    this.#loggedIn = kept?.session?.user;
    return kept;
  }

  async save(kept: Kept): Promise<void> {
    const left = kept.session ? undefined : this.#loggedIn;
    await rewrite<Kept>(this.#open(), (found) => {
      const cleared = left !== undefined && this.#settings.shareLogin ? [...found] : [];
      return new Map([
        ...cleared.map(([key, other]) => [key, withoutSession(other, left ?? '')] as const),
        [this.#slot.key, kept],
      ]);
    });
    this.#loggedIn = kept.session?.user;
  }

  async claim(user: string, kept: Kept): Promise<Kept> {
    const orphans = await this.#lockOrphans();
    let merged = kept;
    try {
      await rewrite<Kept>(this.#open(), (found) => {
        const left = [...found].filter(([key, { users }]) => orphans.has(key) && users[user] !== undefined);
        for (const [, { users }] of left) {
          const theirs = users[user];
          if (theirs) merged = { ...merged, users: { ...merged.users, [user]: mergeUser(merged.users[user], theirs) } };
        }
        if (left.length === 0) return new Map();
        return new Map([
          ...left.map(([key, other]) => [key, withoutUser(other, user, realEnvironment.wallClock())] as const),
          [this.#slot.key, merged],
        ]);
      });
    } finally {
      for (const release of orphans.values()) release();
    }
    return merged;
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#slot.release();
  }

  /**
   * A page without TLS has no locks, so nobody can know which tabs live: each keeps to itself, and is known by what survives its
   * reload.
   */
  async #takeSlot(): Promise<Slot> {
    const { locks, memory, shareLogin } = this.#settings;
    const item = `rollcall/${this.#name}`;
    const remembered = memory?.getItem(item) ?? undefined;
    const newKey = () => `tab-${realEnvironment.newId()}`;
    const wishes = { lockOf: this.#lockOf, remembered, reuses: shareLogin, newKey };
    const slot = locks ? await takeSlot(locks, wishes) : { key: remembered ?? newKey(), release: () => undefined };
    memory?.setItem(item, slot.key);
    return slot;
  }

  readonly #lockOf = (key: string) => `rollcall/${this.#name}/${key}`;

  #open(): IdbDatabase {
    if (!this.#database) throw new Error('The storage is not open.');
    return this.#database;
  }

  /** The records of tabs that are gone, held for as long as we look at them. */
  async #lockOrphans(): Promise<ReadonlyMap<string, Release>> {
    const { locks } = this.#settings;
    const held = new Map<string, Release>();
    let keys: readonly string[] = [];
    await rewrite<Kept>(this.#open(), (found) => {
      keys = [...found.keys()].filter((key) => key !== this.#slot.key);
      return new Map();
    });
    for (const key of keys) {
      const release = locks && (await tryLock(locks, this.#lockOf(key)));
      if (release) held.set(key, release);
    }
    return held;
  }
}

/** Whoever logged in last, in any tab. */
function withSession(kept: Kept | undefined, found: ReadonlyMap<string, Kept>): Kept | undefined {
  const sessions = [...found.values()].flatMap(({ session }) => (session ? [session] : []));
  const [newest] = sessions.toSorted((one, other) => (other.expiresAt ?? 0) - (one.expiresAt ?? 0));
  return newest ? { users: {}, ...kept, session: newest } : kept;
}
