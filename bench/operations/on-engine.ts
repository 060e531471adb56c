import { startEngine } from '../../local/dynamodb/engine';
import type { Database } from '../../src/adapters/dynamodb/database';
import { createDatabase, type Template } from '../../test/tooling/create-database';
import { synthesiseWithoutCode } from '../../test/tooling/synthesise-without-code';

/** Work on an embedded engine of its own, given by its URL: it is slowed by nobody else's rows. */
export async function onEngine<T>(work: (url: string) => Promise<T>): Promise<T> {
  const engine = await startEngine({});
  try {
    return await work(engine.url);
  } finally {
    await engine.close();
  }
}

/** Work on Rollcall's tables, which are empty, at the engine with this URL. @default - an engine of its own */
export async function onDatabase<T>(work: (database: Database) => Promise<T>, url?: string): Promise<T> {
  if (url === undefined) return onEngine((own) => onDatabase(work, own));
  const database = await createDatabase(url, synthesiseWithoutCode() as unknown as Template);
  try {
    return await work(database);
  } finally {
    database.client.destroy();
  }
}
