import { randomUUID } from 'node:crypto';
import { createTables } from '../../local/dynamodb/create-tables';
import { localClient } from '../../local/dynamodb/local-client';
import type { Database } from '../../src/adapters/dynamodb/database';

/** Tables of their own, with the template's keys and indexes, in the engine at `url`. */
export async function createDatabase(url: string, template: Record<string, unknown>): Promise<Database> {
  const client = localClient(url);
  const run = randomUUID();
  const [connectionsTable, chatTable] = [`Connections-${run}`, `Chat-${run}`];
  const [connections, chat] = [tableOf(template, 'Connections'), tableOf(template, 'Chat')];
  await createTables(client, [
    {
      logicalId: 'Connections',
      tableName: connectionsTable,
      createTable: { ...connections, TableName: connectionsTable },
    },
    { logicalId: 'Chat', tableName: chatTable, createTable: { ...chat, TableName: chatTable } },
  ]);
  return { client, connectionsTable, chatTable };
}

const CREATE_TABLE_FIELDS = ['AttributeDefinitions', 'KeySchema', 'BillingMode', 'GlobalSecondaryIndexes'];

/** The CreateTable fields of the template's table with this construct id. */
function tableOf({ Resources }: Record<string, unknown>, id: string): Record<string, unknown> {
  const [, resource] =
    Object.entries(Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>).find(
      ([logicalId, { Type }]) => Type === 'AWS::DynamoDB::Table' && logicalId.startsWith(`ChatApi${id}`),
    ) ?? [];
  if (!resource) throw new Error(`The template has no table ${id}.`);
  return Object.fromEntries(CREATE_TABLE_FIELDS.map((field) => [field, resource.Properties[field]]));
}
