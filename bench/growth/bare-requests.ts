import { type AttributeValue, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../src/adapters/dynamodb/database';
import { inParallel } from '../../src/domain/steps/in-parallel';
import { SWEEP_PAGE_MAX, SWEEP_SEGMENTS } from '../../src/protocol/limits';

/** Reads a user's profile, as if nothing else had to be done with it. */
export async function getProfile({ client, chatTable }: Database, user: string): Promise<void> {
  const Key = { pk: { S: `USER#${user}` }, sk: { S: 'PROFILE' } };
  await client.send(new GetItemCommand({ TableName: chatTable, Key }));
}

/** Puts a row beside it that nobody looks for. */
export async function putBeside({ client, chatTable }: Database, user: string): Promise<void> {
  const Item = { pk: { S: `USER#${user}` }, sk: { S: 'NOTHING' }, text: { S: 'x'.repeat(100) } };
  await client.send(new PutItemCommand({ TableName: chatTable, Item }));
}

/** Has all connections counted, in pages and segments as the sweep has them. */
export async function scanConnections(database: Database): Promise<void> {
  const segments = Array.from({ length: SWEEP_SEGMENTS }, (_, segment) => segment);
  await inParallel(segments, SWEEP_SEGMENTS, (segment) => scanSegment(database, segment));
}

async function scanSegment({ client, connectionsTable }: Database, Segment: number): Promise<void> {
  const segment = { TableName: connectionsTable, Segment, TotalSegments: SWEEP_SEGMENTS } as const;
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = { Select: 'COUNT', Limit: SWEEP_PAGE_MAX, ExclusiveStartKey } as const;
    ({ LastEvaluatedKey: ExclusiveStartKey } = await client.send(new ScanCommand({ ...segment, ...page })));
  } while (ExclusiveStartKey !== undefined);
}
