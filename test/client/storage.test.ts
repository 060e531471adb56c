import { describe, expect, it } from '@jest/globals';
import { IDBFactory } from 'fake-indexeddb';
import { indexedDbStorage, type Kept, type KeptDraft } from '../../client';
import { SLOTS_MAX } from '../../client/limits';
import type { Locks } from '../../client/storage/idb';
import { Keeper } from '../../client/storage/keeper';
import { told, world } from './devices';

/** Web Locks, as far as tabs use them: held until the holder lets go, or its tab is gone. */
function browserLocks() {
  const held = new Map<string, object>();
  /** A tab's own view, and how it ends. */
  const tab = () => {
    const mine = new Map<string, object>();
    const locks: Locks = {
      request: async (name, _options, granted) => {
        if (held.has(name)) return granted(null);
        const lock = {};
        held.set(name, lock);
        mine.set(name, lock);
        return Promise.resolve(granted(lock)).finally(() => {
          if (held.get(name) === lock) held.delete(name);
        });
      },
    };
    const die = () => {
      for (const [name, lock] of mine) if (held.get(name) === lock) held.delete(name);
    };
    return { locks, die };
  };
  return { tab };
}

function browser(options: { readonly shareLogin?: boolean } = {}) {
  const indexedDB = new IDBFactory();
  const { tab } = browserLocks();
  /** A tab; `sessionStorage` is what it has kept from before it was reloaded. */
  const open = (memory = new Map<string, string>()) => {
    const { locks, die } = tab();
    const sessionStorage = {
      getItem: (key: string) => memory.get(key) ?? null,
      setItem: (key: string, value: string) => void memory.set(key, value),
    };
    return { storage: indexedDbStorage('app', { ...options, indexedDB, locks, sessionStorage }), die, memory };
  };
  return { open, indexedDB };
}

const session = (user: string, expiresAt = 1) => ({ user, token: `token of ${user}`, expiresAt });
const draft = (id: string, after?: number): KeptDraft => ({
  conversation: 'dm:ann:bob',
  target: { to: 'bob' },
  text: id,
  id,
  ...(after !== undefined && { after }),
});
const keptOf = (drafts: readonly KeptDraft[], cursors: Record<string, number> = {}): Kept => ({
  session: session('ann'),
  users: { ann: { drafts, cursors } },
});

describe('a storage in IndexedDB', () => {
  it('has for the next page of the tab what the last one kept', async () => {
    const { open } = browser();
    const before = open();
    expect(await before.storage.load()).toBeUndefined();
    await before.storage.save(keptOf([draft('one')], { 'dm:ann:bob': 7 }));
    before.die();

    const after = open();

    expect(await after.storage.load()).toEqual(keptOf([draft('one')], { 'dm:ann:bob': 7 }));
  });

  it('gives each living tab a record of its own', async () => {
    const { open } = browser();
    const [one, other] = [open(), open()];
    await one.storage.load();
    await one.storage.save(keptOf([draft('one')]));

    expect(await other.storage.load()).toEqual({ users: {}, session: session('ann') });
    await other.storage.save(keptOf([draft('other')]));
    one.die();
    other.die();
    const [first, second] = [open(), open()];

    expect((await first.storage.load())?.users.ann?.drafts).toEqual([draft('one')]);
    expect((await second.storage.load())?.users.ann?.drafts).toEqual([draft('other')]);
  });

  it('frees its place when it is closed', async () => {
    const { open } = browser();
    const before = open();
    await before.storage.load();
    await before.storage.save(keptOf([draft('one')]));
    before.storage.close?.();
    await expect(before.storage.save(keptOf([]))).rejects.toThrow('not open');

    expect((await open().storage.load())?.users.ann?.drafts).toEqual([draft('one')]);
  });

  it('takes over, once, what tabs that are gone have left of a user', async () => {
    const { open } = browser();
    const [here, gone, alive] = [open(), open(), open()];
    for (const { storage } of [here, gone, alive]) await storage.load();
    const mine = keptOf([draft('mine', 3)], { 'dm:ann:bob': 9 });
    await here.storage.save(mine);
    await gone.storage.save(keptOf([draft('sent', 2), draft('queued')], { 'dm:ann:bob': 4 }));
    await alive.storage.save(keptOf([draft('alive')]));
    gone.die();

    const claimed = await here.storage.claim?.('ann', mine);
    const again = await here.storage.claim?.('ann', claimed ?? mine);

    expect(claimed).toEqual(
      keptOf([draft('mine', 3), { ...draft('sent', 2), isPinned: true }, draft('queued')], { 'dm:ann:bob': 9 }),
    );
    expect(again).toEqual(claimed);
    here.die();
    expect((await open().storage.load())?.users.ann?.drafts.map(({ id }) => id)).toEqual(['mine', 'sent', 'queued']);
  });

  it('leaves to others what is theirs', async () => {
    const { open } = browser({ shareLogin: false });
    const [here, gone] = [open(), open()];
    await here.storage.load();
    await gone.storage.load();
    const theirs = { session: session('bob'), users: { bob: { drafts: [draft('bob')], cursors: {} } } };
    await gone.storage.save(theirs);
    gone.die();

    const claimed = await here.storage.claim?.('ann', keptOf([]));

    expect(claimed).toEqual(keptOf([]));
    expect(await open(gone.memory).storage.load()).toEqual(theirs);
  });

  it('has a new tab logged in as the last one, unless each has its own user', async () => {
    for (const shareLogin of [true, false]) {
      const { open } = browser({ shareLogin });
      const [one, other] = [open(), open()];
      await one.storage.load();
      await one.storage.save({ session: session('ann', 1), users: {} });
      await other.storage.load();
      await other.storage.save({ session: session('bob', 2), users: {} });

      expect((await open().storage.load())?.session?.user).toBe(shareLogin ? 'bob' : undefined);
    }
  });

  it('knows two tabs of two users apart that are reloaded together, in whatever order', async () => {
    for (const shareLogin of [true, false]) {
      const { open } = browser({ shareLogin });
      const tabs = ['ann', 'bob'].map((user) => ({ user, ...open() }));
      for (const { storage, user } of tabs) {
        await storage.load();
        await storage.save({ session: session(user), users: {} });
      }
      for (const { die } of tabs) die();

      for (const { memory, user } of tabs.toReversed()) {
        expect((await open(memory).storage.load())?.session?.user).toBe(user);
      }
    }
  });

  it('gives a copy of a tab a place of its own', async () => {
    for (const shareLogin of [true, false]) {
      const { open } = browser({ shareLogin });
      const one = open();
      await one.storage.load();
      await one.storage.save(keptOf([draft('one')]));

      const copy = open(new Map(one.memory));

      expect((await copy.storage.load())?.users.ann).toBeUndefined();
    }
  });

  it('makes a new tab nobody where each has its own user, though a tab was closed before', async () => {
    const { open } = browser({ shareLogin: false });
    const gone = open();
    await gone.storage.load();
    await gone.storage.save(keptOf([draft('left')]));
    gone.die();

    const next = open();
    expect(await next.storage.load()).toBeUndefined();
    expect((await next.storage.claim?.('ann', { users: {} }))?.users.ann?.drafts).toEqual([draft('left')]);
  });

  it('lets nobody come back who has logged out, by a tab that was closed before', async () => {
    const { open } = browser();
    const [here, gone] = [open(), open()];
    for (const { storage } of [here, gone]) {
      await storage.load();
      await storage.save(keptOf([]));
    }
    gone.die();

    await here.storage.save({ users: {} });
    here.die();
    const next = open();

    expect((await next.storage.load())?.session).toBeUndefined();
  });

  it('has room for so many tabs, and one more is told', async () => {
    const { open } = browser();
    for (let tab = 0; tab < SLOTS_MAX; tab += 1) await open().storage.load();

    await expect(open().storage.load()).rejects.toThrow(`${SLOTS_MAX} tabs`);
  });

  it('keeps to itself where there are no locks', async () => {
    const indexedDB = new IDBFactory();
    const [one, other] = [0, 1].map(() => indexedDbStorage('app', { indexedDB }));
    await one?.load();
    await one?.save(keptOf([draft('one')]));
    await other?.load();

    expect((await other?.claim?.('ann', keptOf([])))?.users.ann?.drafts).toEqual([]);
  });

  it('is told as missing where there is none', () => {
    expect(() => indexedDbStorage('app')).toThrow('no IndexedDB');
  });
});

describe('a keeper', () => {
  const slowStorage = () => {
    const writes: { readonly kept: Kept; readonly done: () => void }[] = [];
    const save = (kept: Kept) => new Promise<void>((done) => writes.push({ kept, done }));
    return { writes, storage: { load: async () => undefined, save } };
  };
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  it('writes one state at a time, skips what is outdated, and runs what waits when its state is written', async () => {
    const { writes, storage } = slowStorage();
    const keeper = new Keeper(storage, () => undefined);
    const ran: string[] = [];
    await keeper.loaded;
    keeper.afterSaved(() => ran.push('at once'));
    for (const id of ['one', 'two', 'three']) {
      keeper.save(keptOf([draft(id)]));
      keeper.afterSaved(() => ran.push(id));
    }
    expect(ran).toEqual(['at once']);

    writes[0]?.done();
    await turns();
    expect(ran).toEqual(['at once', 'one']);
    writes[1]?.done();
    await turns();

    expect(ran).toEqual(['at once', 'one', 'two', 'three']);
    expect(writes.map(({ kept }) => kept.users.ann?.drafts[0]?.id)).toEqual(['one', 'three']);
    await keeper.flushed();
  });

  it('forgets what waits when it is dropped', async () => {
    const { writes, storage } = slowStorage();
    const keeper = new Keeper(storage, () => undefined);
    const ran: string[] = [];
    keeper.save(keptOf([]));
    keeper.afterSaved(() => ran.push('sent'));

    keeper.dropWaiting();
    writes[0]?.done();
    await turns();

    expect(ran).toEqual([]);
  });
});

describe('two tabs of one user', () => {
  it('send what either has written, once each, though one is gone before it could', async () => {
    const { open } = browser();
    const { account, online, device, hosted, time } = world();
    for (const user of ['ann', 'bob']) await account(user);
    /** IndexedDB takes turns of the event loop of its own. */
    const pass = async (ms: number) => {
      for (let turn = 0; turn < 100; turn += 1) await time.pass(ms / 100);
    };
    const [first, second] = [open(), open()];
    const one = await online('ann', { storage: first.storage });
    await pass(1_000);
    const other = device('ann', { storage: second.storage });
    await pass(1_000);
    expect(other.user).toBe('ann');

    hosted.wire.refusesWith = 1006;
    for (const socket of hosted.socketsOpen('ann')) socket.closeByServer(1006);
    await pass(1_000);
    one.send({ to: 'bob' }, 'from one');
    other.send({ to: 'bob' }, 'from the other');
    await pass(1_000);
    for (const [chat, { die }] of [
      [one, first],
      [other, second],
    ] as const) {
      void chat.close();
      die();
    }
    hosted.wire.refusesWith = undefined;
    const next = device('ann', { storage: open().storage });
    for (let turn = 0; turn < 50 && next.user === undefined; turn += 1) await pass(10);
    await next.opened;
    expect(next.drafts.map(({ text }) => text)).toEqual(['from one', 'from the other']);
    const stored = told(next, 'draft');
    await pass(60_000);

    expect(hosted.logOf('dm:ann:bob').map(({ text }) => text)).toEqual(['from one', 'from the other']);
    expect(stored.filter(({ change }) => change === 'stored')).toHaveLength(2);
    await next.close();
  });
});
