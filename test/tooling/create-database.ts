import { randomUUID } from 'node:crypto';
import { createTables } from '../../local/dynamodb/create-tables';
import { localClient } from '../../local/dynamodb/local-client';
import type { Database } from '../../src/adapters/dynamodb/database';

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
}

/** Tables of the template's keys and indexes, under names that nobody else uses. */
export async function createDatabase(url: string, template: Template): Promise<Database> {
  const client = localClient(url);
  const run = randomUUID();
  const [connectionsTable, chatTable] = [`Connections-${run}`, `Chat-${run}`];
  await createTables(client, [
    tableOf(template, 'Connections', connectionsTable),
    tableOf(template, 'Chat', chatTable),
  ]);
  return { client, connectionsTable, chatTable };
}

const CREATE_TABLE_FIELDS = ['AttributeDefinitions', 'KeySchema', 'BillingMode', 'GlobalSecondaryIndexes'];

/** The template's table with this construct id. */
function tableOf({ Resources }: Template, logicalId: string, tableName: string) {
  const [, resource] =
    Object.entries(Resources).find(
      ([id, { Type }]) => Type === 'AWS::DynamoDB::Table' && id.startsWith(`ChatApi${logicalId}`),
    ) ?? [];
  if (!resource) throw new Error(`The template has no table ${logicalId}.`);
  const properties: Readonly<Record<string, unknown>> = { ...resource.Properties };
  const fields = Object.fromEntries(CREATE_TABLE_FIELDS.map((field) => [field, properties[field]]));
  return { logicalId, tableName, createTable: { ...fields, TableName: tableName } };
}
