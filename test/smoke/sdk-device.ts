import { WebSocket } from 'ws';
import { type Chat, type ChatEvents, type ClientStorage, connect, type WebSocketConstructor } from '../../client';
import { Arrivals, type Arrived } from './arrivals';

type Heard = {
  [Type in keyof ChatEvents]: { readonly type: Type; readonly event: ChatEvents[Type] };
}[keyof ChatEvents];

/** In seconds. It tells others soon that this process has died. */
const HEARTBEAT = 10;

interface SdkOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly patienceMs: number;
}

/** A device as people have it: the typed SDK, and what it has told. */
export class SdkDevice {
  readonly chat: Chat;
  readonly #patienceMs: number;
  readonly #heard = new Arrivals<Heard>();

  /** `hasToken` is told each token that a login brings; the SDK itself keeps them to itself. */
  constructor({ url, headers, patienceMs }: SdkOptions, hasToken: (token: string) => void) {
    this.#patienceMs = patienceMs;
    const storage: ClientStorage = {
      load: async () => undefined,
      save: async ({ session }) => {
        if (session?.token !== undefined) hasToken(session.token);
      },
    };
    this.chat = connect(url, { WebSocket: withHeaders(headers), heartbeat: HEARTBEAT, storage });
    const listenTo = <Type extends keyof ChatEvents>(type: Type) =>
      this.chat.on(type, (event) => this.#heard.push({ type, event } as Heard));
    for (const type of ['message', 'presence', 'friend', 'receipt', 'typing', 'group', 'login'] as const)
      listenTo(type);
  }

  get waits(): { readonly signal: AbortSignal } {
    return { signal: AbortSignal.timeout(this.#patienceMs) };
  }

  /** The next event that matches, also among those that came before. */
  async next<Type extends keyof ChatEvents>(
    type: Type,
    matches: (event: ChatEvents[Type]) => boolean,
    withinMs = this.#patienceMs,
  ): Promise<Arrived<ChatEvents[Type]>> {
    const isIt = (heard: Heard) => heard.type === type && matches(heard.event as ChatEvents[Type]);
    const { item, at } = await this.#heard.next(`event "${type}"`, isIt, withinMs);
    return { item: item.event as ChatEvents[Type], at };
  }

  has<Type extends keyof ChatEvents>(type: Type, matches: (event: ChatEvents[Type]) => boolean): boolean {
    return this.#heard.has((heard) => heard.type === type && matches(heard.event as ChatEvents[Type]));
  }
}

function withHeaders(headers: Readonly<Record<string, string>>): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { ...headers } });
    }
  } as unknown as WebSocketConstructor;
}
