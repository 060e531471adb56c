import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { chunks } from '../../src/domain/steps/chunks';
import { inParallel } from '../../src/domain/steps/in-parallel';

export type Row = Record<string, AttributeValue>;

/** DynamoDB takes no more in one request. */
const BATCH_MAX = 25;

/** An engine on this machine gains nothing from more. */
const BATCHES_AT_ONCE = 8;

/** A local engine leaves nothing over; whatever still does after these is no benchmark's to wait for. */
const ATTEMPTS_MAX = 5;

/** Puts rows that nobody else writes meanwhile. */
export async function fill(client: DynamoDBClient, table: string, rows: readonly Row[]): Promise<void> {
  await inParallel(chunks(rows, BATCH_MAX), BATCHES_AT_ONCE, (batch) => write(client, table, batch));
}

async function write(client: DynamoDBClient, table: string, batch: readonly Row[]): Promise<void> {
  let requests = batch.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; attempt < ATTEMPTS_MAX && requests.length > 0; attempt++) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
  }
  if (requests.length > 0) throw new Error(`The database left ${requests.length} rows over.`);
}
