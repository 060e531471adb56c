import { PING_SHARE } from '../../client/limits';
import { HEARTBEAT_SECONDS_MAX, SWEEP_SEGMENTS, SWEEP_SHIFT_MS } from '../../src/protocol/limits';
import { monthOf, type Usage } from '../bill/month';
import { worstDelay } from '../presence/cost';
import { limitsOf } from './limits';
import { accountsFor, loadOf, type Measured } from './load';
import { quotas } from './quotas';
import { HEADROOM } from './returns';
import { sweptPerSecond } from './spots';

/** Within which everybody is to be back who was dropped at once. */
const BACK_WITHIN_SECONDS = 600;

/** In seconds, after which a client pings that promises the longest heartbeat there is. */
export const LONGEST_PING = HEARTBEAT_SECONDS_MAX * PING_SHARE;

/** In seconds, as deployed. */
const SWEEP_PERIOD = SWEEP_SHIFT_MS / 1_000;

/** What has to be there for the peak, with `HEADROOM`. */
export interface Ask {
  readonly what: string;
  readonly amount: number;
}

export function asksFor(usage: Usage, measured: Measured): readonly Ask[] {
  const limits = limitsOf(loadOf(usage, measured));
  const need = (start: string) => {
    const found = limits.find(({ name }) => name.startsWith(start));
    if (found === undefined) throw new Error(`No limit begins with ${start}.`);
    return HEADROOM * usage.users * found.perUser;
  };
  const connections = usage.users * usage.devices;
  const passes = need('a pass of the sweep') / HEADROOM / SWEEP_PERIOD;
  return [
    { what: 'requests a second', amount: need('requests and callbacks') },
    {
      what: `new connections a second, all back in ${BACK_WITHIN_SECONDS / 60} minutes`,
      amount: Math.max(need('new connections'), connections / BACK_WITHIN_SECONDS),
    },
    {
      what: 'executions at once',
      amount: Math.max(need('executions at once'), need('runs a second') / quotas.environmentRequests.value),
    },
    { what: 'write units a second of `Connections`', amount: need('writes to `Connections`') },
    { what: 'write units a second of `Chat`', amount: need('writes to `Chat`') },
    { what: 'read units a second of `Chat`', amount: need('reads of `Chat`') },
    { what: '`SWEEP_SEGMENTS`, for a pass in half a minute', amount: Math.ceil(HEADROOM * passes) * SWEEP_SEGMENTS },
    {
      what: 'accounts, if AWS raised nothing',
      amount: Math.ceil(need('requests and callbacks') / quotas.requests.value),
    },
    {
      what: 'seconds until somebody who vanished is offline, at most',
      amount: worstDelay(usage.ping / PING_SHARE, SWEEP_PERIOD),
    },
  ];
}

/** How long it takes, in seconds, until all who were dropped at once are offline. */
export interface End {
  readonly connections: number;
  /** By the runs of `$disconnect` that an account takes. */
  readonly runs: number;
  /** By the writes that the tables take, new ones and others. */
  readonly newTables: number;
  readonly tables: number;
  /** If none of them said goodbye: by the sweep, when their leases have ended. */
  readonly swept: number;
}

export function massEnd(usage: Usage, { costs, tables }: Measured): End {
  const connections = usage.users * usage.devices;
  const cost = costs.find(({ operation }) => operation === '`$disconnect`');
  if (cost === undefined) throw new Error('`$disconnect` was not measured.');
  const inConnections = cost.tables
    .filter(({ table }) => table === tables.connections)
    .reduce((sum, { writeUnits }) => sum + writeUnits, 0);
  const units = Math.max(inConnections, cost.writeUnits - inConnections);
  const { concurrency, environmentRequests, newTableWrites, tableWrites } = quotas;
  return {
    connections,
    runs: connections / (concurrency.value * environmentRequests.value),
    newTables: (connections * units) / newTableWrites.value,
    tables: (connections * units) / tableWrites.value,
    swept: connections / sweptPerSecond(),
  };
}

/** A month, in dollars. */
export interface MonthlyBill {
  readonly accounts: number;
  readonly byService: Readonly<Record<string, number>>;
  readonly together: number;
}

/** Of all who come on a day, if so many are online at the peak. */
export function billFor(usage: Usage, { costs, presence }: Measured): MonthlyBill {
  const accounts = accountsFor(usage);
  const byService: Record<string, number> = {};
  for (const { service, dollars } of monthOf({ ...usage, users: accounts }, costs, presence)) {
    const [name = service] = service.split(':');
    byService[name] = (byService[name] ?? 0) + dollars;
  }
  return { accounts, byService, together: Object.values(byService).reduce((sum, dollars) => sum + dollars, 0) };
}

/** What one more stack costs by standing there: its sweep, its queue's pollers, its alarms. */
export function standingCost(usage: Usage, { costs, presence }: Measured): number {
  return monthOf({ ...usage, users: 0 }, costs, presence).reduce((sum, { dollars }) => sum + dollars, 0);
}
