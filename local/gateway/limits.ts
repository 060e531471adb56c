/**
 * What bounds the gateway. The first group are quotas of API Gateway, none of which can be raised (Developer Guide,
 * "Quotas for configuring and running a WebSocket API"); the second group bounds what AWS leaves to its own size.
 * Tests pass smaller ones.
 */
export interface GatewayLimits {
  /** A connection without data in either direction is closed after this. */
  readonly idleMs: number;
  /** A connection is closed after this, however busy it is. */
  readonly connectionMs: number;
  /** A larger message closes the connection with 1009, and is refused with 413 by `@connections`. "KB" read as 1024. */
  readonly messageBytes: number;
  /** A larger frame closes the connection with 1009, even within a message of a legal size. */
  readonly frameBytes: number;
  readonly urlChars: number;
  /** The throttle of an account in a region, which handshakes, messages and `@connections` share. */
  readonly accountRequestsPerSecond: number;
  readonly accountBurst: number;
  /**
   * "New connections per second per account (across all WebSocket APIs) per Region", refused with 429 beyond it. AWS names
   * no burst; a second's worth is what the quota's own words allow.
   */
  readonly connectionsPerSecond: number;
  readonly connectionsBurst: number;

  /**
   * Handshakes that wait for their `$connect`. On AWS it may take 29 s at the quota's rate; here, whoever has 500 clients wait
   * at once has a `$connect` that hangs, and should hear of it.
   */
  readonly handshakesPending: number;
  /**
   * Messages of one connection whose Lambdas run. AWS has no known bound: 172 were measured at once. Beyond this we stop
   * reading the socket, so that one client cannot queue without end.
   */
  readonly messagesInFlight: number;
  /**
   * Unsent bytes of one connection, after which `@connections` answers LimitExceededException ("the WebSocket client
   * side buffer is full"). AWS names no size; this is eight of the largest messages.
   */
  readonly clientBufferBytes: number;
  /** `$disconnect` invocations at once: a thousand clients that leave together must not throttle the function. */
  readonly disconnectsInFlight: number;
  /** How long the peer may take to answer our close frame. RFC 6455 sets no limit; a peer that is gone never answers. */
  readonly closeHandshakeMs: number;
  /** How long `close()` waits for Lambdas: longer than our functions' timeouts, shorter than a user's patience. */
  readonly shutdownMs: number;
  /** How long an authorizer may take. AWS names no limit for WebSocket APIs; this is an integration's. */
  readonly authorizerMs: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  idleMs: 10 * 60 * 1000,
  connectionMs: 2 * 60 * 60 * 1000,
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  urlChars: 4096,
  accountRequestsPerSecond: 10_000,
  accountBurst: 5_000,
  connectionsPerSecond: 500,
  connectionsBurst: 500,
  handshakesPending: 500,
  messagesInFlight: 256,
  clientBufferBytes: 8 * 128 * 1024,
  disconnectsInFlight: 64,
  closeHandshakeMs: 2_000,
  shutdownMs: 10_000,
  authorizerMs: 29_000,
};

/** What the journal remembers at most: more open connections than one process has file descriptors for. */
export const JOURNAL_CONNECTIONS_MAX = 20_000;

/** Lines after which the journal is compacted while it runs, unless most of them are connections that are still open. */
export const JOURNAL_LINES_MAX = 10_000;

/** Free ports to try, when `::1` turns out to have given away the one that `127.0.0.1` was given. */
export const PORT_ATTEMPTS_MAX = 10;
