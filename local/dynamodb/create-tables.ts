import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription as ExistingTable,
} from '@aws-sdk/client-dynamodb';
import type { TableDescription } from '../app/description';
import { ClearError, messageOf } from '../process/clear-error';

/** The embedded engine needs milliseconds; DynamoDB itself rarely more than 20 s. */
const ACTIVE_MS_MAX = 60_000;
const POLL_MS = 25;

/**
 * Makes each of the template's tables exist and be usable. A table that exists is kept, with what is in it.
 *
 * @throws ClearError if a table exists with other keys or indexes than the template's, or never becomes active.
 */
export async function createTables(client: DynamoDBClient, tables: readonly TableDescription[]): Promise<void> {
  await Promise.all(
    tables.map(async (table) => {
      await createUnlessExists(client, table);
      const existing = await waitUntilActive(client, table.tableName);
      requireSameShape(table, existing);
    }),
  );
}

async function createUnlessExists(client: DynamoDBClient, table: TableDescription): Promise<void> {
  try {
    // The input comes from a CloudFormation template, whose fields are CreateTable's own: the engine validates it.
    await client.send(new CreateTableCommand(table.createTable as unknown as CreateTableCommandInput));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceInUseException') return;
    throw new ClearError(`the database did not create table ${table.logicalId}: ${messageOf(error)}`, { cause: error });
  }
}

async function waitUntilActive(client: DynamoDBClient, tableName: string): Promise<ExistingTable> {
  const deadline = performance.now() + ACTIVE_MS_MAX;
  while (performance.now() < deadline) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const statuses = [table?.TableStatus, ...(table?.GlobalSecondaryIndexes ?? []).map((index) => index.IndexStatus)];
    if (table !== undefined && statuses.every((status) => status === 'ACTIVE')) return table;
    await delay(POLL_MS);
  }
  throw new ClearError(
    `table ${tableName} was not active after ${ACTIVE_MS_MAX / 1000} s: look at the database, and start again`,
  );
}

function requireSameShape(table: TableDescription, existing: ExistingTable): void {
  const wanted = shapeOf(table.createTable as unknown as Shape);
  const found = shapeOf(existing as Shape);
  if (wanted === found) return;
  throw new ClearError(
    `table ${table.tableName} exists with other keys or indexes than the template's: ` +
      'delete the database folder to begin anew, or pass --database with another folder',
    { details: `template: ${wanted}\ndatabase: ${found}` },
  );
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

interface Shape {
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

/** Keys and indexes as text, with whatever has no order in one order: equal texts mean equal tables. */
function shapeOf(shape: Shape): string {
  const types = new Map(shape.AttributeDefinitions.map((a) => [a.AttributeName, a.AttributeType]));
  const keys = (schema: readonly KeyElement[]) =>
    schema.map((key) => `${key.KeyType} ${key.AttributeName}:${types.get(key.AttributeName)}`).join(', ');
  const indexes = (kind: string, all: readonly Index[] = []) =>
    all.map((index) => {
      const projected = [...(index.Projection?.NonKeyAttributes ?? [])].sort().join(' ');
      return `${kind} ${index.IndexName} (${keys(index.KeySchema)}) ${index.Projection?.ProjectionType ?? ''} ${projected}`.trim();
    });
  const all = [...indexes('GSI', shape.GlobalSecondaryIndexes), ...indexes('LSI', shape.LocalSecondaryIndexes)];
  return [keys(shape.KeySchema), ...all.sort()].join('; ');
}
