import type { FunctionName } from '../../lib/function-name';
import { FUNCTION_SIZES } from '../../lib/function-sizes';
import type { Cost } from '../operations/stage';
import type { PresenceUnits } from '../presence/units';
import { ROWS } from '../presence/units';
import { table } from '../report/table';
import { dollarsEach, NOTHING, type Quantities, times, together } from './dollars';
import { quantitiesOfFunction, type Run } from './invocation';
import { prices } from './prices';

/** How a chat is used, on an average day. */
export interface Usage {
  readonly users: number;
  /** Connections that a user has at once. */
  readonly devices: number;
  /** In which each of these is connected. */
  readonly hours: number;
  /** Direct messages that a user sends. */
  readonly messages: number;
  /** Seconds between two signs of life. The client's is 45. */
  readonly ping: number;
  /** Friends of a user, who are told when the user comes and goes. */
  readonly friends: number;
}

/** What no count can tell, beside what `bench/bill/invocation.ts` assumes of any Lambda. */
export const MONTH_ASSUMED = {
  /** Of one pass of the sweep. */
  sweepMs: 300,
  /** Stored for each message, with its keys and what DynamoDB counts beside an item. */
  messageBytes: 400,
  /** A connection is replaced before API Gateway ends it (client/limits.ts). */
  connectionHours: 6_600 / 3_600,
  /** Lambda asks an idle queue this often: five pollers, each for 20 s. */
  pollsPerMinute: 15,
  /** The alarms of a stack, by the metrics that they look at (RUNBOOK.md). */
  alarmMetrics: 27,
} as const;

export const DAYS = 30;
const MINUTES = DAYS * 24 * 60;

/** So many runs of one function in a month. */
export interface Act {
  readonly name: FunctionName;
  readonly times: number;
  readonly run: Run & Pick<Cost, 'tables'>;
}

export interface Line {
  readonly service: string;
  readonly quantity: string;
  readonly dollars: number;
}

const SERVICES: Readonly<Record<keyof Quantities, string>> = {
  messages: 'API Gateway: messages',
  minutes: 'API Gateway: connection minutes',
  invocations: 'Lambda: invocations',
  gigabyteSeconds: 'Lambda: GB-seconds',
  readUnits: 'DynamoDB: read units',
  writeUnits: 'DynamoDB: write units',
  queueRequests: 'SQS: requests, nearly all of them polls',
  logBytes: 'CloudWatch: log bytes',
};

/** A month of 30 days by service, from what the operations were measured to consume. */
export function monthOf(usage: Usage, costs: readonly Cost[], presence: PresenceUnits): readonly Line[] {
  const runs = actsOf(usage, costs).map(({ name, times: often, run }) => times(quantitiesOfFunction(name, run), often));
  const quantities = together([...runs, standing(usage, presence)]);
  const dollars = dollarsEach(quantities);
  const names = Object.keys(SERVICES) as (keyof Quantities)[];
  const gigabytes = (usage.users * usage.messages * DAYS * MONTH_ASSUMED.messageBytes) / 1e9;
  const { tableGigabyteMonth, recoveryGigabyteMonth, alarmMetricMonth } = prices;
  const stored = gigabytes * (tableGigabyteMonth.dollars + recoveryGigabyteMonth.dollars);
  const { alarmMetrics } = MONTH_ASSUMED;
  return [
    ...names.map((name) => line(SERVICES[name], quantities[name], dollars[name])),
    line('DynamoDB: GB stored in the month', gigabytes, stored),
    line('CloudWatch: alarms’ metrics', alarmMetrics, alarmMetrics * alarmMetricMonth.dollars),
  ];
}

/** Being connected, and what runs each minute: the sweep, which reads each connection, and the queue's pollers. */
function standing({ users, devices, hours }: Usage, { pass }: PresenceUnits): Quantities {
  const connectedMinutes = users * devices * hours * 60 * DAYS;
  const passSeconds = MONTH_ASSUMED.sweepMs / 1000;
  return {
    ...NOTHING,
    minutes: connectedMinutes,
    invocations: MINUTES,
    gigabyteSeconds: MINUTES * passSeconds * (FUNCTION_SIZES.sweep.memoryMb / 1024),
    readUnits: (connectedMinutes / ROWS) * pass.readUnits,
    queueRequests: MINUTES * MONTH_ASSUMED.pollsPerMinute,
  };
}

/**
 * What users do in a month.
 *
 * `onlineShare`: how likely somebody of whom one knows nothing more is online. @default - as likely as anybody else, at any time
 */
export function actsOf(
  usage: Usage,
  costs: readonly Cost[],
  onlineShare = Math.min(1, usage.hours / 24),
): readonly Act[] {
  const { users, devices, hours, messages, ping, friends } = usage;
  const runOf = (operation: string): Cost => {
    const found = costs.find((cost) => cost.operation === operation);
    if (found === undefined) throw new Error(`${operation} was not measured.`);
    return found;
  };
  /** The same, but told to so many; what the sender says and is answered stays. */
  const told = (operation: string, callbacks: number): Act['run'] => {
    const run = runOf(operation);
    return { ...run, callbacks, messages: run.messages - run.callbacks + callbacks };
  };
  const connections = users * devices * Math.ceil(hours / MONTH_ASSUMED.connectionHours) * DAYS;
  const pings = (users * devices * hours * 3_600 * DAYS) / ping;
  const sent = users * messages * DAYS;
  const online = devices * onlineShare;
  const others = online + Math.max(0, devices - 1);
  return [
    { name: '$connect', times: connections, run: runOf('`$connect`') },
    { name: 'login', times: connections, run: runOf('`login` with a token') },
    { name: '$disconnect', times: connections, run: runOf('`$disconnect`') },
    { name: 'ping', times: pings, run: runOf('`ping`') },
    { name: 'chat', times: sent, run: told('`chat` with `id` and `after`', others) },
    // By each device that the message reaches, and the sender's devices are told.
    { name: 'ack', times: sent * devices, run: told('`ack`, one cursor', devices) },
    // Shown once for each message.
    { name: 'typing', times: sent, run: told('`typing` to a user', online) },
    // A day's first login and last logout are what friends are told. Each friend's connections are read with a unit.
    {
      name: 'announce',
      times: 2 * users * DAYS,
      run: { ...told('a flip, announced to one friend', friends * online), readUnits: 1 + friends },
    },
  ];
}

function line(service: string, quantity: number, dollars: number): Line {
  const digits = quantity < 100 ? 2 : 0;
  return { service, quantity: quantity.toLocaleString('en-US', { maximumFractionDigits: digits }), dollars };
}

/** As a table of Markdown, with the total in its last line. */
export function monthTable(lines: readonly Line[]): string {
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const rows = lines.map(({ service, quantity, dollars }) => [service, quantity, dollars.toFixed(2)]);
  return table(
    ['a month of 30 days', 'quantity', 'dollars'],
    [...rows, ['**together**', '', `**${total.toFixed(2)}**`]],
  );
}
