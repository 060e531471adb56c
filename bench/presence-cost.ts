import { HEARTBEATS_PER_LEASE, LEASE_MS, SWEEP_SHIFT_MS } from '../src/protocol/limits';
import { type PresenceUnits, ROWS } from './presence-units';
import { prices } from './prices';

/** What no count can tell. Each is meant to be replaced by what your own account's metrics say. */
export const ASSUMED = {
  /** Billed, of a `ping`: one write to DynamoDB, from a warm Lambda. */
  pingMs: 10,
  /** Of one pass of the sweep over 1,000 connections. */
  passMs: 300,
  /** Logged by a `ping`: its one line, and 26 bytes that CloudWatch Logs counts beside each. */
  logBytes: 240,
} as const;

/** As the stack sets them: a test compares them with its template. */
export const MEMORY_GB = { ping: 0.5, sweep: 0.25 } as const;

/** API Gateway closes a connection in which nothing was said for this long. */
const IDLE_S = 600;

const HOUR_S = 3_600;
const USERS = 1_000;

/** Each is for 1,000 users with one connection each, for one hour. */
interface Quantities {
  readonly messages: number;
  readonly minutes: number;
  readonly requests: number;
  readonly gigabyteSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
}

/** In seconds; `undefined` is a client that promises nothing. */
export type Heartbeat = number | undefined;

/** P3: by when, in seconds, a client that vanished without a word is offline, if the sweep runs. */
export function worstDelay(heartbeat: Heartbeat, sweepPeriod: number): number {
  const silence = heartbeat === undefined ? IDLE_S + LEASE_MS / 1000 : HEARTBEATS_PER_LEASE * heartbeat;
  return silence + sweepPeriod;
}

/** Being connected, and saying or being asked that one is still there. */
export function signsOfLife(units: PresenceUnits, heartbeat: Heartbeat): Quantities {
  const signs = (USERS * HOUR_S) / (heartbeat ?? LEASE_MS / 1000);
  const { readUnits, writeUnits } = heartbeat === undefined ? units.renewal : units.touch;
  const pings = heartbeat === undefined ? 0 : signs;
  return {
    messages: 2 * pings, // The ping, and its reply.
    minutes: (USERS * HOUR_S) / 60,
    requests: pings,
    gigabyteSeconds: pings * (ASSUMED.pingMs / 1000) * MEMORY_GB.ping,
    readUnits: signs * readUnits,
    writeUnits: signs * writeUnits,
    logBytes: pings * ASSUMED.logBytes,
  };
}

/** Looking for leases that have ended: a Lambda that waits between its passes is paid for while it waits. */
export function sweeping(units: PresenceUnits, sweepPeriod: number): Quantities {
  const shiftSeconds = SWEEP_SHIFT_MS / 1000;
  const shifts = HOUR_S / shiftSeconds;
  const passes = Math.ceil(shiftSeconds / sweepPeriod);
  const billedSeconds = (passes - 1) * sweepPeriod + ASSUMED.passMs / 1000;
  return {
    messages: 0,
    minutes: 0,
    requests: shifts,
    gigabyteSeconds: shifts * billedSeconds * MEMORY_GB.sweep,
    readUnits: (shifts * passes * units.pass.readUnits * USERS) / ROWS,
    writeUnits: (shifts * passes * units.pass.writeUnits * USERS) / ROWS,
    logBytes: shifts * ASSUMED.logBytes,
  };
}

export function dollars(quantities: Quantities): number {
  return (
    quantities.messages * prices.webSocketMessage.dollars +
    quantities.minutes * prices.connectionMinute.dollars +
    quantities.requests * prices.lambdaRequest.dollars +
    quantities.gigabyteSeconds * prices.lambdaGigabyteSecond.dollars +
    quantities.readUnits * prices.readUnit.dollars +
    quantities.writeUnits * prices.writeUnit.dollars +
    quantities.logBytes * prices.logByte.dollars
  );
}
