/** How long the endpoint takes to answer a post, in milliseconds. */
export const LATENCY_MS = 15;

/** Which client pushes, with so many sockets and posts in flight. */
export interface Pusher {
  readonly client: 'ours' | 'sdk' | 'sdk, cacheMiddleware' | 'hand-signed';
  readonly sockets: number;
}

/** A number of posts, one after the other where there is one socket: how long they took, and what of the processor, in milliseconds. */
export interface Burst {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** What the endpoint saw of a pusher. */
export interface Seen {
  readonly requests: number;
  readonly handshakes: number;
  /** Posts that were waiting for their answer at one time. */
  readonly inFlightMax: number;
}

/** Of every client here, in milliseconds: in a Lambda it is two seconds, which a machine that is busy with something else may take, too. */
export const PATIENCE_MS = 20_000;
