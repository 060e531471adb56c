import type { UsagePlanDescription } from '../app/description';

const DAY_MS = 86_400_000;

type QuotaDescription = NonNullable<UsagePlanDescription['quota']>;

/** So many requests in a day, a week from Sunday on, or a month, in UTC (AWS::ApiGateway::UsagePlan, QuotaSettings). */
export class Quota {
  readonly #quota: QuotaDescription;
  readonly #now: () => number;
  #period: string;
  #left: number;

  constructor(quota: QuotaDescription, now: () => number) {
    this.#quota = quota;
    this.#now = now;
    this.#period = periodOf(quota.period, now());
    // "For the initial time period, the number of requests to subtract from the specified limit."
    this.#left = quota.limit - quota.offset;
  }

  /** Takes one, if there is one left. */
  take(): boolean {
    const period = periodOf(this.#quota.period, this.#now());
    if (period !== this.#period) {
      this.#period = period;
      this.#left = this.#quota.limit;
    }
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

function periodOf(period: QuotaDescription['period'], at: number): string {
  const date = new Date(at).toISOString();
  switch (period) {
    case 'DAY':
      return date.slice(0, 10);
    case 'WEEK':
      // 1970 began on a Thursday.
      return String(Math.floor((at / DAY_MS + 4) / 7));
    case 'MONTH':
      return date.slice(0, 7);
  }
}
