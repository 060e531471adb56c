/** As the SDK's standard mode has them (AWS SDKs and Tools Reference Guide, "Retry behavior"): a full quota, and what a retry takes of it. */
const QUOTA_MAX = 500;
const COST = 14;
const THROTTLED_COST = 5;

/** The longest first waits, in milliseconds; the wait itself is drawn from 0 on. */
const WAIT_MS = 50;
const THROTTLED_WAIT_MS = 1_000;

/** Asks for a second attempt that was granted: how long to wait before it, and what it has cost. */
export interface Retry {
  readonly waitMs: number;
  readonly cost: number;
}

/**
 * Second attempts while the first ones mostly succeed. When everything fails, nobody is helped by twice as many requests: some
 * 35 failures use the quota up, and each success gives back what its retry has taken, or one.
 */
export class RetryQuota {
  #left = QUOTA_MAX;

  /** Undefined if there is no quota left for it. */
  take(reason: 'throttled' | 'passing'): Retry | undefined {
    const [cost, waitMsMax] = reason === 'throttled' ? [THROTTLED_COST, THROTTLED_WAIT_MS] : [COST, WAIT_MS];
    if (this.#left < cost) return undefined;
    this.#left -= cost;
    return { cost, waitMs: Math.floor(Math.random() * waitMsMax) };
  }

  /** After a success. */
  giveBack(retry: Retry | undefined): void {
    this.#left = Math.min(QUOTA_MAX, this.#left + (retry?.cost ?? 1));
  }
}
