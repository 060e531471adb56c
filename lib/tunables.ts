import { Duration } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import { COMMANDS_PER_SECOND, DEVICES_MAX, DIRECT_MEMBERS_MAX, LEASE_MS, LOGIN_GRACE_MS } from '../src/protocol/limits';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What presence costs against how soon it tells the truth. TUNING.md has what each costs. */
export interface Tunables {
  /** How often leases that have ended are looked for: 5 to 60 seconds. @default 60 seconds */
  readonly sweepPeriod?: Duration;
  /** For how long announcements of presence are gathered, so that flips of one user become one: 0 to 60 seconds. @default 2 seconds */
  readonly presenceWindow?: Duration;
  /** The lease of clients that promise no heartbeats: 30 seconds to 1 hour. @default 2 minutes */
  readonly lease?: Duration;
  /** How long a connection may stay without a login: 10 seconds to 1 hour. @default 2 minutes */
  readonly loginGrace?: Duration;
  /** Connections of one user: 1 to 100. @default 20 */
  readonly devicesMax?: number;
  /** Members of a group who are told of a message before its reply; a larger group through a queue: 1 to 256. @default 256 */
  readonly directMembersMax?: number;
  /** Commands that one connection may send in a second, sustained; all rates follow it in proportion: 1 to 500. @default 25 */
  readonly commandsPerSecond?: number;
  /** How long messages are kept: 1 day to 10 years, in whole days. @default for ever */
  readonly retention?: Duration;
}

/** All of them, in seconds, but for the days. */
export interface Tuned {
  readonly sweepPeriod: number;
  readonly presenceWindow: number;
  readonly lease: number;
  readonly loginGrace: number;
  readonly devicesMax: number;
  readonly directMembersMax: number;
  readonly commandsPerSecond: number;
  /** Absent: for ever. */
  readonly retentionDays?: number;
}

/** The tunables with their defaults, checked. @throws with the name of the one that is out of its range. */
export function tuned(given: Tunables): Tuned {
  return {
    sweepPeriod: seconds('sweepPeriod', given.sweepPeriod ?? Duration.minutes(1), { min: 5, max: 60 }),
    presenceWindow: seconds('presenceWindow', given.presenceWindow ?? Duration.seconds(2), { min: 0, max: 60 }),
    lease: seconds('lease', given.lease ?? Duration.millis(LEASE_MS), { min: 30, max: 3600 }),
    loginGrace: seconds('loginGrace', given.loginGrace ?? Duration.millis(LOGIN_GRACE_MS), { min: 10, max: 3600 }),
    devicesMax: within('devicesMax', given.devicesMax ?? DEVICES_MAX, { min: 1, max: 100 }),
    commandsPerSecond: within('commandsPerSecond', given.commandsPerSecond ?? COMMANDS_PER_SECOND, {
      min: 1,
      max: 500,
    }),
    // More than the default could not be read with one request, nor written before the reply.
    directMembersMax: within('directMembersMax', given.directMembersMax ?? DIRECT_MEMBERS_MAX, {
      min: 1,
      max: DIRECT_MEMBERS_MAX,
    }),
    ...(given.retention === undefined ? {} : { retentionDays: days('retention', given.retention) }),
  };
}

/**
 * Those that the CDK's context names, in seconds (`retention` in days): `cdk deploy -c sweepPeriod=10`, `npm start -- -c sweepPeriod=10`, or
 * "context" in cdk.json. @throws with the name of one that is no number.
 */
export function tunablesOf(node: Node): Tunables {
  const { devicesMax, directMembersMax, commandsPerSecond, ...durations } = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value: unknown = node.tryGetContext(name);
      return value === undefined ? [] : [[name, numberOf(name, value)]];
    }),
  );
  const inSeconds = Object.entries(durations).map(([name, seconds]) => [name, Duration.seconds(seconds)]);
  const retention: unknown = node.tryGetContext('retention');
  return {
    ...Object.fromEntries(inSeconds),
    ...(devicesMax !== undefined && { devicesMax }),
    ...(directMembersMax !== undefined && { directMembersMax }),
    ...(commandsPerSecond !== undefined && { commandsPerSecond }),
    ...(retention !== undefined && { retention: Duration.days(numberOf('retention', retention)) }),
  };
}

const NAMES = [
  'sweepPeriod',
  'presenceWindow',
  'lease',
  'loginGrace',
  'devicesMax',
  'directMembersMax',
  'commandsPerSecond',
] as const satisfies (keyof Tuned)[];

/** The CLI hands over text, cdk.json a number. */
function numberOf(name: keyof Tunables, value: unknown): number {
  const text = String(value);
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new Error(`The context ${name} must be a number, not ${JSON.stringify(value)}.`);
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function seconds(name: keyof Tunables, duration: Duration, range: Range): number {
  return within(name, duration.toMilliseconds() / 1000, range, ' seconds');
}

function days(name: keyof Tunables, duration: Duration): number {
  return within(name, duration.toMilliseconds() / DAY_MS, { min: 1, max: 3650 }, ' days');
}

function within(name: keyof Tunables, value: number, { min, max }: Range, unit = ''): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`ChatApi: ${name} must be a whole number of ${min} to ${max}${unit}, not ${value}.`);
}
