import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../src/adapters/dynamodb/database';
import type { Row, Rows } from '../tooling/rows';

const BATCH_MAX = 25; // DynamoDB's own.

/** Writes rows as they are, whatever release they are of. */
export async function loadRows({ client, connectionsTable, chatTable }: Database, rows: Rows): Promise<void> {
  const load = async (table: string, all: readonly Row[]) => {
    for (let start = 0; start < all.length; start += BATCH_MAX) {
      const puts = all.slice(start, start + BATCH_MAX).map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
  };
  await load(connectionsTable, rows.connections);
  await load(chatTable, rows.chat);
}
