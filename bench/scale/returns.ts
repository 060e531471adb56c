import { backoffMs } from '../../client/connection/backoff';
import { BACKOFF_FIRST_MS, BACKOFF_MS_MIN, PING_SHARE } from '../../client/limits';
import { throttleFrom } from '../../lib/throttle';
import { HEARTBEATS_PER_LEASE } from '../../src/protocol/limits';
import { Random } from '../../test/simulation/random';
import type { Load, Rate } from './load';
import { quotas } from './quotas';
import { type MassReturn, massReturn, type Pause, type Returned } from './return';

/** Whoever runs it again gets the same. */
export const SEED = 'rollcall';

/** For how long one looks at what cannot end well. */
const HOURS_IN_VAIN = 1;

/** Quotas are asked for with so much room above what the peak takes. */
export const HEADROOM = 2;

/** How many times as many new connections a second as AWS gives unasked. */
const MORE_CONNECTIONS = 10;

const LONG_PAUSE_MS = 300_000;

type Changed = Pick<MassReturn, 'newConnections' | 'requests' | 'throttle' | 'pause'>;

export interface Scenario {
  readonly name: string;
  readonly changes: (usersOnline: number, load: Load) => Changed;
}

const { newConnections, newConnectionsBurst, requests, requestsBurst } = quotas;
const connections = { perSecond: newConnections.value, burst: newConnectionsBurst.value };

/** Full jitter as the client's, with another longest range. */
export function backoffUpTo(longestMs: number): Pause {
  return (failures, random) => {
    const range = Math.min(longestMs, BACKOFF_FIRST_MS * 2 ** (failures - 1));
    return Math.max(BACKOFF_MS_MIN, Math.floor(random() * range));
  };
}

/** Of the new connections, as many as are given away: who comes late is not refused. */
const TOLD_SHARE = 0.9;

/** Each is told to come some time until all that are away have had their turn. */
function toldBy(perSecond: number): Pause {
  const awayMs = 1_000 / (TOLD_SHARE * perSecond);
  return (failures, random, away) => backoffMs(failures, random) + random() * away * awayMs;
}

const asDeployed: Changed = {
  newConnections: connections,
  requests: { perSecond: requests.value, burst: requestsBurst.value },
  throttle: throttleOfStage(),
  pause: backoffMs,
};

/** Requests for the peak with room to spare, or what there is if that is more; the throttle of our own stage with them. */
function withRequests(usersOnline: number, load: Load): Changed {
  const needed = Math.ceil(HEADROOM * usersOnline * requestsPerUser(load));
  const perSecond = Math.max(requests.value, needed);
  const raised = { perSecond, burst: (perSecond * requestsBurst.value) / requests.value };
  return { ...asDeployed, requests: raised, throttle: raised };
}

function times({ perSecond, burst }: typeof connections, factor: number): typeof connections {
  return { perSecond: perSecond * factor, burst: burst * factor };
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'as deployed', changes: () => asDeployed },
  { name: 'A: requests raised', changes: withRequests },
  {
    name: `A, a pause of up to ${LONG_PAUSE_MS / 60_000} minutes`,
    changes: (users, load) => ({ ...withRequests(users, load), pause: backoffUpTo(LONG_PAUSE_MS) }),
  },
  {
    name: 'A, told when to come',
    changes: (users, load) => ({ ...withRequests(users, load), pause: toldBy(connections.perSecond) }),
  },
  {
    name: `B: A, and ${MORE_CONNECTIONS} times the new connections`,
    changes: (users, load) => ({
      ...withRequests(users, load),
      newConnections: times(connections, MORE_CONNECTIONS),
    }),
  },
  {
    name: 'B, told when to come',
    changes: (users, load) => ({
      ...withRequests(users, load),
      newConnections: times(connections, MORE_CONNECTIONS),
      pause: toldBy(MORE_CONNECTIONS * connections.perSecond),
    }),
  },
];

export interface Played extends Returned {
  readonly connections: number;
  /** No sooner can all be back: in seconds, by the quota of new connections. */
  readonly leastSeconds: number;
  /** After which nobody looks any further. */
  readonly hours: number;
}

/** All connections of so many users, dropped at once. */
export function play({ changes }: Scenario, usersOnline: number, load: Load): Played {
  const changed = changes(usersOnline, load);
  const { devices, ping } = load.usage;
  const chance = new Random(SEED);
  const crowd = usersOnline * devices;
  const { perSecond, burst } = changed.newConnections;
  const leastSeconds = Math.max(0, (crowd - burst) / perSecond);
  const isEnough = usersOnline * requestsPerUser(load) <= changed.requests.perSecond;
  // A tenth more than the least, and an hour for the last ones. Where even a quiet day asks for more than there is, it settles sooner.
  const hours = isEnough ? Math.ceil((1.1 * leastSeconds) / 3_600) + 1 : HOURS_IN_VAIN;
  const returned = massReturn({
    ...changed,
    connections: crowd,
    pingSeconds: ping,
    leaseSeconds: (HEARTBEATS_PER_LEASE * ping) / PING_SHARE,
    ...talkOf(load),
    // Only the first of a user's connections changes what friends see.
    pushesPerLogin: (load.usage.friends * load.onlineDevices) / devices,
    random: () => chance.fraction(),
    hours,
  });
  return { ...returned, connections: crowd, leastSeconds, hours };
}

function throttleOfStage() {
  const { ratePerSecond, burst } = throttleFrom();
  return { perSecond: ratePerSecond, burst };
}

/** Of one connection: what people say, without coming, going, and signs of life. */
function talkOf({ rates, usage: { devices } }: Load) {
  const talk = rates.filter(({ name }) => ['chat', 'ack', 'typing'].includes(name));
  const perConnection = (of: (rate: Rate) => number) =>
    talk.reduce((total, rate) => total + rate.perSecond * of(rate), 0) / devices;
  return {
    commandsPerSecond: perConnection(({ asked }) => asked),
    callbacksPerSecond: perConnection(({ run }) => run.callbacks),
  };
}

/** Handshakes, commands and callbacks at the peak. */
export function requestsPerUser({ rates }: Pick<Load, 'rates'>): number {
  return rates.reduce((total, { perSecond, asked, run }) => total + perSecond * (asked + run.callbacks), 0);
}
