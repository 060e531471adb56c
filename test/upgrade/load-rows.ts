import { fill } from '../../bench/operations/fill';
import type { Database } from '../../src/adapters/dynamodb/database';
import type { Rows } from '../tooling/rows';

/** Writes rows as they are, whatever release they are of. */
export async function loadRows({ client, connectionsTable, chatTable }: Database, rows: Rows): Promise<void> {
  await fill(client, connectionsTable, rows.connections);
  await fill(client, chatTable, rows.chat);
}
