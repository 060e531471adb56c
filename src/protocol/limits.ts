/** Every bound of the product in one place, each with its reason. PROTOCOL.md lists those that a client can meet. */

// ---- What a client may send -------------------------------------------------------------------------------------

/** API Gateway closes the socket (1009) for a frame above this; a message of several frames is refused here, with a reply. */
export const FRAME_BYTES_MAX = 32 * 1024;

/** Enough for a UUID or a counter; a reply repeats it, so it must not become a payload. */
export const REF_LENGTH_MAX = 64;

/** In code points. Long enough for a full name, short enough for a line of text. */
export const HANDLE_LENGTH_MAX = 32;

/** In code points. NIST SP 800-63B §3.1.1.2 asks for at least eight where a password is not the only factor guarding more than a chat. */
export const PASSWORD_LENGTH_MIN = 8;

/** In bytes. A passphrase fits many times over; hashing more would only be work that a stranger can ask for. */
export const PASSWORD_BYTES_MAX = 1024;

/** In bytes of UTF-8. A write unit is 1 KB: the longest message costs five of them. */
export const TEXT_BYTES_MAX = 4 * 1024;

/** Enough for a UUID, a ULID or a hash. */
export const MESSAGE_ID_LENGTH_MAX = 64;

/** In seconds. More often would cost more than presence is worth: each heartbeat is a billed message and a write. */
export const HEARTBEAT_SECONDS_MIN = 10;

/** In seconds. API Gateway drops a connection that is idle for 600; a heartbeat must come before, even if it is late. */
export const HEARTBEAT_SECONDS_MAX = 540;

// ---- Presence ---------------------------------------------------------------------------------------------------

/** A connection that has not logged in is doubted after this long: a person has time to type a password. */
export const LOGIN_GRACE_MS = 120_000;

/** The lease of a client that promised no heartbeat (wscat): when it ends, the connection is asked about, not dropped. */
export const LEASE_MS = 120_000;

/** A client that promised heartbeats may miss one (DESIGN: `2 × heartbeat`). */
export const HEARTBEATS_PER_LEASE = 2;

/** A set of 16-byte ids that is read with every delivery must stay small; the oldest device yields beyond it. */
export const DEVICES_MAX = 20;

/** Users that one batch read may name: DynamoDB's BatchGetItem takes 100 keys. */
export const PROFILES_READ_MAX = 100;

/** Users that one `presence` may ask about: a screenful of contacts, and at most 50 read units. */
export const PRESENCE_USERS_MAX = 50;

// ---- Friends ----------------------------------------------------------------------------------------------------

/** Friends and own requests of one user. Each flip reads them all; a login lists them in 42 KB at most. */
export const FRIENDS_MAX = 200;

/** Requests of others that wait for one user's answer: strangers can fill this list, and must not be able to fill the other. */
export const FRIEND_REQUESTS_MAX = 100;

/** Entries that one read of them asks for; all that the bounds above allow, at about 120 bytes each. */
export const FRIENDS_PAGE_MAX = 400;

/** Pages of them that one operation reads. The bounds are soft, but not this soft. */
export const FRIENDS_PAGES_MAX = 5;

// ---- The sweep --------------------------------------------------------------------------------------------------

/** Parts of the table that are scanned side by side. Each is a worker of one Lambda. */
export const SWEEP_SEGMENTS = 4;

/** Rows that one request of a scan looks at: some 250 KB, of the 1 MB that it could. */
export const SWEEP_PAGE_MAX = 1_000;

/** Expired connections of one segment that are dealt with at once. All segments together stay below the SDK's 50 sockets. */
export const SWEEP_PARALLEL_MAX = 8;

/** What one invocation of the sweep covers: its schedule knows nothing shorter than a minute. */
export const SWEEP_SHIFT_MS = 60_000;

/** Before the Lambda's timeout, the time for what was begun: a question and a release, both with their retries. */
export const SWEEP_MARGIN_MS = 20_000;

// ---- Messages ---------------------------------------------------------------------------------------------------

/** How far behind the log a sender may be. One page of the longest messages is 400 KB, below a Query's 1 MB. */
export const APPEND_BEHIND_MAX = 100;

/** What one login brings. The rest is announced with `more`. */
export const LOGIN_MESSAGES_MAX = 100;

/** Conversations whose missed messages one login reads: each is a request of its own. */
export const LOGIN_CONVERSATIONS_READ_MAX = 10;

/** Conversations that one login lists, newest first: about 120 bytes each. */
export const LOGIN_CONVERSATIONS_MAX = 200;

/** In bytes, for the messages of one reply, if the lists beside them leave as much. */
export const LOGIN_MESSAGES_BYTES_MAX = 64 * 1024;

/** In bytes, for the friends and the requests that one login lists: what the bounds above allow, with the longest handles. */
export const LOGIN_FRIENDS_BYTES_MAX = 64 * 1024;

/** In bytes, for the conversations that one login lists. */
export const LOGIN_CONVERSATIONS_BYTES_MAX = 32 * 1024;

/** In bytes, for the whole reply of a login: below API Gateway's 128 KB, with room for the envelope. The messages get what is left. */
export const LOGIN_BYTES_MAX = 126 * 1024;

/** Users whose flips are announced side by side. */
export const ANNOUNCEMENTS_PARALLEL_MAX = 4;

/** Pushes of one announcement to one connection. Its last state is not repeated by anything, so it is tried again. */
export const PUSH_ATTEMPTS_MAX = 4;

/** Pushes under way at once for one message: more sockets gain nothing, the SDK's work per call is what binds. */
export const PUSHES_PARALLEL_MAX = 16;

// ---- Retries ----------------------------------------------------------------------------------------------------

/** Conflicts that one operation sits out. Eight with full jitter see a group of dozens of writers through. */
export const ATTEMPTS_MAX = 8;

/** The first wait is drawn from 0 to this; each further range is twice as long (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
export const BACKOFF_FIRST_MS = 20;

/** The longest range. All waits of one operation together stay below 2 s, far inside a Lambda's 10 s. */
export const BACKOFF_MAX_MS = 400;
