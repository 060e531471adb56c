import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Arrivals, type Arrived } from './arrivals';

/** What a server sends. Its fields are looked at one by one: it is on trial. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a field is compared with says what it should be.
export type Frame = Readonly<Record<string, any>>;

interface RawOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly patienceMs: number;
}

/** One WebSocket without the SDK: for what that hides, or would never send. */
export class RawDevice {
  readonly #socket: WebSocket;
  readonly #patienceMs: number;
  readonly #frames = new Arrivals<Frame>();
  readonly #closed: Promise<number>;
  #ref = 0;

  private constructor(socket: WebSocket, patienceMs: number) {
    this.#socket = socket;
    this.#patienceMs = patienceMs;
    socket.on('message', (data) => this.#frames.push(toFrame(String(data))));
    // What goes wrong later shows as a close.
    socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Rejects when the handshake fails, with what the server said. */
  static async open({ url, headers, patienceMs }: RawOptions): Promise<RawDevice> {
    const socket = new WebSocket(url, { headers: { ...headers }, handshakeTimeout: patienceMs });
    await once(socket, 'open');
    return new RawDevice(socket, patienceMs);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a text as it is. */
  send(text: string): void {
    this.#socket.send(text);
  }

  /** Sends one message in several frames. */
  sendParts(parts: readonly string[]): void {
    for (const [index, part] of parts.entries()) this.#socket.send(part, { fin: index === parts.length - 1 });
  }

  /** The reply or the error that answers a command, whichever comes, and when. */
  async answer(command: Frame): Promise<Arrived<Frame>> {
    this.#ref += 1;
    const ref = this.#ref;
    this.send(JSON.stringify({ ...command, ref }));
    return this.next(`answer to ${command.action}`, (frame) => frame.ref === ref || isApiGatewaysOwn(frame));
  }

  /** The reply. Rejects where it is an error. */
  async ask(command: Frame): Promise<Frame> {
    const { item } = await this.answer(command);
    if (item.ok !== true) throw new Error(`${command.action} is answered with ${JSON.stringify(item)}`);
    return item;
  }

  /** The error's code. Rejects where it is something else. */
  async refusal(command: Frame): Promise<string> {
    const { item } = await this.answer(command);
    assert.equal(item.type, 'error', `${command.action} is not refused: ${JSON.stringify(item)}`);
    assert.equal(typeof item.message, 'string');
    return item.code;
  }

  /** The next frame that matches, also among those that came before. */
  next(what: string, matches: (frame: Frame) => boolean, withinMs = this.#patienceMs): Promise<Arrived<Frame>> {
    return this.#frames.next(what, matches, withinMs);
  }

  has(matches: (frame: Frame) => boolean): boolean {
    return this.#frames.has(matches);
  }

  /** The code with which the connection is closed, whoever closes it. */
  async closed(withinMs = this.#patienceMs): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`after ${withinMs / 1000} s, still no close`)), withinMs);
    });
    return Promise.race([this.#closed, tooLate]).finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** No close frame, no goodbye: the socket is destroyed. */
  destroy(): void {
    this.#socket.terminate();
  }
}

function toFrame(text: string): Frame {
  try {
    return Object(JSON.parse(text));
  } catch {
    return { unreadable: text };
  }
}

/** `{"message": "Internal server error", …}` says nothing of what it answers. */
function isApiGatewaysOwn(frame: Frame): boolean {
  return frame.type === undefined;
}
