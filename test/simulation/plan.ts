import { HEARTBEATS_PER_LEASE } from '../../src/protocol/limits';
import { drawRates, type Injection, type Rates } from './faults';
import { Random } from './random';
import type { TalkAct } from './talk/acts';

/** What a person, or their network, does to a device. */
export type Act =
  | { readonly do: 'on' | 'off' | 'vanish' | 'roam' | 'logout' | 'everywhere' | 'login' | 'abort' | 'blurt' | 'chat' }
  | { readonly do: 'revoke' | 'friend' | 'unfriend' | 'ask' | 'intrude' | 'rollover' }
  | { readonly do: 'talk'; readonly what: TalkAct }
  | { readonly do: 'flap'; readonly times: number; readonly everyMs: number }
  | { readonly do: 'sleep'; readonly ms: number };

export type TimedAct = Act & { readonly at: number };

export interface DevicePlan {
  readonly name: string;
  readonly user: number;
  /** In seconds; a device without promises nothing, like wscat. */
  readonly heartbeat: number | undefined;
  readonly acts: readonly TimedAct[];
}

/** Everything that a seed decides beforehand. What it decides on the way is chance drawn from forks of the same seed. */
export interface Plan {
  readonly seed: number;
  readonly users: number;
  readonly devices: readonly DevicePlan[];
  readonly rates: Rates;
  /** What would go wrong, and does not: how a failure is made shorter. */
  readonly spared: ReadonlySet<Injection>;
  /** When faults end, and liveness begins. */
  readonly safetyMs: number;
  /** The usual time between a request and its arrival, at the most. */
  readonly latencyMs: number;
  readonly devicesMax: number;
  readonly leaseMs: number;
  readonly loginGraceMs: number;
  readonly sweepPeriodMs: number;
  readonly batchWindowMs: number;
  /** What a command costs; absent: as ever. On a day on which it costs seconds, most commands are refused as too fast. */
  readonly commandMs?: number | undefined;
  /** Its people write to each other, in these groups. */
  readonly talk?: Talk | undefined;
}

export interface Talk {
  readonly groups: readonly string[];
  /** Groups that grow beyond are told through the queue. */
  readonly directMembersMax: number;
  /** Absent: messages are kept for ever. Otherwise so long that none goes: what matters here is the write that each costs. */
  readonly retentionMs: number | undefined;
}

/** What went wrong last may still be under way: a late frame, a frozen Lambda, a late request; and a sweep may have been missed. */
export const LAST_FAULT_MS = 45_000 + 60_000;

/** After that, some device may leave once more: then the bounds hold to the second. */
export const LAST_ACT_MS_MAX = 20_000;

/** The kinds of days that seeds have. Weights are shares of a hundred. */
const SCENARIOS = [
  { name: 'few', weight: 58 },
  { name: 'crowd', weight: 30 },
  { name: 'cap', weight: 6 },
  { name: 'twenty', weight: 3 },
  { name: 'long', weight: 3 },
] as const;

type Scenario = (typeof SCENARIOS)[number]['name'];

export function planOf(seed: number): Plan {
  const random = new Random(String(seed));
  const scenario = pickScenario(random);
  const safetyMs = scenario === 'long' ? 130 * 60_000 : random.between(20_000, 150_000);
  const users = scenario === 'twenty' || scenario === 'cap' ? random.whole(1, 2) : random.whole(1, 3);
  const count = { few: random.whole(1, 3), crowd: random.whole(3, 7), cap: random.whole(3, 6), twenty: 22, long: 2 };
  const devicesMax = scenario === 'twenty' ? 20 : scenario === 'cap' ? random.whole(1, 3) : random.pick([20, 20, 4]);
  const devices = Array.from({ length: count[scenario] }, (_, index) =>
    planDevice(random.fork(`device ${index}`), { index, users, scenario, safetyMs }),
  );
  return {
    seed,
    users,
    devices: withLastAct(random.fork('last act'), devices, safetyMs),
    rates: drawRates(random.fork('rates')),
    spared: new Set(),
    safetyMs,
    latencyMs: random.pick([5, 20, 20, 100, 500]),
    devicesMax,
    leaseMs: random.pick([20_000, 60_000, 120_000]),
    loginGraceMs: random.pick([15_000, 60_000, 120_000]),
    sweepPeriodMs: random.pick([10_000, 15_000, 30_000, 60_000]),
    batchWindowMs: random.pick([0, 1_000, 3_000]),
    commandMs: random.fork('cost').pick([undefined, undefined, 4_000, 25_000]),
  };
}

function withLastAct(random: Random, devices: readonly DevicePlan[], safetyMs: number): readonly DevicePlan[] {
  const index = random.whole(0, devices.length - 1);
  const act: TimedAct = {
    do: random.pick(['vanish', 'off']),
    at: safetyMs + LAST_FAULT_MS + random.between(0, LAST_ACT_MS_MAX),
  };
  const { heartbeat = Number.POSITIVE_INFINITY } = devices[index] ?? {};
  // The others would take ten minutes more to notice.
  if (heartbeat > 20 || random.chance(0.5)) return devices;
  return devices.map((device, at) => (at === index ? { ...device, acts: [...device.acts, act] } : device));
}

function pickScenario(random: Random): Scenario {
  let point = random.fraction() * 100;
  for (const { name, weight } of SCENARIOS) {
    point -= weight;
    if (point < 0) return name;
  }
  return 'few';
}

interface DeviceSetting {
  readonly index: number;
  readonly users: number;
  readonly scenario: Scenario;
  readonly safetyMs: number;
}

const NAMES = ['ann', 'bob', 'cid', 'dan'] as const;

export const userName = (index: number): string => NAMES[index] ?? `user${index}`;

function planDevice(random: Random, { index, users, scenario, safetyMs }: DeviceSetting): DevicePlan {
  const user = random.whole(0, users - 1);
  const isLong = scenario === 'long';
  const heartbeat = isLong ? random.pick([300, 540]) : random.pick([10, 10, 12, 15, 20, 30, 60, undefined]);
  const count = scenario === 'twenty' ? random.whole(0, 1) : isLong ? 1 : random.whole(0, 6);
  const acts: TimedAct[] = [{ do: 'on', at: random.between(0, Math.min(20_000, safetyMs / 4)) }];
  for (let act = 0; act < count; act++) acts.push({ ...drawAct(random, heartbeat), at: random.between(0, safetyMs) });
  if (isLong) acts.push({ do: 'rollover', at: 0 });
  return {
    name: `${userName(user)}/${index + 1}`,
    user,
    heartbeat,
    acts: acts.sort((one, other) => one.at - other.at),
  };
}

const SIMPLE_ACTS = [
  'on',
  'on',
  'off',
  'vanish',
  'vanish',
  'roam',
  'roam',
  'logout',
  'everywhere',
  'login',
  'login',
  'abort',
  'blurt',
  'blurt',
  'chat',
  'chat',
  'chat',
  'revoke',
  'friend',
  'unfriend',
  'ask',
  'intrude',
] as const;

function drawAct(random: Random, heartbeat: number | undefined): Act {
  if (random.chance(0.12)) return { do: 'flap', times: random.whole(2, 5), everyMs: random.between(100, 5_000) };
  if (random.chance(0.1)) return { do: 'sleep', ms: random.between(5_000, 90_000) };
  // The lid opens when the lease ends, about: a heartbeat meets the sweep.
  if (random.chance(0.1))
    return { do: 'sleep', ms: HEARTBEATS_PER_LEASE * 1000 * (heartbeat ?? 60) * random.between(0.9, 1.4) };
  return { do: random.pick(SIMPLE_ACTS) };
}
