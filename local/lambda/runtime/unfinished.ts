/**
 * What an invocation has begun and not ended when its handler returns. AWS freezes the environment then: a message that
 * nobody waited for is sent at the next invocation, or never. Here it would just be sent, so somebody has to tell.
 *
 * Looked at are HTTP requests, timers, sockets and child processes that began during the invocation. A socket that an SDK
 * keeps for later is unreferenced and does not count, nor does an unreferenced timer. Promises as such are not looked at: one
 * with none of these behind it goes on within the same turn of the event loop, or never.
 */
import { createHook } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { relative } from 'node:path';

/** A handler that begins thousands of things has been told enough by the first ones. */
const BEGUN_MAX = 1_000;
const LINES_MAX = 5;

/** The frames above the line in question: Node's, the SDK's middleware, and what was awaited. */
const FRAMES_MAX = 50;

/** Kinds of async_hooks' resources, in words. */
const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'a timer',
  PROCESSWRAP: 'a child process',
  TCPWRAP: 'a socket',
  PIPEWRAP: 'a socket',
};

interface Begun {
  readonly what: string;
  readonly isRequest: boolean;
  /** A request's, once it has one; of anything else, the resource itself. */
  readonly handle: () => unknown;
  readonly trace: { readonly stack?: string };
  readonly isPending: () => boolean;
}

/** The members by which timers and handles tell whether the event loop would wait for them. */
interface Handle {
  readonly _destroyed?: boolean;
  hasRef?(): boolean;
}

/** The members of an `http.ClientRequest` that are read. */
interface Request {
  readonly method: string;
  readonly protocol: string;
  readonly host: string;
  readonly path: string;
  readonly destroyed: boolean;
  readonly res?: { readonly complete: boolean } | null;
  readonly socket?: { readonly _handle?: unknown } | null;
}

export class Unfinished {
  #begun: Begun[] = [];
  #isTracking = false;
  /** Requests of `fetch` that have no end yet: they do not know it themselves. */
  readonly #fetches = new Set<unknown>();

  constructor() {
    createHook({ init: (_id, type, _trigger, resource) => this.#created(type, resource) }).enable();
    subscribe('http.client.request.start', (message) => this.#requested(Object(message).request));
    subscribe('undici:request:create', (message) => this.#fetched(Object(message).request));
    for (const end of ['undici:request:trailers', 'undici:request:error']) {
      subscribe(end, (message) => this.#fetches.delete(Object(message).request));
    }
  }

  start(): void {
    this.#begun = [];
    this.#isTracking = true;
  }

  isPending(): boolean {
    return this.#begun.some(({ isPending }) => isPending());
  }

  /** What the runtime itself begins is nobody's business. */
  untracked(work: () => void): void {
    this.#isTracking = false;
    work();
    this.#isTracking = true;
  }

  /** One line for each thing that is still under way. From now on nothing is noted until the next `start`. */
  end(): readonly string[] {
    this.#isTracking = false;
    const pending = this.#begun.filter(({ isPending }) => isPending());
    const requests = pending.filter(({ isRequest }) => isRequest);
    // A request has a socket and timers, which are not worth a line of their own.
    const told = requests.length > 0 ? requests : pending;
    // One line of code may begin several: a child process has pipes, a loop has timers. The first stands for all.
    const byPlace = new Map<string, string>();
    for (const begun of told) {
      const place = this.#placeOf(begun);
      const key = place === '' ? begun.what : place;
      if (!byPlace.has(key)) byPlace.set(key, begun.what + place);
    }
    const words = [...byPlace.values()];
    const more = words.length > LINES_MAX ? [`${words.length - LINES_MAX} things more`] : [];
    return [...words.slice(0, LINES_MAX), ...more].map(warning);
  }

  /** Node tells of a request when it is sent, which is a moment after the call. But the call has made the socket. */
  #placeOf({ trace, isRequest, handle }: Begun): string {
    const place = placeOf(trace.stack ?? '');
    if (place !== '' || !isRequest) return place;
    const socket = this.#begun.find((begun) => !begun.isRequest && begun.handle() === handle());
    return placeOf(socket?.trace.stack ?? '');
  }

  #created(type: string, resource: Handle): void {
    const what = this.#isTracking ? KINDS[type] : undefined;
    if (what === undefined) return;
    this.#add({ what, isRequest: false, handle: () => resource, isPending: () => isReferenced(resource) });
  }

  #requested(request: Request): void {
    const { method, protocol, host, path } = request;
    const isPending = () => !request.destroyed && request.res?.complete !== true;
    const handle = () => request.socket?._handle;
    this.#add({ what: `${method} ${protocol}//${host}${path}`, isRequest: true, handle, isPending });
  }

  #fetched(request: { readonly method: string; readonly origin: unknown; readonly path: string }): void {
    if (!this.#isTracking) return;
    this.#fetches.add(request);
    const { method, origin, path } = request;
    const isPending = () => this.#fetches.has(request);
    this.#add({ what: `${method} ${origin}${path}`, isRequest: true, handle: () => undefined, isPending });
  }

  #add(begun: Omit<Begun, 'trace'>): void {
    if (this.#isTracking && this.#begun.length < BEGUN_MAX) this.#begun.push({ ...begun, trace: traceHere() });
  }
}

/** Cheap: the frames are noted, and become text, by way of the source maps, only if somebody reads them. */
function traceHere(): { readonly stack?: string } {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_MAX;
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, traceHere);
  Error.stackTraceLimit = before;
  return trace;
}

function isReferenced(handle: Handle): boolean {
  return handle._destroyed !== true && handle.hasRef?.() === true;
}

/** The innermost frame that is neither Node's, ours, nor a package's; there is none for what an SDK does by itself. */
function placeOf(stack: string): string {
  for (const line of stack.split('\n')) {
    const [, place = ''] = /[ (]((?:file:\/\/)?\/[^()]+:\d+:\d+)\)?$/.exec(line) ?? [];
    if (place !== '' && !place.includes('node_modules'))
      return `, begun at ${relative('', place.replace('file://', ''))}`;
  }
  return '';
}

function warning(what: string): string {
  return `WARN still pending when the handler returned, where AWS freezes it: ${what}`;
}
