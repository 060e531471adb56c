import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame } from './wscat';

/**
 * API Gateway itself answers after 29 seconds. Whoever asks again earlier, while the first command still waits for its
 * Lambda, makes a busy server busier, until it does nothing else.
 */
const REPLY_MS_MAX = 30_000;

/** What a client knows of somebody: the newest that it was told or has read on this connection. */
export interface Known {
  readonly state: string;
  readonly version: number;
  readonly lastSeen?: number;
}

interface PresenceFields extends Known {
  readonly user: string;
}

/** One WebSocket of one user, with one command in flight at a time, and what it was told about others. */
export class ChatClient {
  readonly #socket: WebSocket;
  readonly #onPresence: (user: string, known: Known) => void;
  readonly known = new Map<string, Known>();
  #answer: ((frame: Frame | undefined) => void) | undefined;
  #serial = 0;
  readonly #closing = new AbortController();
  /** Aborted when the socket has closed, whoever closed it. */
  readonly closed = this.#closing.signal;
  isLoggedIn = false;

  private constructor(socket: WebSocket, onPresence: (user: string, known: Known) => void) {
    this.#socket = socket;
    this.#onPresence = onPresence;
    socket.on('message', (message) => this.#received(JSON.parse(String(message))));
    socket.on('close', () => {
      this.isLoggedIn = false;
      this.#answer?.(undefined);
      this.#closing.abort();
    });
    socket.on('error', () => undefined);
  }

  /** @returns undefined where the upgrade was refused. */
  static async open(
    url: string,
    userAgent: string,
    onPresence: (user: string, known: Known) => void,
  ): Promise<ChatClient | undefined> {
    const socket = new WebSocket(url, { headers: { 'user-agent': userAgent } });
    const client = new ChatClient(socket, onPresence);
    await Promise.race([once(socket, 'open'), once(socket, 'close')]).catch(() => undefined);
    return client.isOpen ? client : undefined;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** @returns undefined where no answer comes, or only API Gateway's own "Internal server error". */
  async ask(command: Frame): Promise<Frame | undefined> {
    if (!this.isOpen) return undefined;
    const ref = ++this.#serial;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Frame | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), REPLY_MS_MAX);
      this.#answer = (frame) => {
        if (frame === undefined || frame.ref === undefined) resolve(undefined);
        else if (frame.ref === ref) resolve(frame);
      };
    });
    this.#socket.send(JSON.stringify({ ...command, ref }));
    const frame = await answer;
    clearTimeout(timer);
    this.#answer = undefined;
    this.#concludeFrom(frame);
    return frame;
  }

  close(): void {
    this.isLoggedIn = false;
    this.#socket.close(1000);
  }

  /** No close frame: the connection is reset. */
  terminate(): void {
    this.isLoggedIn = false;
    this.#socket.terminate();
  }

  #concludeFrom(frame: Frame | undefined): void {
    if (frame?.code === 'not_logged_in' || frame?.code === 'connection_gone') this.isLoggedIn = false;
    if (!frame?.ok) return;
    if (frame.action === 'login') this.isLoggedIn = this.isOpen;
    if (frame.action === 'logout') this.isLoggedIn = false;
  }

  #received(frame: Frame): void {
    const told = frame.type === 'presence' ? [frame] : (frame.friends ?? frame.presence ?? []);
    for (const presence of told as unknown as readonly PresenceFields[]) this.#learn(presence);
    if (frame.type !== 'presence') this.#answer?.(frame);
  }

  /** An older version that comes late says nothing any more (PROTOCOL.md, `presence`). */
  #learn({ user, ...presence }: PresenceFields): void {
    const before = this.known.get(user);
    if (before === undefined || before.version <= presence.version) this.known.set(user, presence);
    this.#onPresence(user, presence);
  }
}
