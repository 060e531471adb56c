/** The client SDK: see client/README.md. */
import type { Chat, ClientStorage, ConnectOptions } from './types';

export { ChatError } from './chat-error';
export type * from './types';

/** Connects to a Rollcall server (`wss://…`), and stays connected. Returns at once. */
export function connect(_url: string | URL, _options?: ConnectOptions): Chat {
  throw new Error('The skeleton connects to nothing yet.');
}

/** Keeps nothing beyond the process. Passed to a second `connect` after the first chat was closed, it is what a reload is with a real one. */
export function memoryStorage(): ClientStorage {
  throw new Error('The skeleton stores nothing yet.');
}

/**
 * Keeps it in IndexedDB, under a name of the application's choice. Each tab has an outbox of its own (a Web Lock says whose
 * it is), and takes over what tabs that are gone have left unsent.
 */
export function indexedDbStorage(_name: string, _options?: IndexedDbOptions): ClientStorage {
  throw new Error('The skeleton stores nothing yet.');
}

export interface IndexedDbOptions {
  /** Whether a new tab is logged in as whoever is in another one. Default true; with false, each tab has its own user. */
  readonly shareLogin?: boolean;
}
