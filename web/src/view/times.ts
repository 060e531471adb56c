const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `14:05` */
export function clockTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** How many midnights lie between: 0 today, 1 yesterday. */
export function daysAgo(at: number, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  // Days of 23 and 25 hours round to one.
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

/** `Monday, 3 May`, and with the year where it is another one. */
export function dayName(at: number, now: number, locale: string): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year = isThisYear ? {} : ({ year: 'numeric' } as const);
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(at);
}

/** For a list: the time today, the weekday within a week, else the date. */
export function shortTime(at: number, now: number, locale: string): string {
  const days = daysAgo(at, now);
  if (days < 1) return clockTime(at, locale);
  if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(at);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', year: '2-digit' }).format(at);
}

/** `5 minutes ago`; `undefined` within the last minute. */
export function timeAgo(at: number, now: number, locale: string): string | undefined {
  const ago = Math.max(0, now - at);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (ago < MINUTE_MS) return undefined;
  if (ago < HOUR_MS) return format.format(-Math.floor(ago / MINUTE_MS), 'minute');
  if (ago < DAY_MS) return format.format(-Math.floor(ago / HOUR_MS), 'hour');
  return format.format(-daysAgo(at, now), 'day');
}
