import { FUNCTION_SIZES } from '../../lib/function-sizes';
import {
  COMMANDS_PREPAID,
  DEVICES_MAX,
  DIRECT_MEMBERS_MAX,
  FAN_OUT_PAGE_MAX,
  FRIENDS_MAX,
  GROUP_MEMBERS_MAX,
  SWEEP_PARALLEL_MAX,
  SWEEP_SEGMENTS,
  USER_COMMANDS_PER_SECOND,
} from '../../src/protocol/limits';
import { RUN_ASSUMED } from '../bill/invocation';
import type { Load } from './load';
import { quotas } from './quotas';

/** What one of something takes, however large the rest is. */
export interface Spot {
  readonly what: string;
  readonly perSecond: number;
  readonly bound: string;
}

const { roundMs, callbackMs } = RUN_ASSUMED;

/** Requests one after the other, from reading a log's end to the put behind it: head, membership, put; directly, without the second. */
const ROUNDS = { group: 3, direct: 2 } as const;

/** One write to the user's partition for the message, and one when it is acked. */
const INBOX_WRITES = 2;

/** A transaction takes twice as many units. */
const TRANSACTION = 2;

/** A read, a transaction, and the close. */
const RELEASE_MS = 2 * roundMs + callbackMs;

export function spotsOf(load: Load): readonly Spot[] {
  return [...logSpots(), ...groupSpots(load), ...userSpots(load), sweepSpot()];
}

function logSpots(): readonly Spot[] {
  return [
    {
      what: 'messages in one conversation of two',
      ...{
        perSecond: 1_000 / (ROUNDS.direct * roundMs),
        bound: `the race for the next seq: ${ROUNDS.direct} requests`,
      },
    },
    {
      what: 'messages in one group',
      ...{ perSecond: 1_000 / (ROUNDS.group * roundMs), bound: `the race for the next seq: ${ROUNDS.group} requests` },
    },
    {
      what: 'messages in one log, up to 1 KB, if there were no race',
      perSecond: quotas.partitionWrites.value,
      bound: 'a partition’s writes',
    },
  ];
}

function groupSpots({ onlineDevices }: Load): readonly Spot[] {
  const { requests } = quotas;
  const told = (members: number) => members * onlineDevices;
  return [
    {
      what: `messages in all groups of ${DIRECT_MEMBERS_MAX} together`,
      ...{
        perSecond: requests.value / told(DIRECT_MEMBERS_MAX),
        bound: `${count(told(DIRECT_MEMBERS_MAX))} callbacks each`,
      },
    },
    {
      what: `messages in all groups of ${count(GROUP_MEMBERS_MAX)} together`,
      perSecond: requests.value / told(GROUP_MEMBERS_MAX),
      bound: `${count(told(GROUP_MEMBERS_MAX))} callbacks each`,
    },
    {
      what: 'pages of large groups, told by the workers of the queue',
      perSecond: fanOutPages(told(FAN_OUT_PAGE_MAX)),
      bound: `${FUNCTION_SIZES['fan-out'].reserved} reserved executions`,
    },
  ];
}

/** Four reads and the next job, then the pushes of a page. */
function fanOutPages(pushes: number): number {
  const pageMs = 5 * roundMs + callbackMs + (pushes - 1) * RUN_ASSUMED.furtherCallbackMs;
  return (FUNCTION_SIZES['fan-out'].reserved * 1_000) / pageMs;
}

function userSpots(load: Load): readonly Spot[] {
  const { partitionWrites, requests } = quotas;
  const pushes = FRIENDS_MAX * load.onlineDevices;
  return [
    {
      what: 'messages to one user, acked',
      ...{ perSecond: partitionWrites.value / INBOX_WRITES, bound: 'a partition’s writes: `INBOX#`' },
    },
    {
      what: `logins and logouts of one user, by all ${DEVICES_MAX} devices`,
      ...{
        perSecond: partitionWrites.value / TRANSACTION,
        bound: 'a partition’s writes: `PROFILE`, and one in `byUser`',
      },
    },
    {
      what: 'logins of one user that the rates let in, for long',
      ...{
        perSecond: USER_COMMANDS_PER_SECOND / COMMANDS_PREPAID,
        bound: 'our own rates: nobody gets near the line above',
      },
    },
    {
      what: `comings and goings of users with ${FRIENDS_MAX} friends`,
      ...{ perSecond: requests.value / pushes, bound: `${count(pushes)} callbacks each` },
    },
  ];
}

function sweepSpot(): Spot {
  const atOnce = SWEEP_SEGMENTS * SWEEP_PARALLEL_MAX;
  return {
    what: 'connections that the sweep ends',
    ...{ perSecond: sweptPerSecond(), bound: `${atOnce} at once, ${RELEASE_MS} ms each` },
  };
}

/** Connections without a goodbye that one shift of the sweep can end. */
export function sweptPerSecond(): number {
  return (SWEEP_SEGMENTS * SWEEP_PARALLEL_MAX * 1_000) / RELEASE_MS;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
