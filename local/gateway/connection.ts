import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { GatewayBehaviours } from './behaviours';
import type { ConnectionFacts } from './connection-facts';
import { BINARY_FRAME, clientEnding, expired, frameReason, GOING_AWAY, TOO_BIG, violation } from './endings';
import type { Ending } from './events';
import { FrameSniffer } from './frame-limits';
import type { GatewayLimits } from './limits';
import { listenTo, type SocketListener } from './shared-listeners';

export interface ConnectionOptions {
  readonly limits: GatewayLimits;
  readonly behaviours: GatewayBehaviours;
  readonly now: () => number;
}

/** Whom a connection tells of what happens to it. */
export interface ConnectionListener {
  /** Each text message, whole. */
  onText(text: string): void;
  /** Something that was sent has left this process. */
  onFlushed(): void;
  /** The socket is closed; once. */
  onEnded(ending: Ending): void;
}

/**
 * One open connection: text in, text out, and how it ends. Once `close` is called or the peer has begun to close, it is
 * gone for everybody who wants to send, as on AWS, though the closing handshake may still be under way.
 */
export class Connection implements SocketListener {
  readonly facts: ConnectionFacts;
  readonly #listener: ConnectionListener;
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #frames: FrameSniffer;
  readonly #raw: Duplex;
  #closeTimer: NodeJS.Timeout | undefined;
  #ending: Ending | undefined;
  #lastActiveAt: number;
  #messages = 0;
  #isCut = false;
  #isPaused = false;
  /** What a frozen connection would have been sent. */
  #held: (string | Buffer)[] | undefined;
  #heldBytes = 0;

  constructor(
    sockets: { socket: WebSocket; raw: Duplex },
    facts: ConnectionFacts,
    options: ConnectionOptions,
    listener: ConnectionListener,
  ) {
    this.facts = facts;
    this.#socket = sockets.socket;
    this.#raw = sockets.raw;
    this.#options = options;
    this.#listener = listener;
    this.#frames = new FrameSniffer(options.limits.frameBytes);
    this.#lastActiveAt = options.now();
    listenTo(sockets.socket, sockets.raw, this);
  }

  get lastActiveAt(): number {
    return this.#lastActiveAt;
  }

  get isOpen(): boolean {
    return this.#ending === undefined && (this.#isCut || this.#socket.readyState === this.#socket.OPEN);
  }

  /** True while the client reads more slowly than we send. */
  get isBufferFull(): boolean {
    return this.#socket.bufferedAmount + this.#heldBytes > this.#options.limits.clientBufferBytes;
  }

  /**
   * Sends one message, text or a buffer as binary, in frames of no more than 32 KB. How AWS delivers 33 to 128 KB is not
   * known; the quota on frames suggests this.
   */
  send(message: string | Buffer): void {
    // Into the void, a post counts as no sign of life: the idle timeout must end a connection that was cut.
    if (!this.isOpen || this.#isCut) return;
    const binary = typeof message !== 'string';
    const bytes = binary ? message : Buffer.from(message);
    if (this.#held) {
      this.#held.push(message);
      this.#heldBytes += bytes.length;
      this.#touch();
      return;
    }
    const { frameBytes, clientBufferBytes } = this.#options.limits;
    // Only who was told that the buffer is full waits to hear that it is not.
    const isFull = this.#socket.bufferedAmount + bytes.length > clientBufferBytes;
    const flushed = isFull ? () => this.#listener.onFlushed() : undefined;
    for (let start = 0; start === 0 || start < bytes.length; start += frameBytes) {
      const fin = start + frameBytes >= bytes.length;
      this.#socket.send(bytes.subarray(start, start + frameBytes), { binary, fin }, flushed);
    }
    this.#touch();
  }

  close(ending: Ending): void {
    if (!this.isOpen) return;
    this.#end(ending);
    if (this.#isCut) this.#closed(ending);
    else this.#socket.close(ending.code, frameReason(ending, this.#options.behaviours));
  }

  /** The network fails without a word: the client's socket is gone, and here the connection seems open until it is idle. */
  cut(): void {
    if (!this.isOpen) return;
    this.#isCut = true;
    this.#raw.destroy();
  }

  /** Nothing is read from the client or written to it any more, as if its machine slept. A close gets through. */
  freeze(): void {
    if (!this.isOpen) return;
    this.#held ??= [];
    this.#socket.pause();
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const message of held) this.send(message);
    if (!this.#isPaused) this.#socket.resume();
    this.#listener.onFlushed();
  }

  /** Nothing was sent in either direction for as long as API Gateway waits. */
  goIdle(): void {
    this.close(GOING_AWAY);
  }

  /** It was open for as long as a connection may be. */
  expire(): void {
    this.close(expired(this.#options.behaviours));
  }

  /** While paused, TCP itself holds the client back. */
  pause(): void {
    this.#isPaused = true;
    if (this.isOpen) this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#held) this.#socket.resume();
  }

  /** For a gateway that will wait no longer. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** `ws` reads the same chunk right after this, so that the messages before the oversized frame still count. */
  onChunk(chunk: Buffer): void {
    this.#frames.read(chunk);
    if (this.#frames.oversizedMessage !== undefined) process.nextTick(() => this.close(TOO_BIG));
  }

  onMessage(message: RawData, isBinary: boolean): void {
    const index = this.#messages++;
    if (index === this.#frames.oversizedMessage) this.close(TOO_BIG);
    else if (isBinary) this.close(BINARY_FRAME);
    if (!this.isOpen) return;
    this.#touch();
    this.#listener.onText(String(message));
  }

  onPing(): void {
    if (this.#options.behaviours.idleReset === 'data+ping') this.#touch();
  }

  onError(error: Error): void {
    if (!this.#isCut) this.#end(violation(error));
  }

  onClose(code: number, reason: Buffer): void {
    if (!this.#isCut) this.#closed(clientEnding(code, reason.toString()));
  }

  #touch(): void {
    this.#lastActiveAt = this.#options.now();
  }

  /** The first cause is the one that `$disconnect` hears of. A peer that never answers our close frame is cut off. */
  #end(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#held = undefined;
    this.#socket.resume();
    this.#closeTimer = setTimeout(() => this.#socket.terminate(), this.#options.limits.closeHandshakeMs);
  }

  #closed(ending: Ending): void {
    clearTimeout(this.#closeTimer);
    this.#listener.onEnded(this.#ending ?? ending);
  }
}
