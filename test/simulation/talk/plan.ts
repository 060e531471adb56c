import { drawRates } from '../faults';
import { type DevicePlan, type Plan, type TimedAct, userName } from '../plan';
import { Random } from '../random';
import { drawTalk } from './acts';

/** What becomes of the devices while their people write. */
const ABSENCES = ['on', 'on', 'off', 'vanish', 'vanish', 'roam', 'roam', 'login', 'logout', 'everywhere'] as const;

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Another kind of day: few people, who have a lot to say to each other. */
export function talkPlanOf(seed: number): Plan {
  const random = new Random(`talk ${seed}`);
  const safetyMs = random.between(15_000, 90_000);
  const users = random.whole(2, 4);
  const groups = ['g1', 'g2'].slice(0, random.whole(1, 2));
  const count = random.whole(2, 6);
  const setting = { users, safetyMs, groups };
  const devices = Array.from({ length: count }, (_, index) =>
    planDevice(random.fork(`device ${index}`), index, setting),
  );
  return {
    seed,
    users,
    devices,
    rates: drawRates(random.fork('rates')),
    spared: new Set(),
    safetyMs,
    latencyMs: random.pick([5, 20, 20, 100, 500]),
    devicesMax: 20,
    leaseMs: 60_000,
    loginGraceMs: random.pick([15_000, 60_000]),
    sweepPeriodMs: random.pick([15_000, 60_000]),
    batchWindowMs: random.pick([0, 3_000]),
    // The second, third or fourth who joins makes a group a large one; or nobody ever does.
    talk: {
      groups,
      directMembersMax: random.pick([1, 2, 3, 256, 256]),
      retentionMs: random.fork('retention').pick([undefined, undefined, YEAR_MS]),
    },
  };
}

interface Setting {
  readonly users: number;
  readonly safetyMs: number;
  readonly groups: readonly string[];
}

function planDevice(random: Random, index: number, { users, safetyMs, groups }: Setting): DevicePlan {
  // The first two are of two people: somebody has to be there to write to.
  const user = index < 2 ? index : random.whole(0, users - 1);
  const others = Array.from({ length: users }, (_, other) => userName(other)).filter((name) => name !== userName(user));
  const acts: TimedAct[] = [{ do: 'on', at: random.between(0, 5_000) }];
  const add = (what: TimedAct) => acts.push(what);
  for (const group of groups) {
    const at = random.between(0, safetyMs / 3);
    if (random.chance(0.8)) add({ do: 'talk', what: { talk: index === 0 ? 'createGroup' : 'joinGroup', group }, at });
  }
  // In bursts: two who write at once meet in the log.
  const bursts = random.whole(1, 4);
  for (let burst = 0; burst < bursts; burst++) {
    const at = random.between(0, safetyMs);
    for (let act = random.whole(1, 4); act > 0; act--) {
      add({ do: 'talk', what: drawTalk(random, { others, groups }), at: at + random.between(0, 3_000) });
    }
  }
  for (let absence = random.whole(0, 3); absence > 0; absence--) {
    add({ ...drawAbsence(random), at: random.between(0, safetyMs) });
  }
  acts.sort((one, other) => one.at - other.at);
  return { name: `${userName(user)}/${index + 1}`, user, heartbeat: random.pick([10, 15, 20]), acts };
}

function drawAbsence(random: Random) {
  if (random.chance(0.15))
    return { do: 'flap', times: random.whole(2, 4), everyMs: random.between(100, 4_000) } as const;
  if (random.chance(0.1)) return { do: 'sleep', ms: random.between(3_000, 40_000) } as const;
  return { do: random.pick(ABSENCES) } as const;
}
