/** What bounds a local function. Durations are in milliseconds, sizes in characters or bytes as their names say. */

/**
 * Lambda gives an account 1000 concurrent executions. A laptop has less: an environment is a thread with its own heap,
 * 20 to 60 MB once the SDK is loaded, and there are about a dozen functions. Sixteen of each stay below 10 GB even then.
 */
export const ENVIRONMENTS_MAX = 16;

/**
 * After this long without an invocation, an environment that is not its function's only one ends. Lambda says no figure; a minute outlasts the
 * pauses of somebody who tries something, and gives a laptop its memory back after a burst.
 */
export const IDLE_MS_MAX = 60_000;

/**
 * Invocations that wait for an environment. API Gateway gives up after 29 s, so a longer queue would only hold events
 * whose caller is gone; 1024 short invocations drain well within that.
 */
export const WAITING_MAX = 1024;

/** The init phase is limited to 10 seconds (AWS Lambda guide, "Understanding the execution environment lifecycle"). */
export const INIT_MS_MAX = 10_000;

/** A synchronous invocation's response is at most 6 MB (AWS Lambda guide, "Lambda quotas"). */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

/** CloudWatch would take more; a console would not. A function that logs in a loop must not fill the gateway's memory. */
export const LOG_CHARS_MAX = 256 * 1024;

/** The same for many short lines: nobody reads more of one invocation, and the last ones matter least to a loop. */
export const LOG_LINES_MAX = 2_000;

/**
 * Short invocations that one environment is sent ahead. Twice as many save hardly a wake-up more, and each would wait longer
 * for one that turns out not to be short.
 */
export const QUEUED_MAX = 32;

/** With no environment set free for this long, an invocation no longer waits behind another while it may have its own. */
export const PATIENCE_MS = 20;
