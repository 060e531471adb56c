import { FUNCTION_SIZES } from '../../lib/function-sizes';
import { throttleFrom } from '../../lib/throttle';
import {
  ANNOUNCEMENTS_PARALLEL_MAX,
  PUSHES_PARALLEL_MAX,
  SWEEP_MARGIN_MS,
  SWEEP_PAGE_MAX,
  SWEEP_SEGMENTS,
} from '../../src/protocol/limits';
import { billedMs, RUN_ASSUMED } from '../bill/invocation';
import type { Load, Rate } from './load';
import { type Quota, quotas } from './quotas';

/** Something that runs out. */
export interface Limit {
  readonly name: string;
  readonly unit: string;
  /** Of which one user online takes so much, at the peak. */
  readonly perUser: number;
  readonly allowed: number;
  readonly lifted: string;
}

/** What no count can tell of these limits. */
export const LIMITS_ASSUMED = {
  /** One request of the sweep's scan: `SWEEP_PAGE_MAX` rows, of which hardly any is sent. */
  scanPageMs: 100,
} as const;

/** The users online at which it binds: all of these grow in proportion to them. */
export function bindsAt({ perUser, allowed }: Limit): number {
  return allowed / perUser;
}

/** What binds first comes first. */
export function limitsOf(load: Load): readonly Limit[] {
  const limits = [
    ...gatewayLimits(load),
    ...lambdaLimits(load),
    ...tableLimits(load),
    sweepLimit(load),
    announceLimit(load),
  ];
  return limits.toSorted((one, other) => bindsAt(one) - bindsAt(other));
}

function gatewayLimits({ rates }: Load): readonly Limit[] {
  const asked = sum(rates, (rate) => rate.asked);
  const called = sum(rates, ({ run }) => run.callbacks);
  const connected = sum(rates, ({ name }) => (name === '$connect' ? 1 : 0));
  return [
    {
      ...{ name: 'requests of clients, by our own `throttle`', unit: 'requests/s', perUser: asked },
      ...{ allowed: throttleFrom().ratePerSecond, lifted: 'the prop `throttle`' },
    },
    limit('requests and callbacks of the account', quotas.requests, asked + called),
    limit('new connections of the account', quotas.newConnections, connected),
  ];
}

function lambdaLimits({ rates }: Load): readonly Limit[] {
  const synchronous = rates.filter(({ name }) => name !== 'announce');
  const executions = sum(rates, executionsOf);
  const runs = sum(synchronous, () => 1);
  const { concurrency, environmentRequests } = quotas;
  const perSecond = { ...concurrency, value: concurrency.value * environmentRequests.value, unit: 'runs/s' };
  return [
    limit('executions at once of the account', concurrency, executions),
    limit('runs a second of the account, at ten for each execution', perSecond, runs),
    ...rates
      .map(reservedLimit)
      .toSorted((one, other) => bindsAt(one) - bindsAt(other))
      .slice(0, 1),
  ];
}

/** An execution is busy with a run for as long as it takes, and takes no more than ten in a second. */
function reservedLimit(rate: Rate): Limit {
  const perRun = rate.name === 'announce' ? 0 : 1 / quotas.environmentRequests.value;
  return {
    name: `executions reserved for \`${rate.name}\`, where \`reservedConcurrency\` is on`,
    unit: 'executions',
    perUser: rate.perSecond * Math.max(executionsOf(rate), perRun),
    allowed: FUNCTION_SIZES[rate.name].reserved,
    lifted: 'the prop `reservedConcurrency`',
  };
}

/** Of one run a second. */
function executionsOf({ run }: Rate): number {
  return billedMs(run) / 1_000;
}

function tableLimits({ rates, sweptUnits, tables }: Load): readonly Limit[] {
  const { newTableWrites, tableWrites, newTableReads, tableReads } = quotas;
  const writes = sum(rates, ({ run }) => run.writeUnits);
  const reads = sum(rates, ({ run }) => run.readUnits);
  const inConnections = (kind: 'readUnits' | 'writeUnits') =>
    sum(rates, ({ run }) =>
      run.tables.reduce((total, units) => total + (units.table === tables.connections ? units[kind] : 0), 0),
    );
  const [connectionWrites, connectionReads] = [inConnections('writeUnits'), inConnections('readUnits')];
  return [
    limit('writes to a new `Connections`', newTableWrites, connectionWrites),
    limit('writes to `Connections`', tableWrites, connectionWrites),
    limit('writes to a new `Chat`', newTableWrites, writes - connectionWrites),
    limit('writes to `Chat`', tableWrites, writes - connectionWrites),
    limit('reads of a new `Connections`', newTableReads, connectionReads + sweptUnits),
    limit('reads of `Chat`', tableReads, reads - connectionReads),
    limit('reads of a new `Chat`', newTableReads, reads - connectionReads),
  ];
}

/** A pass that is not over when its Lambda has to end leaves the end of each segment, and the next one begins from the front. */
function sweepLimit({ usage }: Load): Limit {
  const rowsPerSecond = SWEEP_SEGMENTS * SWEEP_PAGE_MAX * (1_000 / LIMITS_ASSUMED.scanPageMs);
  return {
    name: 'a pass of the sweep, before its Lambda ends',
    unit: 's',
    perUser: usage.devices / rowsPerSecond,
    allowed: FUNCTION_SIZES.sweep.timeoutSeconds - SWEEP_MARGIN_MS / 1_000,
    lifted: 'code: `SWEEP_SEGMENTS`',
  };
}

/** A batch of one shard at a time; a new table has as many shards as partitions. */
function announceLimit({ rates, onlineDevices, usage }: Load): Limit {
  const { roundMs, callbackMs } = RUN_ASSUMED;
  const flipMs = 2 * roundMs + Math.ceil((usage.friends * onlineDevices) / PUSHES_PARALLEL_MAX) * callbackMs;
  const shards = quotas.newTableWrites.value / quotas.partitionWrites.value;
  return {
    name: `flips announced, by the ${shards} shards of a new \`Chat\``,
    unit: 'flips/s',
    perUser: sum(rates, ({ name }) => (name === 'announce' ? 1 : 0)),
    allowed: (shards * ANNOUNCEMENTS_PARALLEL_MAX * 1_000) / flipMs,
    lifted: 'by itself, with writes; code: `parallelizationFactor`',
  };
}

function limit(name: string, { value, unit, raised }: Quota, perUser: number): Limit {
  return { name, unit, perUser, allowed: value, lifted: raised };
}

function sum(rates: readonly Rate[], of: (rate: Rate) => number): number {
  return rates.reduce((total, rate) => total + rate.perSecond * of(rate), 0);
}
