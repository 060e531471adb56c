/** What bounds the event sources. Durations are in milliseconds. */

/** "Lambda waits one minute before the first retry and two before the second" (guide, "Asynchronous invocation"). */
export const ASYNC_RETRIES_MS: readonly number[] = [60_000, 120_000];

/**
 * A scheduled run that is under way when the gateway stops has this long to end; then it ends as in a crash. One that loops
 * through its minute would otherwise hold up whoever wants to stop.
 */
export const LAST_RUN_MS = 1_000;

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

/** "Any messages sent with the same deduplication ID … aren't delivered during the five-minute deduplication interval." */
export const DEDUPLICATION_MS = 300_000;

/** SQS: ten messages per request, 1 MiB per message and per batch, 20 s of long polling, 12 h of invisibility. */
export const QUEUE_BATCH_MAX = 10;
export const MESSAGE_BYTES_MAX = 1024 * 1024;
export const WAIT_S_MAX = 20;
export const VISIBILITY_S_MAX = 43_200;

/** A request of SQS: a batch of 1 MiB, escaped, base64 and with its envelope. */
export const QUEUE_REQUEST_BYTES_MAX = 8 * 1024 * 1024;

/** SQS allows as many in flight; ours lie in memory, so it is the bound of all. */
export const QUEUE_MESSAGES_MAX = 120_000;

/** "Lambda reads up to five batches and sends them to your function" before it scales up; here, that is all. */
export const QUEUE_BATCHES_AT_ONCE = 5;

/** The longest that a mapping waits for a message before it looks again. */
export const QUEUE_POLL_MS = 20_000;
