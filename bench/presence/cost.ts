import { FUNCTION_SIZES } from '../../lib/function-sizes';
import { HEARTBEATS_PER_LEASE, LEASE_MS, SWEEP_SHIFT_MS } from '../../src/protocol/limits';
import { NOTHING, type Quantities, times, together } from '../bill/dollars';
import { billedMs, quantitiesOfFunction, RUN_ASSUMED } from '../bill/invocation';
import { type PresenceUnits, ROWS } from './units';

/** What no count can tell, beside what `bench/bill/invocation.ts` assumes of any Lambda. */
export const ASSUMED = {
  /** Billed, of a `ping`: one write to DynamoDB. */
  pingMs: billedMs({ inSequence: 1, callbacks: 0, hashes: 0 }),
  /** Of one pass of the sweep over 1,000 connections. */
  passMs: 300,
  /** Logged by a `ping`: its one line, and 26 bytes that CloudWatch Logs counts beside each. */
  logBytes: RUN_ASSUMED.logBytes.ping,
} as const;

/** API Gateway closes a connection in which nothing was said for this long. */
const IDLE_S = 600;

const HOUR_S = 3_600;
const USERS = 1_000;

/** In seconds; `undefined` is a client that promises nothing. */
export type Heartbeat = number | undefined;

/** P3: by when, in seconds, a client that vanished without a word is offline, if the sweep runs. */
export function worstDelay(heartbeat: Heartbeat, sweepPeriod: number): number {
  const silence = heartbeat === undefined ? IDLE_S + LEASE_MS / 1000 : HEARTBEATS_PER_LEASE * heartbeat;
  return silence + sweepPeriod;
}

/** Being connected, and saying or being asked that one is still there: 1,000 users with one connection each, for one hour. */
export function signsOfLife(units: PresenceUnits, heartbeat: Heartbeat): Quantities {
  const signs = (USERS * HOUR_S) / (heartbeat ?? LEASE_MS / 1000);
  const connected = { ...NOTHING, minutes: (USERS * HOUR_S) / 60 };
  if (heartbeat === undefined) return together([connected, times({ ...NOTHING, ...units.renewal }, signs)]);
  // The ping, and its reply.
  const ping = { ...units.touch, inSequence: 1, callbacks: 0, messages: 2, hashes: 0, queueRequests: 0 };
  return together([connected, times(quantitiesOfFunction('ping', ping), signs)]);
}

/** Looking for their leases that have ended, for one hour: a Lambda that waits between its passes is paid for while it waits. */
export function sweeping(units: PresenceUnits, sweepPeriod: number): Quantities {
  const shiftSeconds = SWEEP_SHIFT_MS / 1000;
  const passes = Math.ceil(shiftSeconds / sweepPeriod);
  const billedSeconds = (passes - 1) * sweepPeriod + ASSUMED.passMs / 1000;
  const shift = {
    ...NOTHING,
    invocations: 1,
    gigabyteSeconds: billedSeconds * (FUNCTION_SIZES.sweep.memoryMb / 1024),
    readUnits: (passes * units.pass.readUnits * USERS) / ROWS,
    writeUnits: (passes * units.pass.writeUnits * USERS) / ROWS,
    logBytes: ASSUMED.logBytes,
  };
  return times(shift, HOUR_S / shiftSeconds);
}
