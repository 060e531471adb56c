/** What bounds the event sources. Durations are in milliseconds. */

/** "Lambda waits one minute before the first retry and two before the second" (guide, "Asynchronous invocation"). */
export const ASYNC_RETRIES_MS: readonly number[] = [60_000, 120_000];

/** Throttled events stay in Lambda's queue for up to six hours, retried after 1 s to 5 minutes (same page). */
export const THROTTLED_MS_MAX = 6 * 3_600_000;
export const THROTTLE_RETRY_MS = { first: 1_000, max: 300_000 } as const;

/** "Lambda polls shards in your DynamoDB stream for records at a base rate of 4 times per second." */
export const POLL_MS = 250;

/** Between two tries of a batch. AWS backs off exponentially, and does not say how fast. */
export const BATCH_RETRY_MS = { first: 1_000, max: 60_000 } as const;

/** One GetRecords, and the most that waits for a slow function: beyond it the stream keeps the rest for us. */
export const PAGE_RECORDS_MAX = 1_000;
export const OUTSTANDING_MAX = 10_000;

/** "the batch … reaches the payload limit of 6 MB", envelope included. */
export const BATCH_BYTES_MAX = 6 * 1024 * 1024 - 64 * 1024;

/** While the database does not answer, e.g. because it is being stopped before us. */
export const DATABASE_RETRY_MS = 1_000;
