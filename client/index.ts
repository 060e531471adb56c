/** The client SDK: see client/README.md. */
import { ChatClient } from './chat';
import { realEnvironment } from './environment';
import { HEARTBEAT_SECONDS, ROLLOVER_SECONDS } from './limits';
import { memoryStorage } from './storage/memory';
import type { Chat, ConnectOptions, WebSocketConstructor } from './types';

export { ChatError } from './chat-error';
export { type IndexedDbOptions, indexedDbStorage } from './storage/indexed-db';
export { memoryStorage } from './storage/memory';
export type * from './types';

/** Connects to a Rollcall server (`wss://…`) as soon as somebody is to be logged in, and stays connected. Returns at once. */
export function connect(url: string | URL, options: ConnectOptions = {}): Chat {
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (!WebSocket) throw new TypeError('There is no WebSocket here: pass one as an option.');
  return new ChatClient({
    url: new URL(url).href,
    WebSocket,
    environment: options.environment ?? realEnvironment,
    heartbeatSeconds: options.heartbeat ?? HEARTBEAT_SECONDS,
    rolloverSeconds: options.rolloverAfter ?? ROLLOVER_SECONDS,
    storage: options.storage ?? memoryStorage(),
    login: options.login,
    identity: options.identity,
    signal: options.signal,
  });
}
