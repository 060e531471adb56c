/** The SDK in a browser's types, without Node's: checked by `npm run check:types`, never run. */
import {
  type Chat,
  connect,
  type IndexedDbOptions,
  indexedDbStorage,
  type WebSocketConstructor,
} from '../../../client';

/** What the SDK declares for itself is what a browser has. */
export const socket: WebSocketConstructor = WebSocket;
export const options: IndexedDbOptions = { indexedDB, locks: navigator.locks };

export const chat: Chat = connect(`wss://${location.host}`, { storage: indexedDbStorage('app') });
