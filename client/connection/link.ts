import { DRAIN_MS_MAX, FRAME_BYTES_MAX } from '../limits';
import type { ClientSocket, Environment, WebSocketConstructor } from '../types';
import { decodeFrame, type Frame } from './frame';
import { Pace } from './pace';

export interface LinkWorld {
  readonly url: string;
  readonly WebSocket: WebSocketConstructor;
  readonly environment: Environment;
}

/** A command, as it is sent. */
export interface Outgoing {
  readonly action: string;
  readonly ref?: string | undefined;
  readonly [field: string]: unknown;
}

interface LinkListener {
  opened(): void;
  heard(frame: Frame): void;
  /** Once, unless we have closed it ourselves. */
  closed(closeCode: number): void;
}

const OPEN = 1;
const encoder = new TextEncoder();

/** No code came: the connection broke, or was never there (RFC 6455 §7.1.5). */
const ABNORMAL = 1006;

/** Whether API Gateway would take it: it closes the whole connection for a frame that is longer. */
export function fitsFrame(command: object): boolean {
  return encoder.encode(JSON.stringify(command)).length <= FRAME_BYTES_MAX;
}

/** One WebSocket, from its first attempt to its end. */
export class Link {
  readonly #environment: Environment;
  readonly #unanswered = new Set<string>();
  readonly #pace = new Pace();
  #socket: ClientSocket | undefined;
  #listener: LinkListener | undefined;
  #isDraining = false;
  #cancelDrain: () => void = () => undefined;
  readonly openedAt: number;
  lastSentAt: number;
  lastHeardAt: number;
  heardCount = 0;

  constructor({ url, WebSocket, environment }: LinkWorld, listener: LinkListener) {
    this.#environment = environment;
    this.#listener = listener;
    this.openedAt = this.lastSentAt = this.lastHeardAt = environment.now();
    try {
      this.#socket = this.#attach(new WebSocket(url));
    } catch {
      // A page with TLS may not open a socket without, for one: no event will come.
      environment.timer(0, () => this.#closed(ABNORMAL));
    }
  }

  /** Whether commands have been sent that may still be answered. */
  get isOwed(): boolean {
    return this.#unanswered.size > 0;
  }

  /** @returns whether it was handed to an open socket; whether it arrives is not known. */
  send(command: Outgoing): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    const waitMs = this.#pace.next(this.#environment.now());
    const write = () => this.#write(JSON.stringify(command));
    if (waitMs > 0) this.#environment.timer(waitMs, write);
    else write();
    // Also of one that waits: as long as any do, there is something to hear every moment.
    this.lastSentAt = this.#environment.now();
    if (command.ref !== undefined) this.#unanswered.add(command.ref);
    return true;
  }

  /** How long a command that is sent now waits for those before it: they go out at a pace. */
  get backlogMs(): number {
    return this.#pace.backlogMs(this.#environment.now());
  }

  #write(text: string): void {
    if (this.#socket?.readyState !== OPEN) return;
    this.#socket.send(text);
    this.lastSentAt = this.#environment.now();
  }

  /** Ends it at once, as far as anybody here can tell: a browser may take a minute to close a dead socket. */
  close(): void {
    const socket = this.#socket;
    this.#cancelDrain();
    this.#listener = undefined;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  /** Closes it when all that was sent is answered, and listens until then; not for long. */
  drain(): void {
    this.#isDraining = true;
    this.#cancelDrain = this.#environment.timer(DRAIN_MS_MAX, () => this.close());
    this.#closeIfDrained();
  }

  #attach(socket: ClientSocket): ClientSocket {
    socket.onopen = () => {
      this.lastHeardAt = this.#environment.now();
      this.#listener?.opened();
    };
    socket.onmessage = (event: { readonly data: unknown }) => this.#heard(decodeFrame(event.data));
    socket.onclose = (event: { readonly code: number }) => this.#closed(event.code);
    // A close follows, with all that can be known.
    socket.onerror = () => undefined;
    return socket;
  }

  #heard(frame: Frame | undefined): void {
    this.heardCount += 1;
    this.lastHeardAt = this.#environment.now();
    if (!frame) return;
    if (frame.ref !== undefined) this.#unanswered.delete(String(frame.ref));
    this.#listener?.heard(frame);
    this.#closeIfDrained();
  }

  #closeIfDrained(): void {
    if (this.#isDraining && !this.isOwed) this.close();
  }

  #closed(closeCode: number): void {
    const listener = this.#listener;
    this.#cancelDrain();
    this.#listener = undefined;
    this.#socket = undefined;
    listener?.closed(closeCode);
  }
}
