import { FUNCTION_SIZES } from '../lib/function-sizes';
import type { Cost } from './measure-units';
import type { PresenceUnits } from './presence-units';
import { ROWS } from './presence-units';
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

/** What no count can tell. Each is meant to be replaced by what your own account's metrics say. */
export const MONTH_ASSUMED = {
  /** Billed, of an invocation, from a warm Lambda; a login also checks a proof. */
  milliseconds: { ping: 10, login: 60, other: 25 },
  /** A line, and what CloudWatch Logs counts beside it. */
  logBytes: { ping: 240, other: 500 },
  /** Stored for each message, with its keys and what DynamoDB counts beside an item. */
  messageBytes: 400,
  /** A connection is replaced before API Gateway ends it (client/limits.ts). */
  connectionHours: 6_600 / 3_600,
  /** Lambda asks an idle queue this often: five pollers, each for 20 s. */
  pollsPerMinute: 15,
  /** The alarms of a stack, by the metrics that they look at (RUNBOOK.md). */
  alarmMetrics: 27,
} as const;

const DAYS = 30;
const MINUTES = DAYS * 24 * 60;

type Function = keyof typeof FUNCTION_SIZES;

/** So many times a month: what is invoked, what it costs the database, and the frames to and from clients. */
interface Act {
  readonly name: Function;
  readonly times: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly frames: number;
}

export interface Line {
  readonly service: string;
  readonly quantity: string;
  readonly dollars: number;
}

/** A month of 30 days by service, from what the operations were measured to consume. */
export function monthOf(usage: Usage, costs: readonly Cost[], presence: PresenceUnits): readonly Line[] {
  const acts = actsOf(usage, costs);
  const sum = (of: (act: Act) => number) => acts.reduce((total, act) => total + act.times * of(act), 0);
  const connectedMinutes = usage.users * usage.devices * usage.hours * 60 * DAYS;
  // Each minute's pass reads each connection.
  const passes = connectedMinutes / ROWS;
  const reads = sum(({ readUnits }) => readUnits) + passes * presence.pass.readUnits;
  const writes = sum(({ writeUnits }) => writeUnits);
  const gigabytes = (usage.users * usage.messages * DAYS * MONTH_ASSUMED.messageBytes) / 1e9;
  const { queueRequest, alarmMetricMonth } = prices;
  return [
    line(
      'API Gateway: messages',
      sum(({ frames }) => frames),
      prices.webSocketMessage.dollars,
    ),
    line('API Gateway: connection minutes', connectedMinutes, prices.connectionMinute.dollars),
    line('Lambda: invocations', sum(() => 1) + MINUTES, prices.lambdaRequest.dollars),
    line(
      'Lambda: GB-seconds',
      sum(gigabyteSeconds) + MINUTES * 0.3 * (FUNCTION_SIZES.sweep.memoryMb / 1024),
      prices.lambdaGigabyteSecond.dollars,
    ),
    line('DynamoDB: read units', reads, prices.readUnit.dollars),
    line('DynamoDB: write units', writes, prices.writeUnit.dollars),
    line(
      'DynamoDB: GB stored in the month',
      gigabytes,
      prices.tableGigabyteMonth.dollars + prices.recoveryGigabyteMonth.dollars,
    ),
    line('SQS: polls of the queue', MINUTES * MONTH_ASSUMED.pollsPerMinute, queueRequest.dollars),
    line('CloudWatch: log bytes', sum(logBytes), prices.logByte.dollars),
    line('CloudWatch: alarms’ metrics', MONTH_ASSUMED.alarmMetrics, alarmMetricMonth.dollars),
  ];
}

function actsOf({ users, devices, hours, messages, ping, friends }: Usage, costs: readonly Cost[]): readonly Act[] {
  const unitsOf = (operation: string) => {
    const found = costs.find((cost) => cost.operation === operation);
    if (found === undefined) throw new Error(`${operation} was not measured.`);
    return { readUnits: found.readUnits, writeUnits: found.writeUnits };
  };
  const connections = users * devices * Math.ceil(hours / MONTH_ASSUMED.connectionHours) * DAYS;
  const pings = (users * devices * hours * 3_600 * DAYS) / ping;
  const sent = users * messages * DAYS;
  // Of whom one knows nothing more: as likely online as anybody else.
  const online = devices * Math.min(1, hours / 24);
  const others = online + Math.max(0, devices - 1);
  return [
    { name: '$connect', times: connections, ...unitsOf('`$connect`'), frames: 0 },
    { name: 'login', times: connections, ...unitsOf('`login` with a token'), frames: 2 },
    { name: '$disconnect', times: connections, ...unitsOf('`$disconnect`'), frames: 0 },
    { name: 'ping', times: pings, ...unitsOf('`ping`'), frames: 2 },
    { name: 'chat', times: sent, ...unitsOf('`chat` with `id` and `after`'), frames: 2 + others },
    // By each device that the message reaches, and the sender's devices are told.
    { name: 'ack', times: sent * devices, ...unitsOf('`ack`, one cursor'), frames: 1 + devices },
    // Shown once for each message.
    { name: 'typing', times: sent, ...unitsOf('`typing` to a user'), frames: 1 + online },
    // A day's first login and last logout are what friends are told. Each friend's connections are read with a unit.
    { name: 'announce', times: 2 * users * DAYS, readUnits: 1 + friends, writeUnits: 0, frames: friends * online },
  ];
}

function gigabyteSeconds({ name }: Act): number {
  const { milliseconds } = MONTH_ASSUMED;
  const billed = name === 'ping' || name === 'login' ? milliseconds[name] : milliseconds.other;
  return (billed / 1000) * (FUNCTION_SIZES[name].memoryMb / 1024);
}

function logBytes({ name }: Act): number {
  return name === 'ping' ? MONTH_ASSUMED.logBytes.ping : MONTH_ASSUMED.logBytes.other;
}

function line(service: string, quantity: number, each: number): Line {
  const digits = quantity < 100 ? 2 : 0;
  const shown = quantity.toLocaleString('en-US', { maximumFractionDigits: digits });
  return { service, quantity: shown, dollars: quantity * each };
}

/** As a table of Markdown, with the total in its last line. */
export function monthTable(lines: readonly Line[]): string {
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const rows = lines.map(({ service, quantity, dollars }) => `| ${service} | ${quantity} | ${dollars.toFixed(2)} |`);
  return [
    '| a month of 30 days | quantity | dollars |',
    '| --- | --: | --: |',
    ...rows,
    `| **together** | | **${total.toFixed(2)}** |`,
  ].join('\n');
}
