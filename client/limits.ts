/** Every bound of the client, each with its reason. Milliseconds, unless the name says otherwise. */

/** In seconds. Browsers run a background tab's timers once a minute at worst: see `PING_SHARE`. */
export const HEARTBEAT_SECONDS = 60;

/**
 * Of the promised heartbeat, after how much silence a ping is due. The server waits for two heartbeats (PROTOCOL.md, `login`); with
 * 60 s and a timer that fires a minute late, 0.75 × 60 + 60 = 105 s is still well below 120 s.
 */
export const PING_SHARE = 0.75;

/** A ping that nothing follows for so long was sent to a dead server, or into a dead network. Longer than a slow Lambda's 10 s. */
export const PONG_MS_MAX = 15_000;

/** The same after a wake-up, when it is likely that the network has changed and somebody waits for it. */
export const PROBE_MS_MAX = 5_000;

/** A timer that fires this late says that we stood still; the server's reply may still wait to be read. */
export const STOOD_STILL_MS = 2_000;

/** DNS, TCP, TLS and the upgrade, over a bad mobile network. */
export const OPEN_MS_MAX = 15_000;

/** For a token of the identity provider: several requests to it over a bad mobile network. */
export const IDENTITY_MS_MAX = 30_000;

/** API Gateway refuses a longer one. */
export const URL_LENGTH_MAX = 4_096;

/** API Gateway gives up on a Lambda after 29 s, and says so. */
export const LOGIN_MS_MAX = 30_000;

/** API Gateway closes after two hours. The margin leaves room for several attempts, with backoff, beside the old connection. */
export const ROLLOVER_SECONDS = 110 * 60;

/** Up to this share earlier, by chance: clients that came together (after an outage, say) do not all roll over together. */
export const ROLLOVER_SPREAD = 0.1;

/** What an old connection still has to answer when its successor is logged in, or after a logout. */
export const DRAIN_MS_MAX = 15_000;

/** The first wait is drawn from 0 to this; each further range is twice as long (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
export const BACKOFF_FIRST_MS = 1_000;

/** The longest range. Half a minute on average is what somebody may wait who looks at the page; `online` and visibility cut it short. */
export const BACKOFF_MS_MAX = 60_000;

/** Even the luckiest draw leaves time for whatever was closed to be gone. */
export const BACKOFF_MS_MIN = 100;

/** A connection that lasted this long was a good one: the next failure counts as the first. */
export const STABLE_MS = 10_000;

/** A command's reply. Longer than a slow Lambda's 10 s. */
export const REPLY_MS_MAX = 15_000;

/** How often a command is sent, if no reply comes, or only `busy` or `internal`. */
export const ATTEMPTS_MAX = 4;

/** Commands that one connection sends in a second, sustained. The server takes 25. */
export const PACE_PER_SECOND = 20;

/** Commands that it sends at once. The server takes 100: a network that stands still for a second lets 20 more come together. */
export const PACE_BURST = 80;

/** For so long after a `too_fast` a close with 1000 is taken for the server's answer to a flood, and not for a revocation. */
export const FLOODED_MS_MAX = 10_000;

/** Between two attempts of a command: drawn from 0 to this. */
export const AGAIN_MS_MAX = 2_000;

/** Between two acks of one conversation. A reader does not notice by how much the sender's tick is late. */
export const ACKS_APART_MS = 1_000;

/** How often the messenger looks for replies that are due. */
export const TICK_MS = 1_000;

/** Entries that are kept in memory for one conversation, plus what `loadOlder` has brought. */
export const ENTRIES_MAX = 500;

/** Messages that a consumer of `messages()` may be behind. */
export const BACKLOG_MAX = 10_000;

/** Commands that wait for a connection, or for their reply. */
export const REQUESTS_MAX = 1_000;

/** Messages that wait to be stored. The whole outbox is written with each change. */
export const DRAFTS_MAX = 1_000;

/** Pages of a `sync` after one login. Each brings up to 120 KB; what is left then comes with the next one. */
export const SYNC_PAGES_MAX = 50;

/** Conversations that one `sync` names. The server takes 100, and the frame 32 KB. */
export const SYNC_CURSORS_MAX = 80;

/** API Gateway closes the socket (1009) for a longer frame. */
export const FRAME_BYTES_MAX = 32 * 1024;

/** Tabs of one browser, in one storage. */
export const SLOTS_MAX = 100;
