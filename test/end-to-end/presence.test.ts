import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomStream } from '../../local/faults/random-stream';
import type { Database } from '../../src/adapters/dynamodb/database';
import { friendsOn } from '../../src/adapters/dynamodb/friends';
import type { UserId } from '../../src/protocol/ids';
import { HEARTBEATS_PER_LEASE, SWEEP_SHIFT_MS } from '../../src/protocol/limits';
import { expectPresenceInvariants } from '../tooling/rows';
import { eventually, START_MS_MAX } from './children';
import { createUsers } from './create-users';
import { ARRIVALS_MS, Crowd, type DevicePlan } from './crowd';
import { delayTable } from './offline-times';
import { ServedApp } from './served-app';
import { wronglyShown } from './wrongly-shown';

/** The same lives and the same faults again: PRESENCE_SEED=7 npx jest test/end-to-end/presence */
const SEED = Number(process.env.PRESENCE_SEED ?? 1);

const USERS = 100;
const DEVICES = { min: 2, max: 3 };
const FRIENDSHIPS = 200;
const LIVES_MS = 35_000;

/** The first sweep comes a minute after the start: the first to vanish shall not wait for it. */
const CROWD_COMES_MS = 25_000;

// All as short as they may be, so that a person can wait for the bounds.
const HEARTBEAT_S = 10;
const SWEEP_PERIOD_S = 5;
const LEASE_S = 30;
const IDLE_S = 40;
const TUNED = [`sweepPeriod=${SWEEP_PERIOD_S}`, `lease=${LEASE_S}`, 'loginGrace=10', 'presenceWindow=1'];

/** P3: by when a client that vanished without a word is shown offline. */
const BOUND_S = {
  promised: HEARTBEATS_PER_LEASE * HEARTBEAT_S + SWEEP_PERIOD_S,
  unpromised: IDLE_S + LEASE_S + SWEEP_PERIOD_S,
};

/** A sweep that crashed leaves the rest of its minute to the next one; and other work keeps this machine busy. */
const SETTLED_MS_MAX = 1000 * BOUND_S.unpromised + SWEEP_SHIFT_MS + 60_000;

const FAULTS = {
  'disconnect.lost': 0.3,
  'disconnect.late': 0.2,
  'disconnect.twice': 0.2,
  'gone.false': 0.02,
  'post.429': 0.03,
  'lambda.crash': 0.001,
  'lambda.throttle': 0.01,
  'dynamodb.conflict': 0.05,
  'dynamodb.ambiguous': 0.02,
  'stream.twice': 0.2,
  'gsi.stale': 0.3,
};

describe('a crowd of devices that flap, vanish, freeze and log out in a hostile world', () => {
  const random = randomStream(SEED, 'crowd');
  const users = Array.from({ length: USERS }, (_, index) => `user${index}`);
  const friendsOf = befriend(users, random);
  const plans = users.flatMap((user) => planDevices(user, random));
  let app: ServedApp;
  let database: Database;
  let crowd: Crowd;

  beforeAll(async () => {
    const faults = Object.entries(FAULTS).map(([name, probability]) => `${name}=${probability}`);
    const flags = [
      '--fault',
      faults.join(),
      '--seed',
      String(SEED),
      '--idle-seconds',
      String(IDLE_S),
      '--environments',
      '3',
    ];
    app = await ServedApp.start([...TUNED.flatMap((name) => ['-c', name]), ...flags]);
    const started = performance.now();
    database = await app.database();
    await createUsers(database, friendsOf.keys());
    await makeFriends(database, friendsOf);
    await delay(CROWD_COMES_MS - (performance.now() - started));
    crowd = new Crowd(plans, { app, seed: SEED, friendsOf, livesMs: LIVES_MS });
  }, 2 * START_MS_MAX);

  afterAll(async () => {
    try {
      await crowd?.end();
    } finally {
      database?.client.destroy();
      await app?.stop();
    }
  }, START_MS_MAX);

  it(
    'ends with nobody shown wrongly, to nobody, once the bounds have passed',
    async () => {
      const lives = crowd.live();
      // Whoever cannot get in any more for all the faults is let in then: what they do is over, and what they hold is looked at.
      await delay(ARRIVALS_MS + LIVES_MS);
      const { faults } = await app.facts();
      await app.calm();
      await lives;

      let wrong: readonly string[] = ['nobody has looked yet'];
      const look = async () => {
        wrong = await wronglyShown(database, crowd, friendsOf);
        return wrong.length === 0 || undefined;
      };
      await eventually('world in which nobody is shown wrongly', look, SETTLED_MS_MAX).catch(() => undefined);

      expect(wrong).toEqual([]);
      await expectPresenceInvariants(database);
      expect(Object.keys(FAULTS).filter((name) => !faults[name]?.struck)).toEqual([]);
    },
    ARRIVALS_MS + LIVES_MS + SETTLED_MS_MAX + 240_000,
  );

  it('tells how long it took to show somebody offline, beside the bound', () => {
    const delays = crowd.times.delays().map((delay) => {
      const isPromised = plans.some(({ user, heartbeat }) => user === delay.user && heartbeat !== undefined);
      return { ...delay, heartbeat: isPromised ? `${HEARTBEAT_S} s` : 'none' };
    });
    const bounds = { [`${HEARTBEAT_S} s`]: BOUND_S.promised, none: BOUND_S.unpromised };
    const sweeps = app.invokedBy('schedule');
    const crashed = sweeps.filter(({ error }) => error !== undefined).length;

    process.stdout.write(`\n${delayTable(delays, bounds)}\n`);
    process.stdout.write(
      `seed ${SEED}; of ${sweeps.length} minutes of sweeps, ${crashed} were cut short by a crash\n\n`,
    );
    expect(delays.length).toBeGreaterThan(USERS / 2);
    expect(sweeps.length).toBeGreaterThan(0);
  });
});

/** A fifth of the users promise no heartbeat, on any device. Half of them are gone in the end, with all devices. */
function planDevices(user: string, random: () => number): readonly DevicePlan[] {
  const promises = random() < 0.8;
  const isThere = random() < 0.5;
  const devices = DEVICES.min + Math.floor(random() * (DEVICES.max - DEVICES.min + 1));
  return Array.from({ length: devices }, (_, index) => ({
    user,
    name: `${user}/${index}`,
    ...(promises && { heartbeat: HEARTBEAT_S }),
    stays: isThere && (index === 0 || random() < 0.7),
  }));
}

function befriend(users: readonly string[], random: () => number): ReadonlyMap<string, readonly string[]> {
  const friends = new Map(users.map((user) => [user, new Set<string>()]));
  for (let pair = 0; pair < FRIENDSHIPS; pair += 1) {
    const one = Math.floor(random() * users.length);
    const other = (one + 1 + Math.floor(random() * (users.length - 1))) % users.length;
    friends.get(`user${one}`)?.add(`user${other}`);
    friends.get(`user${other}`)?.add(`user${one}`);
  }
  return new Map(Array.from(friends, ([user, set]) => [user, [...set]]));
}

/** Straight into the tables, too. */
async function makeFriends(database: Database, friendsOf: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const [friends, now] = [friendsOn(database), Date.now()];
  for (const [user, others] of friendsOf) {
    for (const other of others.filter((name) => user < name)) {
      await friends.ask({ userId: user as UserId, other: other as UserId }, now);
      await friends.accept({ userId: other as UserId, other: user as UserId }, now);
    }
  }
}
