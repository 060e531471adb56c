import type { GatewayEvent } from '../gateway/gateway-event';
import { padColumns, withoutControls } from './display-width';
import { plain, type Style } from './style';

/** The widest route keys (`$disconnect`, `removeFriend`), an API Gateway connection id, most handles, `10.5 R 4 W in 8`. */
const ROUTE_COLUMNS = 12;
const CONNECTION_COLUMNS = 16;
const USER_COLUMNS = 12;
const UNITS_COLUMNS = 15;

/** One event as a line: time, route, connection, user, status, duration, units. What it logged stands beneath. */
export function eventLines(event: GatewayEvent, style: Style = plain): string {
  const units = `${decimal(event.readUnits)} R ${decimal(event.writeUnits)} W in ${event.databaseRequests}`;
  const line = [
    style('dim', clockTime(event.at)),
    ...whatAndWhere(event, style),
    padColumns(withoutControls(event.userId ?? '-'), USER_COLUMNS),
    style(event.status < 400 ? 'green' : 'red', String(event.status)),
    `${event.durationMs.toFixed(1).padStart(8)} ms`,
    units.padEnd(UNITS_COLUMNS),
    ...(event.coldStart ? [style('cyan', 'cold')] : []),
    ...(event.outcome === undefined || event.outcome === 'ok' ? [] : [style('red', withoutControls(event.outcome))]),
  ].join('  ');
  return [line.trimEnd(), ...linesBeneath(event, style)].join('\n');
}

/**
 * Whether a schedule has fired and found nothing to do: it went well, wrote nothing, and has nothing to say. One of these a
 * minute would be most of what an idle app shows.
 */
export function isIdleTick(event: GatewayEvent): boolean {
  return (
    event.routeKey.startsWith('schedule ') &&
    event.status === 200 &&
    event.writeUnits === 0 &&
    linesBeneath(event, plain).length === 0
  );
}

/** What no client has sent has a longer name and no connection: it takes the room of both. */
function whatAndWhere({ routeKey, connectionId }: GatewayEvent, style: Style): readonly string[] {
  const what = withoutControls(routeKey);
  if (connectionId === '-') return [style('bold', padColumns(what, ROUTE_COLUMNS + 2 + CONNECTION_COLUMNS))];
  return [
    style('bold', padColumns(what, ROUTE_COLUMNS)),
    padColumns(withoutControls(connectionId), CONNECTION_COLUMNS),
  ];
}

function linesBeneath(event: GatewayEvent, style: Style): readonly string[] {
  const logs = event.logs.map((log) => readable(log.text)).filter((text) => text !== undefined);
  const errors = event.error === undefined ? [] : [style('red', indented(event.error))];
  return [...logs.map(indented), ...errors];
}

/**
 * A JSON object is meant for a log store: what the line shows of the event is taken from it already. One that reports a
 * fault (`level`) is shown, with its stack if it has one.
 */
function readable(text: string): string | undefined {
  const fields = parseObject(text);
  if (fields === undefined) return text;
  if (!FAULTS.has(String(fields.level))) return undefined;
  return `${fields.level} ${fields.stack ?? fields.message ?? text}`;
}

const FAULTS: ReadonlySet<string> = new Set(['WARN', 'ERROR', 'FATAL']);

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${withoutControls(line)}`)
    .join('\n');
}

/** Units come in halves: `0.5`, `2`. */
function decimal(units: number): string {
  return String(Math.round(units * 10) / 10);
}

/** The local time of day, to the millisecond. */
function clockTime(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = `${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  return `${two(time.getHours())}:${two(time.getMinutes())}:${seconds}`;
}
