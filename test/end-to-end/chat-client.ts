import { FrameSocket } from './frame-socket';
import type { Frame } from './wscat';

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
  readonly #socket: FrameSocket;
  readonly known: ReadonlyMap<string, Known>;
  readonly closed: AbortSignal;
  isLoggedIn = false;

  private constructor(socket: FrameSocket, known: ReadonlyMap<string, Known>) {
    this.#socket = socket;
    this.known = known;
    this.closed = socket.closed;
    this.closed.addEventListener('abort', () => {
      this.isLoggedIn = false;
    });
  }

  /** @returns undefined where the upgrade was refused. */
  static async open(
    url: string,
    userAgent: string,
    onPresence: (user: string, known: Known) => void,
  ): Promise<ChatClient | undefined> {
    const known = new Map<string, Known>();
    const socket = await FrameSocket.open(url, userAgent, (frame) => {
      for (const { user, ...presence } of presencesIn(frame)) {
        learn(known, user, presence);
        onPresence(user, presence);
      }
    });
    return socket && new ChatClient(socket, known);
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** @returns undefined where no answer comes, or only API Gateway's own "Internal server error". */
  async ask(command: Frame): Promise<Frame | undefined> {
    const frame = await this.#socket.ask(command);
    this.#concludeFrom(frame);
    return frame;
  }

  close(): void {
    this.isLoggedIn = false;
    this.#socket.close();
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
}

function presencesIn(frame: Frame): readonly PresenceFields[] {
  const told = frame.type === 'presence' ? [frame] : (frame.friends ?? frame.presence ?? []);
  return told as unknown as readonly PresenceFields[];
}

/** An older version that comes late says nothing any more (PROTOCOL.md, `presence`). */
function learn(known: Map<string, Known>, user: string, presence: Known): void {
  const before = known.get(user);
  if (before === undefined || before.version <= presence.version) known.set(user, presence);
}
