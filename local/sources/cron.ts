import type { NextTime } from './schedule-expression';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** EventBridge's years end with 2199. A leap day on one weekday comes back after 40 years at the latest. */
const DAYS_AHEAD_MAX = 366 * 41;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Range {
  readonly min: number;
  readonly max: number;
  /** Names that stand for min, min + 1, … */
  readonly names?: readonly string[];
}

/** Whether a UTC day is one of the expression's. */
type IsDay = (day: Date) => boolean;

/**
 * The six fields of an EventBridge cron expression: minutes, hours, day of month, month, day of week (1 is Sunday),
 * year; with `,` `-` `*` `/` `?` `L` `W` `#`. One of the two day fields must be `?`.
 */
export function parseCron(inner: string): NextTime | undefined {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = '', ...rest] = inner.split(/\s+/);
  const minutes = parseField(minute, { min: 0, max: 59 });
  const hours = parseField(hour, { min: 0, max: 23 });
  const months = parseField(month, { min: 1, max: 12, names: MONTHS });
  const years = parseField(year, { min: 1970, max: 2199 });
  const isDay = parseDays(dayOfMonth, dayOfWeek);
  if (rest.length > 0 || !minutes || !hours || !months || !years || !isDay) return undefined;
  const matches: IsDay = (day) => years.has(day.getUTCFullYear()) && months.has(day.getUTCMonth() + 1) && isDay(day);
  return (afterMs) => nextTime(afterMs, matches, timesOfDay(hours, minutes));
}

function timesOfDay(hours: ReadonlySet<number>, minutes: ReadonlySet<number>): readonly number[] {
  return [...hours]
    .flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * MINUTE_MS))
    .sort((a, b) => a - b);
}

function nextTime(afterMs: number, matches: IsDay, times: readonly number[]): number | undefined {
  const today = Math.floor(afterMs / DAY_MS) * DAY_MS;
  for (let day = 0; day <= DAYS_AHEAD_MAX; day += 1) {
    const midnight = today + day * DAY_MS;
    if (!matches(new Date(midnight))) continue;
    const time = times.find((offset) => midnight + offset > afterMs);
    if (time !== undefined) return midnight + time;
  }
  return undefined;
}

function parseDays(dayOfMonth: string, dayOfWeek: string): IsDay | undefined {
  if (dayOfWeek === '?') return dayOfMonth === '?' ? undefined : parseDayOfMonth(dayOfMonth);
  return dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek) : undefined;
}

function parseDayOfMonth(field: string): IsDay | undefined {
  if (field === 'L') return (day) => day.getUTCDate() === lastDate(day);
  const nearest = /^([1-9]|[12]\d|3[01])W$/.exec(field)?.[1];
  if (nearest !== undefined) return (day) => day.getUTCDate() === nearestWeekday(day, Number(nearest));
  const dates = parseField(field, { min: 1, max: 31 });
  return dates && ((day) => dates.has(day.getUTCDate()));
}

function parseDayOfWeek(field: string): IsDay | undefined {
  const [, nth, count] = /^([1-7]|[A-Z]{3})#([1-5])$/i.exec(field) ?? [];
  const [, last] = /^([1-7]|[A-Z]{3})L$/i.exec(field) ?? [];
  const weekdays = parseField(nth ?? last ?? (field === 'L' ? '7' : field), { min: 1, max: 7, names: WEEKDAYS });
  if (!weekdays) return undefined;
  return (day) =>
    weekdays.has(day.getUTCDay() + 1) &&
    (nth === undefined || Math.ceil(day.getUTCDate() / 7) === Number(count)) &&
    (last === undefined || day.getUTCDate() + 7 > lastDate(day));
}

function lastDate(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday nearest to a date, within the same month. */
function nearestWeekday(day: Date, date: number): number {
  const last = lastDate(day);
  if (date > last) return -1;
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === last ? date - 2 : date + 1;
  return date;
}

/** `*`, `3`, `1-5`, `MON-FRI`, `0/15`, and lists of them. */
function parseField(field: string, range: Range): ReadonlySet<number> | undefined {
  const values = field.split(',').map((part) => parsePart(part, range));
  return values.some((part) => part === undefined) ? undefined : new Set(values.flatMap((part) => part ?? []));
}

function parsePart(part: string, range: Range): readonly number[] | undefined {
  const [, base = '', step] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  const [from = '', to, ...rest] = base === '*' ? [String(range.min), String(range.max)] : base.split('-');
  const first = parseValue(from, range);
  const only = to === undefined && step === undefined;
  const last = to === undefined ? (only ? first : range.max) : parseValue(to, range);
  if (rest.length > 0 || first === undefined || last === undefined || last < first) return undefined;
  const by = Number(step ?? 1);
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
}

function parseValue(text: string, { min, max, names = [] }: Range): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? min + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}
