import { WebSocket } from 'ws';
import { type Chat, ChatError, connect, type Message } from '../../client';
import type { ClientSocket, WebSocketConstructor } from '../../client/types';
import type { Recorder } from './recorder';

/** Nothing listens there: who is in the dark is refused at once, and tries again as on a train. */
const NOWHERE = 'ws://127.0.0.1:9';

const PASSWORD = 'a bench of many hands';

/** Somebody with one device, on the real client. */
export class LoadUser {
  readonly name: string;
  readonly #chat: Chat;
  readonly #recorder: Recorder;
  readonly #sockets = new Set<WebSocket>();
  onMessage: (message: Message) => void = () => undefined;
  onPresence: (user: string, state: 'online' | 'offline') => void = () => undefined;
  #isInTheDark = false;

  constructor(url: string, name: string, recorder: Recorder) {
    this.name = name;
    this.#recorder = recorder;
    this.#chat = connect(url, { WebSocket: this.#socketClass() });
    this.#chat.on('message', (message) => this.onMessage(message));
    this.#chat.on('presence', ({ user, state }) => this.onPresence(user, state));
    this.#chat.on('error', (error) => recorder.failed(codeOf(error)));
  }

  get isConnected(): boolean {
    return this.#chat.state === 'connected';
  }

  register(): Promise<unknown> {
    return this.#measured('reg and login', () => this.#chat.register({ user: this.name, password: PASSWORD }));
  }

  befriend(other: string): Promise<unknown> {
    return this.#measured('addFriend', () => this.#chat.addFriend(other));
  }

  async createGroup(name: string): Promise<string> {
    const { group } = await this.#chat.createGroup({ name });
    return group;
  }

  joinGroup(group: string): Promise<unknown> {
    return this.#measured('joinGroup', () => this.#chat.joinGroup(group));
  }

  /** @returns the message's id, at once; `stored` is measured until the server has acknowledged it. */
  send(target: { readonly to: string } | { readonly group: string }, text: string): string {
    const sending = this.#chat.send(target, text);
    void this.#measured('ack', () => sending.stored).catch(() => undefined);
    return sending.draft.id;
  }

  /** The network is gone: no close frame, and no way back until `comeBack`. */
  vanish(): void {
    this.#isInTheDark = true;
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Resolves when the user is logged in again, by the token. */
  async comeBack(withinMs: number): Promise<void> {
    this.#isInTheDark = false;
    await this.#measured('login, with a token', async () => {
      const connected = this.#connected(withinMs);
      this.#chat.wake();
      await connected;
    });
  }

  async close(): Promise<void> {
    await this.#chat.close();
  }

  #connected(withinMs: number): Promise<void> {
    if (this.isConnected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not_back_in_time')), withinMs);
      const off = this.#chat.on('state', ({ state }) => {
        if (state !== 'connected') return;
        clearTimeout(timer);
        off();
        resolve();
      });
    });
  }

  async #measured<T>(name: string, act: () => Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      const value = await act();
      this.#recorder.took(name, from);
      return value;
    } catch (error) {
      this.#recorder.failed(codeOf(error));
      throw error;
    }
  }

  #socketClass(): WebSocketConstructor {
    const user = this;
    // `ws` has what the client asks of a socket; its own types for the listeners are narrower.
    return class extends WebSocket {
      constructor(url: string) {
        super(user.#isInTheDark ? NOWHERE : url);
        user.#sockets.add(this);
        this.once('close', () => user.#sockets.delete(this));
        this.on('error', () => undefined);
      }
    } as unknown as new (
      url: string,
    ) => ClientSocket;
  }
}

function codeOf(error: unknown): string {
  if (error instanceof ChatError) return error.code;
  return error instanceof Error ? error.message : String(error);
}
