/** The part of IndexedDB and Web Locks that is used: the SDK's types need no DOM. */

export interface IdbRequest<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

export interface IdbStore {
  getAll(): IdbRequest<unknown[]>;
  getAllKeys(): IdbRequest<unknown[]>;
  put(value: unknown, key: string): IdbRequest<unknown>;
  delete(key: string): IdbRequest<unknown>;
}

export interface IdbTransaction {
  objectStore(name: string): IdbStore;
  readonly error: unknown;
  oncomplete: ((event: never) => void) | null;
  onabort: ((event: never) => void) | null;
  abort(): void;
}

export interface IdbDatabase {
  createObjectStore(name: string): unknown;
  transaction(
    name: string,
    mode: 'readonly' | 'readwrite',
    options?: { readonly durability?: 'strict' },
  ): IdbTransaction;
  close(): void;
  onversionchange: ((event: never) => void) | null;
}

export interface IdbFactory {
  open(name: string, version: number): IdbRequest<IdbDatabase> & { onupgradeneeded: ((event: never) => void) | null };
}

export interface Locks {
  request<T>(
    name: string,
    options: { readonly ifAvailable: true },
    granted: (lock: object | null) => Promise<T> | T,
  ): Promise<T>;
}

function settled<T>(request: IdbRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const STORE = 'devices';

export async function openDatabase(factory: IdbFactory, name: string): Promise<IdbDatabase> {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await settled(request);
  // Somebody wants to delete it, or a newer version of this page to change it.
  database.onversionchange = () => database.close();
  return database;
}

/**
 * Reads all that is there and writes what follows from it, as one transaction: no other tab, and no end of this one, comes in
 * between. Resolves when it is on the disk, as far as the browser tells.
 */
export function rewrite<Value>(
  database: IdbDatabase,
  next: (found: ReadonlyMap<string, Value>) => ReadonlyMap<string, Value | undefined>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    const store = transaction.objectStore(STORE);
    const keys = store.getAllKeys();
    const values = store.getAll();
    values.onsuccess = () => {
      const found = new Map(keys.result.map((key, index) => [String(key), values.result[index] as Value]));
      for (const [key, value] of next(found)) {
        if (value === undefined) store.delete(key);
        else store.put(value, key);
      }
    };
  });
}
