import { existsSync, rmSync } from 'node:fs';
import { Database } from 'node-sqlite3-wasm';
import type { Engine } from './engine';

/**
 * The engine looks for the last number of a stream before each write, and for what follows a number at each GetRecords:
 * without an index it reads every record there ever was, and trims none.
 */
const INDEX =
  'CREATE INDEX IF NOT EXISTS rollcall_stream ON _stream_records (table_name, CAST(sequence_number AS INTEGER))';

/**
 * Gives the embedded engine's file an index over its stream, so that a write costs the same however many came before it.
 * Nobody else may have the file open.
 *
 * @param start starts the engine on that file, which makes the file and its tables if there are none yet.
 * @returns false if the file is not as we know it: it works all the same, only slower, and if it is damaged the engine says so.
 */
export async function indexStream(databaseFile: string, start: () => Promise<Engine>): Promise<boolean> {
  if (!existsSync(databaseFile)) await (await start()).close();
  // One that was killed just here left its lock behind.
  rmSync(`${databaseFile}.lock`, { recursive: true, force: true });
  try {
    addIndex(databaseFile);
    return true;
  } catch {
    return false;
  }
}

function addIndex(databaseFile: string): void {
  const database = new Database(databaseFile, { fileMustExist: true });
  try {
    // What a killed engine left in its journal is taken over, which takes memory that we share with nobody.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec(INDEX);
  } finally {
    database.close();
  }
}
