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

/** In code points: digits and signs beside one's own name that make no password of it. A year, or `!`. */
export const PASSWORD_BESIDE_HANDLE_MAX = 4;

/** More than the longest name, a time and a signature take. */
export const TOKEN_LENGTH_MAX = 256;

/** How long a token logs its device in. Each login brings another: who comes back once a month never types a password again. */
export const TOKEN_MS = 30 * 24 * 60 * 60 * 1000;

/** OpenID Connect allows a subject 255 characters; it is stored with its user's presence, which each flip writes. */
export const SUBJECT_LENGTH_MAX = 256;

/** In bytes of UTF-8. A write unit is 1 KB: the longest message costs five of them. */
export const TEXT_BYTES_MAX = 4 * 1024;

/** Enough for a UUID, a ULID or a hash. */
export const MESSAGE_ID_LENGTH_MAX = 64;

/** In seconds. More often would cost more than presence is worth: each heartbeat is a billed message and a write. */
export const HEARTBEAT_SECONDS_MIN = 10;

/** In seconds. API Gateway drops a connection that is idle for 600; a heartbeat must come before, even if it is late. */
export const HEARTBEAT_SECONDS_MAX = 540;

/** In code points. A line of text. */
export const GROUP_NAME_LENGTH_MAX = 64;

/** In bytes. A paragraph: a login's reply has room for at least one, with every character escaped. */
export const GROUP_DESCRIPTION_BYTES_MAX = 512;

/** Enough for a UUID, a ULID or a hash. */
export const GROUP_ID_LENGTH_MAX = 64;

/** Conversations whose cursors one `sync` may name: a frame has no room for many more of the longest names. */
export const SYNC_CURSORS_MAX = 100;

// ---- How often --------------------------------------------------------------------------------------------------

/** Of one connection, sustained. A device that acks each message of a group of hundreds stays below; each one is a Lambda's run and a write. */
export const COMMANDS_PER_SECOND = 25;

/** Of one connection, at once: what a login can lead to (a page of each conversation, their acks) with room to spare. */
export const COMMANDS_BURST = 100;

/**
 * Commands that are refused one after the other, before the connection is closed. Whoever waits as long as they are told is
 * refused once or twice; who has sent two hundred more does not listen.
 */
export const REFUSALS_MAX = 200;

/** Of all connections of one user together, sustained: four devices that all do their utmost. */
export const USER_COMMANDS_PER_SECOND = 100;

/** Commands that a connection pays for with one write to its user's account: with each login, and whenever they are used up. */
export const COMMANDS_PREPAID = 50;

/** Of all connections of one user, at once: each of 20 devices logs in twice, which pays for 50 commands each time. */
export const USER_COMMANDS_BURST = 2_000;

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

// ---- Guessing passwords -----------------------------------------------------------------------------------------

/** Failed logins on one connection; the last one closes it. Nobody mistypes more often without stopping to think. */
export const LOGIN_FAILURES_MAX = 5;

/** Attempts of one user from one address before each has to wait: as many devices may log in at once after a power cut. */
export const LOGIN_ATTEMPTS_FREE = 10;

/** The wait after them. Long for a machine that guesses, short for a person who has forgotten which password it was. */
export const LOGIN_PAUSE_FIRST_MS = 60_000;

/** Each further wait is twice as long, up to this: four guesses an hour, and whoever shares the address is back in a quarter of one. */
export const LOGIN_PAUSE_MAX_MS = 15 * 60_000;

/** After this long without an attempt, a user's failures from one address are forgotten: no more than a new start every hour. */
export const LOGIN_FORGOTTEN_MS = 60 * 60_000;

/** Where a user has logged in by password, they are known for as long as a token lasts. */
export const LOGIN_KNOWN_MS = 30 * 24 * 60 * 60 * 1000;

/** What a failure adds to the heat of its account and of its address, which cool by themselves: ten failures a minute make no heat. */
export const LOGIN_HEAT_STEP_MS = 6_000;

/** Heat that asks nothing of anybody: ten failures at once, as in an office on a Monday. */
export const LOGIN_HEAT_FREE_MS = 60_000;

/** The longest that the failures of others make somebody wait. A person stands a minute, and a guesser gets one guess in it. */
export const LOGIN_WAIT_MAX_MS = 60_000;

// ---- Friends ----------------------------------------------------------------------------------------------------

/** Friends and own requests of one user. Each flip reads them all; a login lists them in 42 KB at most. */
export const FRIENDS_MAX = 200;

/** Requests of others that wait for one user's answer: strangers can fill this list, and must not be able to fill the other. */
export const FRIEND_REQUESTS_MAX = 100;

/** Entries that one read of them asks for; all that the bounds above allow, at about 120 bytes each. */
export const FRIENDS_PAGE_MAX = 400;

/** Pages of them that one operation reads. The bounds are soft, but not this soft. */
export const FRIENDS_PAGES_MAX = 5;

/** Users whom one user has blocked: they are read with every login, beside the friends. */
export const BLOCKS_MAX = 100;

// ---- Groups -----------------------------------------------------------------------------------------------------

/** Groups of one user. A login reads one head for each of them that is large. */
export const GROUPS_MAX = 100;

/** Members whose inboxes are written with each message. Beyond them, a group is told through a queue. */
export const DIRECT_MEMBERS_MAX = 256;

/** Members of one group: the last of them hears of a message after 50 jobs, each of which starts the next one first. */
export const GROUP_MEMBERS_MAX = 10_000;

/** Members that one request of a delivery reads: more than there can be in a group without a queue. */
export const MEMBERS_READ_MAX = 300;

/** Members that one `members` lists: with the longest handles, some 80 KB of the 128 that API Gateway takes. */
export const MEMBERS_PAGE_MAX = 500;

/** Members whom one job of a large group's delivery tells: two batch reads, and a second or two of pushes. */
export const FAN_OUT_PAGE_MAX = 200;

/** Members of a group in which typing is shown and receipts are sent: each costs a push for every other member. */
export const CHATTY_MEMBERS_MAX = 32;

// ---- The sweep --------------------------------------------------------------------------------------------------

/** Parts of the table that are scanned side by side. Each is a worker of one Lambda. */
export const SWEEP_SEGMENTS = 4;

/** Rows that one request of a scan looks at: some 250 KB, of the 1 MB that it could. */
export const SWEEP_PAGE_MAX = 1_000;

/** Expired connections of one segment that are dealt with at once. All segments together stay below the sockets of either client. */
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
export const LOGIN_CONVERSATIONS_BYTES_MAX = 24 * 1024;

/** Conversations of two, the newest, of which a login also tells how far the other one has got: a screenful, a read unit each. */
export const LOGIN_PEERS_MAX = 25;

/** Groups, the newest, that a login describes. */
export const LOGIN_GROUPS_MAX = 20;

/** Of these, how many with their members: each is a request of its own. */
export const LOGIN_GROUPS_LISTED_MAX = 10;

/** Members that it lists of each. `members` has the others. */
export const LOGIN_GROUP_MEMBERS_MAX = 10;

/** In bytes, for the groups that one login describes. */
export const LOGIN_GROUPS_BYTES_MAX = 6 * 1024;

/** In bytes, for the whole reply of a login: below API Gateway's 128 KB, with room for the envelope. The messages get what is left. */
export const LOGIN_BYTES_MAX = 126 * 1024;

/** Messages of one page of a `history`. */
export const HISTORY_MESSAGES_MAX = 100;

/** In bytes, for the messages of one `history` or `sync`: four of the longest there can be, and below API Gateway's 128 KB. */
export const PAGE_BYTES_MAX = 120 * 1024;

/** The newest of the messages that one ack covers, whose senders in a small group get a receipt. */
export const RECEIPT_MESSAGES_MAX = 20;

/** Conversations whose entries one batch read may name: DynamoDB's BatchGetItem takes 100 keys. */
export const ENTRIES_READ_MAX = 100;

/** How long a sender's reply waits for pushes to begin. One that is under way then may take its own 4 s; together that is below the Lambda's 10. */
export const PUSH_WAIT_MS = 3_000;

/** Users whose flips are announced side by side. */
export const ANNOUNCEMENTS_PARALLEL_MAX = 4;

/** Pushes of one announcement to one connection. Its last state is not repeated by anything, so it is tried again. */
export const PUSH_ATTEMPTS_MAX = 4;

/** Requests to the database under way at once for one operation: a third of the SDK's 50 sockets, since several operations may share them. */
export const REQUESTS_PARALLEL_MAX = 16;

/**
 * Pushes under way at once for one message, and the sockets kept for them: with 64, a whole core is busy while posts wait 15 ms for their answer.
 * More gain nothing, for each costs a handshake, which is the CPU of some five pushes (`npm run bench:fan-out`).
 */
export const PUSHES_PARALLEL_MAX = 64;

// ---- Retries ----------------------------------------------------------------------------------------------------

/** Conflicts that one operation sits out. Eight with full jitter see a group of dozens of writers through. */
export const ATTEMPTS_MAX = 8;

/** The first wait is drawn from 0 to this; each further range is twice as long (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
export const BACKOFF_FIRST_MS = 20;

/** The longest range. All waits of one operation together stay below 2 s, far inside a Lambda's 10 s. */
export const BACKOFF_MAX_MS = 400;
