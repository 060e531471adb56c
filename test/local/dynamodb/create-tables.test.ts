import { DescribeTableCommand, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TableDescription } from '../../../local/app/description';
import { createTables } from '../../../local/dynamodb/create-tables';
import { type Engine, startEngine } from '../../../local/dynamodb/engine';
import { findTables } from '../../../local/dynamodb/find-tables';
import { localClient } from '../../../local/dynamodb/local-client';
import { readPresence } from '../../../local/dynamodb/read-presence';

let engine: Engine;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine({});
  client = localClient(engine.url);
});

afterAll(async () => {
  client.destroy();
  await engine.close();
});

function table(logicalId: string, keys: readonly string[], indexKey?: string): TableDescription {
  const tableName = `Rollcall-${logicalId}-LOCAL`;
  const named = indexKey === undefined ? keys : [...keys, indexKey];
  const index = {
    IndexName: 'index',
    KeySchema: [{ AttributeName: indexKey, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  };
  return {
    logicalId,
    tableName,
    createTable: {
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: named.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      ...(indexKey !== undefined && { GlobalSecondaryIndexes: [index] }),
    },
  };
}

describe('createTables', () => {
  it('creates each table, and has waited until it is active', async () => {
    const items = table('Items', ['pk', 'sk'], 'by');

    await createTables(client, [items]);

    const { Table: created } = await client.send(new DescribeTableCommand({ TableName: items.tableName }));
    expect(created?.TableStatus).toBe('ACTIVE');
    expect(created?.GlobalSecondaryIndexes).toHaveLength(1);
  });

  it('keeps a table that exists, with what is in it', async () => {
    const kept = table('Kept', ['pk']);
    await createTables(client, [kept]);
    await client.send(new PutItemCommand({ TableName: kept.tableName, Item: { pk: { S: 'a' } } }));

    await createTables(client, [kept]);

    const { Count } = await client.send(new ScanCommand({ TableName: kept.tableName }));
    expect(Count).toBe(1);
  });

  it.each([
    ['keys', table('Keys', ['pk']), table('Keys', ['id'])],
    ['indexes', table('Indexes', ['pk']), table('Indexes', ['pk'], 'by')],
    ['index keys', table('IndexKeys', ['pk'], 'by'), table('IndexKeys', ['pk'], 'other')],
  ])('refuses a table with other %s, and says what to do', async (_, before, after) => {
    await createTables(client, [before]);

    await expect(createTables(client, [after])).rejects.toThrow(/exists with other keys .* delete the database folder/);
  });
});

describe('readPresence', () => {
  it('reads everyone with their devices, in order of their handles', async () => {
    const [chat, connections] = [
      table('ChatApiChat12345678', ['pk', 'sk']),
      table('ChatApiConnections12345678', ['connectionId']),
    ];
    await createTables(client, [chat, connections]);
    const put = (TableName: string, Item: Record<string, { S: string } | { N: string } | { SS: string[] }>) =>
      client.send(new PutItemCommand({ TableName, Item }));
    const profile = (user: string) => ({ pk: { S: `USER#${user}` }, sk: { S: 'PROFILE' } });
    await put(chat.tableName, { ...profile('zoe'), state: { S: 'offline' }, lastSeen: { N: '7' } });
    await put(chat.tableName, { ...profile('ann'), state: { S: 'online' }, connections: { SS: ['c1='] } });
    await put(chat.tableName, { ...profile('ann'), sk: { S: 'CREDENTIAL' } });
    await put(connections.tableName, { connectionId: { S: 'c1=' }, connectedAt: { N: '5' }, sourceIp: { S: '::1' } });

    const people = await readPresence(client, await findTables(client, 'Rollcall'));

    expect(people).toEqual([
      { userId: 'ann', state: 'online', devices: [{ connectionId: 'c1=', connectedAt: 5, sourceIp: '::1' }] },
      { userId: 'zoe', state: 'offline', lastSeen: 7, devices: [] },
    ]);
  });

  it('names the stack that has no such tables', async () => {
    await expect(findTables(client, 'Nothing')).rejects.toThrow('stack Nothing has no Chat table there');
  });
});
