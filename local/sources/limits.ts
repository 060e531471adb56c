/** What bounds the event sources. Durations are in milliseconds. */

/** "Lambda waits one minute before the first retry and two before the second" (guide, "Asynchronous invocation"). */
export const ASYNC_RETRIES_MS: readonly number[] = [60_000, 120_000];

/** Throttled events stay in Lambda's queue for up to six hours, retried after 1 s to 5 minutes (same page). */
export const THROTTLED_MS_MAX = 6 * 3_600_000;
export const THROTTLE_RETRY_MS = { first: 1_000, max: 300_000 } as const;
