import { parseCron } from './cron';

/** @returns the next time that the schedule fires strictly after `afterMs`, or undefined if it never does again. */
export type NextTime = (afterMs: number) => number | undefined;

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * `rate(5 minutes)`, `cron(0 12 * * ? *)`, `at(2030-01-01T00:00:00)` (EventBridge guide, "Creating a rule that runs on
 * a schedule"; EventBridge Scheduler guide, "Schedule types"). Times are UTC. A rate counts from `startMs`.
 *
 * @returns undefined for what EventBridge would refuse.
 */
export function parseSchedule(expression: string, startMs: number): NextTime | undefined {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return parseRate(inner, startMs);
  if (kind === 'cron') return parseCron(inner);
  return kind === 'at' ? parseAt(inner) : undefined;
}

/** `1 minute`, `5 minutes`: EventBridge insists on the singular for 1, and on the plural for more. */
function parseRate(inner: string, startMs: number): NextTime | undefined {
  const [, digits, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  const everyMs = Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isNaN(everyMs) || (digits === '1') !== (plural === '')) return undefined;
  return (afterMs) => startMs + everyMs * Math.max(1, Math.floor((afterMs - startMs) / everyMs) + 1);
}

function parseAt(inner: string): NextTime | undefined {
  const atMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) ? Date.parse(`${inner}Z`) : Number.NaN;
  if (Number.isNaN(atMs)) return undefined;
  return (afterMs) => (atMs > afterMs ? atMs : undefined);
}
