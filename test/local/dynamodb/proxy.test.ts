import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Engine, startEngine } from '../../../local/dynamodb/engine';
import { localClient } from '../../../local/dynamodb/local-client';
import { type DynamoDbProxy, startProxy } from '../../../local/dynamodb/proxy';

const TABLE = 'Items';
const KEY = 'AKIATEST';

let engine: Engine;
let proxy: DynamoDbProxy;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine({});
  proxy = await startProxy({ engineUrl: engine.url });
  client = clientOf(proxy.url);
  const direct = localClient(engine.url);
  await direct.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  direct.destroy();
});

afterAll(async () => {
  client.destroy();
  await proxy.close();
  await engine.close();
});

beforeEach(async () => {
  await put('found', 'x'.repeat(5_000));
  proxy.takeUnits(KEY);
});

function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: KEY, secretAccessKey: 'secret' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

function put(pk: string, text: string) {
  return client.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: pk }, text: { S: text } } }));
}

function get(pk: string, ConsistentRead: boolean) {
  return client.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: pk } }, ConsistentRead }));
}

describe('the proxy', () => {
  it('counts a strong read of 5 KB as two units, an eventual one as one', async () => {
    await get('found', true);
    const strong = proxy.takeUnits(KEY);
    await get('found', false);
    const eventual = proxy.takeUnits(KEY);

    expect(strong).toEqual({ readUnits: 2, writeUnits: 0, databaseRequests: 1 });
    expect(eventual).toEqual({ readUnits: 1, writeUnits: 0, databaseRequests: 1 });
  });

  it('counts a read that finds nothing as half a unit', async () => {
    await get('nobody', false);

    expect(proxy.takeUnits(KEY).readUnits).toBe(0.5);
  });

  it('counts a write by the kilobyte, and twice in a transaction', async () => {
    await put('large', 'x'.repeat(2_500));
    const plain = proxy.takeUnits(KEY);
    const Put = { TableName: TABLE, Item: { pk: { S: 'small' } } };
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
    const transacted = proxy.takeUnits(KEY);

    expect(plain).toEqual({ readUnits: 0, writeUnits: 3, databaseRequests: 1 });
    expect(transacted).toEqual({ readUnits: 0, writeUnits: 2, databaseRequests: 1 });
  });

  it('counts a refused condition as a write, and passes the error on', async () => {
    const update = new UpdateItemCommand({
      TableName: TABLE,
      Key: { pk: { S: 'found' } },
      UpdateExpression: 'SET visits = :one',
      ConditionExpression: 'attribute_exists(visits)',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });

    await expect(client.send(update)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });

    expect(proxy.takeUnits(KEY)).toEqual({ readUnits: 0, writeUnits: 1, databaseRequests: 1 });
  });

  it('counts a request that consumes nothing', async () => {
    const { TableNames } = await client.send(new ListTablesCommand({}));

    expect(TableNames).toEqual([TABLE]);
    expect(proxy.takeUnits(KEY)).toEqual({ readUnits: 0, writeUnits: 0, databaseRequests: 1 });
  });

  it('shows the capacity to those who asked, and to nobody else', async () => {
    const query = {
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'found' } },
    };

    const asked = await client.send(new QueryCommand({ ...query, ReturnConsumedCapacity: 'TOTAL' }));
    const silent = await client.send(new QueryCommand({ ...query, ReturnConsumedCapacity: 'NONE' }));

    expect(asked.ConsumedCapacity?.CapacityUnits).toBe(1);
    expect(silent.ConsumedCapacity).toBeUndefined();
    expect(silent.Items).toEqual(asked.Items);
    expect(proxy.takeUnits(KEY).readUnits).toBe(2);
  });

  it('keeps no checksum of a body that it has changed', async () => {
    const body = JSON.stringify({ TableName: TABLE, Key: { pk: { S: 'found' } } });
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${KEY}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
    };

    const response = await fetch(proxy.url, { method: 'POST', headers, body });

    expect(response.status).toBe(200);
    expect(response.headers.has('x-amz-crc32')).toBe(false);
    expect(await response.json()).not.toHaveProperty('ConsumedCapacity');
  });

  it('answers as DynamoDB does when it fails, while there is no database', async () => {
    const gone = await startEngine({});
    await gone.close();
    const lonely = await startProxy({ engineUrl: gone.url });
    const lonelyClient = clientOf(lonely.url);

    const failure = await lonelyClient.send(new ListTablesCommand({})).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
    lonelyClient.destroy();
    await lonely.close();
  });
});
