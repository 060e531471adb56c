import { expect, it } from '@jest/globals';
import { storesIn } from '../../src/adapters/memory/stores';
import { emptyTables } from '../../src/adapters/memory/tables';
import { provePassword } from '../../src/domain/accounts/prove-password';
import type { ConnectionId, UserId } from '../../src/protocol/ids';
import { LOGIN_KNOWN_MS, LOGIN_WAIT_MAX_MS } from '../../src/protocol/limits';
import { Refusal } from '../../src/protocol/refusal';
import { readablePasswords } from '../tooling/readable-passwords';

const ANN = 'ann' as UserId;
const PASSWORD = 'correct horse';
const HOUR_MS = 60 * 60_000;
const BETWEEN_GUESSES_MS = 100;

/** An account, its owner, and guessers at so many addresses who come back as soon as they may, on virtual time. */
async function siege(addresses: number) {
  const { attempts, accounts } = storesIn(emptyTables());
  await accounts.create({ userId: ANN, passwordHash: `hash of ${PASSWORD}`, tokenKey: 'k', now: 0 });
  const world = { now: 1_000_000_000, looks: 0 };
  const beganAt = world.now;
  const ports = {
    attempts,
    meter: { count: () => undefined, measure: () => undefined },
    clock: { now: () => world.now, sleep: async () => undefined },
    chance: { fraction: () => 0, messageId: () => '' as never, groupId: () => '' as never },
    passwords: {
      verify: async (password: string, hash: string | undefined) => {
        world.looks++;
        return readablePasswords.verify(password, hash);
      },
    },
  };
  const comers = Array.from({ length: addresses }, (_, index) => ({ sourceIp: `guesser ${index}`, nextAt: world.now }));

  /** 0 if it was let in; otherwise after how many milliseconds it may come again, and -1 if the password was wrong. */
  const attempt = async (sourceIp: string, password: string, userId = ANN): Promise<number> => {
    try {
      const caller = { connectionId: 'none' as ConnectionId, sourceIp };
      const { forgive } = await provePassword(ports, caller, { userId, password, closes: true });
      await forgive();
      return 0;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return cause.code === 'wrong_credentials' ? -1 : 1000 * Number(cause.retryAfter);
    }
  };
  /** Lets the guessers guess until then. */
  const guessUntil = async (until: number) => {
    for (;;) {
      const next = comers.reduce((one, other) => (other.nextAt < one.nextAt ? other : one));
      if (next.nextAt > until) break;
      world.now = Math.max(world.now, next.nextAt);
      const wait = await attempt(next.sourceIp, 'a guess');
      next.nextAt = world.now + (wait > 0 ? wait : BETWEEN_GUESSES_MS);
    }
    world.now = until;
  };
  const guessesUntil = async (until: number) => {
    const before = world.looks;
    await guessUntil(until);
    return world.looks - before;
  };
  return { world, beganAt, attempt, guessUntil, guessesUntil };
}

it.each([
  { addresses: 1, first: 17, later: 4 },
  { addresses: 10, first: 10 * 7 + 20, later: 10 * 4 },
  { addresses: 1_000, first: 1_000 * 7 + 20, later: 1_000 * 4 },
])(
  'of $addresses addresses, at most $first guesses are looked at in the first hour, and $later in a later one',
  async ({ addresses, first, later }) => {
    const { beganAt, guessesUntil } = await siege(addresses);

    const guesses: number[] = [];
    for (const hour of [1, 2, 3]) guesses.push(await guessesUntil(beganAt + hour * HOUR_MS));

    expect(guesses[0]).toBeLessThanOrEqual(first);
    expect(guesses[0]).toBeGreaterThan(first / 2);
    expect(Math.max(...guesses.slice(1))).toBeLessThanOrEqual(later);
  },
  120_000,
);

it('under siege, the owner gets in from a new address within a minute, whatever the guessers do meanwhile', async () => {
  const { world, beganAt, attempt, guessUntil } = await siege(1_000);
  await guessUntil(beganAt + 65_000);

  const wait = await attempt('a new place', PASSWORD);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(LOGIN_WAIT_MAX_MS);
  await guessUntil(world.now + wait);

  expect(await attempt('a new place', PASSWORD)).toBe(0);
});

it('under siege, the owner gets in at once from where they have logged in well, for 30 days', async () => {
  const { world, attempt, guessUntil } = await siege(200);
  const beganAt = world.now;
  for (const place of ['home', 'office']) expect(await attempt(place, PASSWORD)).toBe(0);
  world.now += LOGIN_KNOWN_MS - 61_000;
  await guessUntil(beganAt + LOGIN_KNOWN_MS - 1_000);

  expect(await attempt('another place', PASSWORD)).toBeGreaterThan(0);
  expect(await attempt('home', PASSWORD)).toBe(0);
  expect(await attempt('home', 'mistyped')).toBe(-1);
  expect(await attempt('home', PASSWORD)).toBe(0);

  await guessUntil(beganAt + LOGIN_KNOWN_MS + 1_000);
  expect(await attempt('office', PASSWORD)).toBeGreaterThan(0);
  expect(await attempt('home', PASSWORD)).toBe(0);
});

it('an owner who mistypes at home is never told to wait longer than a minute', async () => {
  const { world, attempt } = await siege(0);
  await attempt('home', PASSWORD);

  const waits: number[] = [];
  for (let index = 0; index < 100; index++) {
    const wait = await attempt('home', 'mistyped');
    if (wait > 0) waits.push(wait);
    world.now += Math.max(0, wait);
  }

  expect(waits.length).toBeGreaterThan(20);
  expect(new Set(waits)).toEqual(new Set([60_000]));
});

it('says the same, at the same time, of a user who does not exist', async () => {
  const [real, none] = [await siege(0), await siege(0)];

  const heard = { real: [] as number[], none: [] as number[] };
  for (let index = 0; index < 200; index++) {
    const sourceIp = `guesser ${index % 30}`;
    heard.real.push(await real.attempt(sourceIp, 'a guess'));
    heard.none.push(await none.attempt(sourceIp, 'a guess', 'nobody' as UserId));
    for (const { world } of [real, none]) world.now += 700;
  }

  expect(heard.none).toEqual(heard.real);
  expect(none.world.looks).toBe(real.world.looks);
});

it('an address that tries one user after the other is made to wait as well, and others are not', async () => {
  const { attempt } = await siege(0);

  const waits: number[] = [];
  for (let index = 0; index < 30; index++) waits.push(await attempt('sprayer', 'a guess', `user${index}` as UserId));

  expect(waits.slice(0, 10)).toEqual(Array(10).fill(-1));
  expect(Math.min(...waits.slice(12))).toBeGreaterThan(0);
  expect(await attempt('elsewhere', PASSWORD)).toBe(0);
});

it('of many guesses at the same moment from one address, no more are looked at than are free', async () => {
  const { world, attempt } = await siege(0);

  await Promise.allSettled(Array.from({ length: 200 }, () => attempt('one', 'a guess')));

  expect(world.looks).toBeLessThanOrEqual(10);
});
