import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame } from './wscat';

/**
 * API Gateway itself answers after 29 seconds. Whoever asks again earlier, while the first command still waits for its
 * Lambda, makes a busy server busier, until it does nothing else.
 */
const REPLY_MS_MAX = 30_000;

/** One WebSocket that hands over each frame as it comes, and knows which of them answers what was asked. */
export class FrameSocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (frame: Frame | undefined) => void>();
  readonly #closing = new AbortController();
  /** Aborted when the socket has closed, whoever closed it. */
  readonly closed = this.#closing.signal;
  #serial = 0;

  private constructor(socket: WebSocket, onFrame: (frame: Frame) => void) {
    this.#socket = socket;
    socket.on('message', (message) => {
      const frame = JSON.parse(String(message)) as Frame;
      onFrame(frame);
      this.#answer(frame);
    });
    socket.on('close', () => {
      for (const answer of this.#waiting.values()) answer(undefined);
      this.#closing.abort();
    });
    socket.on('error', () => undefined);
  }

  /** @returns undefined where the upgrade was refused. */
  static async open(url: string, userAgent: string, onFrame: (frame: Frame) => void): Promise<FrameSocket | undefined> {
    const socket = new WebSocket(url, { headers: { 'user-agent': userAgent } });
    const opened = new FrameSocket(socket, onFrame);
    await Promise.race([once(socket, 'open'), once(socket, 'close')]).catch(() => undefined);
    return opened.isOpen ? opened : undefined;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: object): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
  }

  /** @returns undefined where no answer comes, or only API Gateway's own "Internal server error". */
  async ask(command: Frame): Promise<Frame | undefined> {
    if (!this.isOpen) return undefined;
    const ref = ++this.#serial;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Frame | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), REPLY_MS_MAX);
      this.#waiting.set(ref, resolve);
    });
    this.send({ ...command, ref });
    const frame = await answer;
    clearTimeout(timer);
    this.#waiting.delete(ref);
    return frame;
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** No close frame: the connection is reset. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** API Gateway's own errors, which have no type, and those of the fence do not say what they answer: whatever waits is asked again. */
  #answer(frame: Frame): void {
    const isForAll = frame.type === undefined || (frame.type === 'error' && frame.ref === undefined);
    if (isForAll) for (const answer of this.#waiting.values()) answer(undefined);
    else if (typeof frame.ref === 'number') this.#waiting.get(frame.ref)?.(frame);
  }
}
