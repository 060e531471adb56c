import { describe, expect, it } from '@jest/globals';
import type { Run } from '../../bench/bill/invocation';
import type { Cost } from '../../bench/operations/stage';
import { readUsage } from '../../bench/options/usage';
import { TokenBucket } from '../../bench/scale/bucket';
import { bindsAt, type Limit, limitsOf } from '../../bench/scale/limits';
import { accountsFor, loadOf, type Measured } from '../../bench/scale/load';
import { quotas } from '../../bench/scale/quotas';
import { type MassReturn, massReturn, NETWORK_MS } from '../../bench/scale/return';
import { backoffUpTo, requestsPerUser } from '../../bench/scale/returns';
import { backoffMs } from '../../client/connection/backoff';
import { BACKOFF_FIRST_MS, BACKOFF_MS_MAX, BACKOFF_MS_MIN } from '../../client/limits';
import { Random } from '../simulation/random';

const OPERATIONS = [
  ...['`$connect`', '`login` with a token', '`$disconnect`', '`ping`', '`chat` with `id` and `after`'],
  ...['`ack`, one cursor', '`typing` to a user', 'a flip, announced to one friend'],
];

const run: Run = {
  ...{ inSequence: 1, readUnits: 0, writeUnits: 3, callbacks: 0 },
  messages: 1,
  hashes: 0,
  queueRequests: 0,
};

/** Each operation: one write unit of Connections, two of Chat. */
const measured = {
  costs: OPERATIONS.map((operation) => ({
    ...{ ...run, operation, name: 'ping', requests: 1 },
    tables: [
      { table: 'Connections-1', readUnits: 0, writeUnits: 1 },
      { table: 'Chat-1', readUnits: 0, writeUnits: 2 },
    ],
  })) satisfies Cost[],
  presence: {
    ...{ touch: { readUnits: 0, writeUnits: 1 }, renewal: { readUnits: 0, writeUnits: 1 } },
    pass: { readUnits: 60, writeUnits: 0 },
  },
  tables: { connections: 'Connections-1' },
} satisfies Measured;

function limitNamed(limits: readonly Limit[], start: string): Limit {
  const found = limits.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`no limit ${start}`);
  return found;
}

describe('the arithmetic', () => {
  // One device, always on, which only pings: 14 connections a day, each a handshake and a login.
  const quiet = { devices: '1', hours: '24', messages: '0', friends: '0' };
  const limits = limitsOf(loadOf(readUsage(quiet), measured));
  const connects = 14 / 86_400;

  it('is that of a pencil, where people only ping', () => {
    const { requests, newConnections, tableWrites } = quotas;

    expect(bindsAt(limitNamed(limits, 'requests and callbacks'))).toBeCloseTo(
      requests.value / (1 / 45 + 2 * connects),
      3,
    );
    expect(bindsAt(limitNamed(limits, 'new connections'))).toBeCloseTo(newConnections.value / connects, 3);
    // Two flips on a day, which here write as all the others do.
    const perUser = 1 / 45 + 3 * connects + 2 / 86_400;
    expect(bindsAt(limitNamed(limits, 'writes to `Connections`'))).toBeCloseTo(tableWrites.value / perUser, 3);
    expect(bindsAt(limitNamed(limits, 'writes to `Chat`'))).toBeCloseTo(tableWrites.value / (2 * perUser), 3);
  });

  it('puts first what binds first', () => {
    const at = limits.map(bindsAt);

    expect(at).toEqual(at.toSorted((one, other) => one - other));
  });

  it('counts ten runs a second of a reserved execution, however short they are', () => {
    const { perUser, allowed } = limitNamed(limits, 'executions reserved for `ping`');

    expect(allowed / perUser).toBeCloseTo(45 * 10 * allowed, 3);
  });

  it('sees as many callbacks as there are devices to be told', () => {
    const talkative = readUsage({ devices: '2', hours: '6', messages: '6', ping: '540', friends: '10' });
    const { rates, onlineDevices } = loadOf(talkative, measured);

    // At the peak half of all are online: twice a quarter of a day.
    expect(onlineDevices).toBe(1);
    // In an hour: a message (to another's device and one's own), two acks to two devices each, typing, and a third of a flip to ten friends.
    const callbacks = rates.reduce((sum, rate) => sum + 3_600 * rate.perSecond * rate.run.callbacks, 0);
    expect(callbacks).toBeCloseTo(2 + 2 * 2 + 1 + 10 / 3, 6);
    const asked = 4 + 2 * (3_600 / 540) + (2 * 2 * 4) / 6;
    expect(3_600 * requestsPerUser({ rates })).toBeCloseTo(callbacks + asked, 6);
  });

  it('has as many users on a day as it takes for so many at the peak', () => {
    expect(accountsFor(readUsage({ users: '1000', hours: '4' }))).toBe(3_000);
    expect(accountsFor(readUsage({ users: '1000', hours: '24' }))).toBe(1_000);
    expect(() => accountsFor(readUsage({ hours: '0' }))).toThrow('--hours must be more than 0');
  });
});

describe('a token bucket', () => {
  it('gives its burst and its rate, and no more', () => {
    const bucket = new TokenBucket({ perSecond: 50, burst: 20 }, { share: 1, stepMs: 10 });
    let given = 0;

    for (let step = 0; step < 1_000; step++) {
      bucket.refill();
      while (bucket.take()) given++;
    }

    expect(given).toBeGreaterThanOrEqual(20 + 500 - 1);
    expect(given).toBeLessThanOrEqual(20 + 500);
  });

  it('gives a thousandth to a crowd in which each stands for a thousand', () => {
    const bucket = new TokenBucket({ perSecond: 500, burst: 500 }, { share: 1_000, stepMs: 10 });
    let given = 0;

    for (let step = 0; step < 100_000; step++) {
      bucket.refill();
      while (bucket.take()) given++;
    }

    expect(given).toBe(500);
  });
});

describe('the pause with another longest range', () => {
  it('is the client’s own where the range is the client’s', () => {
    const [ours, theirs] = [new Random('pause'), new Random('pause')];

    for (let failures = 1; failures <= 20; failures++)
      expect(backoffUpTo(BACKOFF_MS_MAX)(failures, () => ours.fraction(), 0)).toBe(
        backoffMs(failures, () => theirs.fraction()),
      );
  });
});

const PLENTY = { perSecond: 1e9, burst: 1e9 };

function returning(changes: Partial<MassReturn> = {}, seed = 'test') {
  const chance = new Random(seed);
  return massReturn({
    ...{ connections: 100_000, newConnections: { perSecond: 500, burst: 500 }, requests: PLENTY, throttle: PLENTY },
    ...{ pause: backoffMs, pingSeconds: 45, leaseSeconds: 120, commandsPerSecond: 0, callbacksPerSecond: 0 },
    ...{ pushesPerLogin: 0, random: () => chance.fraction(), hours: 2 },
    ...changes,
  });
}

describe('a mass return', () => {
  it('takes as long as the quota of new connections says, and some pauses more', () => {
    const { half = 0, all = 0, handshakes, handshakesRefused } = returning();

    const least = (100_000 - 500) / 500;
    expect(half).toBeGreaterThanOrEqual(least / 2 - 1);
    expect(half).toBeLessThan((least / 2) * 1.05);
    expect(all).toBeGreaterThanOrEqual(least);
    // The last one may wait for the longest range once more.
    expect(all).toBeLessThan(least * 1.05 + BACKOFF_MS_MAX / 1_000);
    // Nobody is let in twice.
    expect(handshakes - handshakesRefused).toBe(100_000);
  });

  it('takes the first pause, where nothing is refused', () => {
    const { half = 0, all = 0, handshakesRefused } = returning({ newConnections: PLENTY });

    // The close, the handshake: each crosses the network once.
    const network = (2 * NETWORK_MS) / 1_000;
    expect(handshakesRefused).toBe(0);
    expect(half).toBeCloseTo(BACKOFF_FIRST_MS / 2 / 1_000 + network, 1);
    expect(all).toBeGreaterThan(BACKOFF_MS_MIN / 1_000 + network);
    expect(all).toBeLessThanOrEqual(BACKOFF_FIRST_MS / 1_000 + network + 0.02);
  });

  it('is refused the less often, the longer the pauses are', () => {
    const refused = (longestMs: number) => returning({ pause: backoffUpTo(longestMs) }).handshakesRefused;

    expect(refused(10_000)).toBeGreaterThan(2 * refused(60_000));
  });

  it('is never over where those who are back ask for more than there is: their leases end', () => {
    // 100,000 connections ping 2,222 times a second.
    const throttle = { perSecond: 1_000, burst: 1_000 };
    const { all, backShare, lostAgain, requestsPeak } = returning({ throttle, hours: 1 });

    expect(all).toBeUndefined();
    expect(backShare).toBeLessThan(0.9);
    expect(lostAgain).toBeGreaterThan(100_000);
    expect(requestsPeak).toBeLessThan(1.2 * throttle.perSecond);
  });

  it('pushes to friends as many as are back: half of them, on average', () => {
    const connections = 2_000;
    const { requestsPeak } = returning({ connections, newConnections: PLENTY, pushesPerLogin: 10 });

    // All within ten seconds: handshakes, logins, hardly a ping.
    const pushes = 10 * requestsPeak - 2 * connections;
    expect(pushes / connections).toBeCloseTo(5, 0);
  });

  it('is the same for the same seed', () => {
    expect(returning({}, 'one')).toEqual(returning({}, 'one'));
    expect(returning({}, 'one')).not.toEqual(returning({}, 'two'));
  });
});

describe('each quota', () => {
  it('is above zero, with the page of AWS’s guide, and is quoted where that was not read', () => {
    for (const quota of Object.values(quotas)) {
      expect(quota.value).toBeGreaterThan(0);
      expect(quota.page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      if ('quotedBy' in quota) expect(quota.quotedBy).toMatch(/^https:/);
      if (quota.sure === 'quoted') expect(quota).toHaveProperty('quotedBy');
    }
  });
});
