import { join } from 'node:path';
import {
  DynamoDBClient as Client,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTables } from '../../../local/dynamodb/create-tables';
import { type Engine, startEngine } from '../../../local/dynamodb/engine';
import { localClient } from '../../../local/dynamodb/local-client';
import { type DynamoDbProxy, startProxy } from '../../../local/dynamodb/proxy';
import { databaseFaults } from '../../../local/faults/database-faults';
import type { FaultName } from '../../../local/faults/fault-options';
import { Faults } from '../../../local/faults/faults';
import { Callers } from '../../../local/iam/callers';
import { LambdaFunction } from '../../../local/lambda/lambda-function';

const TableName = 'Items';
let engine: Engine;
let direct: DynamoDBClient;
let items = 0;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  engine = await startEngine({});
  direct = localClient(engine.url);
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
  const hash = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }];
  const createTable = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [attribute('pk'), attribute('other')],
    KeySchema: hash('pk'),
    GlobalSecondaryIndexes: [{ IndexName: 'byOther', KeySchema: hash('other'), Projection: { ProjectionType: 'ALL' } }],
  };
  await createTables(direct, [{ logicalId: 'Items', tableName: TableName, createTable }]);
});

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

afterAll(async () => {
  direct.destroy();
  await engine.close();
});

interface World {
  readonly client: DynamoDBClient;
  readonly proxy: DynamoDbProxy;
  readonly callers: Callers;
  readonly faults: Faults;
}

async function worldWith(name: FaultName, options: { seed?: number; now?: () => number } = {}): Promise<World> {
  const faults = new Faults({ seed: options.seed ?? 1, probabilities: new Map([[name, 1]]) });
  const callers = new Callers({ accountId: '000000000000' });
  const proxy = await startProxy({ engineUrl: engine.url, intercept: databaseFaults(faults, callers, options.now) });
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const client = new Client({ endpoint: proxy.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  opened.push(proxy, { close: async () => client.destroy() });
  return { client, proxy, callers, faults };
}

const newKey = () => `item${items++}`;
const put = (pk: string, other = 'x') =>
  new PutItemCommand({ TableName, Item: { pk: { S: pk }, other: { S: other } } });

async function isStored(pk: string): Promise<boolean> {
  const { Item } = await direct.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }));
  return Item !== undefined;
}

async function failure(promise: Promise<unknown>): Promise<{ readonly name: string }> {
  return promise.then(
    () => ({ name: 'none' }),
    (error) => error,
  );
}

describe('dynamodb.throttle', () => {
  it('refuses in both of DynamoDB’s ways, in the order of the seed, and writes nothing', async () => {
    const { client } = await worldWith('dynamodb.throttle');
    const pk = newKey();

    const names: string[] = [];
    for (let index = 0; index < 12; index += 1) names.push((await failure(client.send(put(pk)))).name);

    expect(new Set(names)).toEqual(new Set(['ProvisionedThroughputExceededException', 'ThrottlingException']));
    expect(await isStored(pk)).toBe(false);
  });
});

describe('dynamodb.conflict', () => {
  it('cancels a transaction, and names one of its items', async () => {
    const { client } = await worldWith('dynamodb.conflict');
    const keys = [newKey(), newKey(), newKey()];
    const TransactItems = keys.map((pk) => ({ Put: { TableName, Item: { pk: { S: pk } } } }));

    const error = await failure(client.send(new TransactWriteItemsCommand({ TransactItems })));

    const codes: string[] = Object(error).CancellationReasons.map(({ Code }: { Code: string }) => Code);
    expect(error.name).toBe('TransactionCanceledException');
    expect([...codes].sort()).toEqual(['None', 'None', 'TransactionConflict']);
    expect(await Promise.all(keys.map(isStored))).toEqual([false, false, false]);
  });

  it('refuses a write of one item, and leaves reads alone', async () => {
    const { client } = await worldWith('dynamodb.conflict');
    const pk = newKey();

    expect((await failure(client.send(put(pk)))).name).toBe('TransactionConflictException');
    await expect(client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).resolves.toBeDefined();
  });
});

describe('dynamodb.ambiguous', () => {
  it('does the write, and cuts the socket instead of an answer', async () => {
    const { client } = await worldWith('dynamodb.ambiguous');
    const pk = newKey();

    const error = await failure(client.send(put(pk)));

    expect(String(error)).toContain('socket hang up');
    expect(await isStored(pk)).toBe(true);
  });
});

describe('gsi.stale', () => {
  const query = new QueryCommand({
    TableName,
    IndexName: 'byOther',
    KeyConditionExpression: '#other = :other',
    ExpressionAttributeNames: { '#other': 'other' },
    ExpressionAttributeValues: { ':other': { S: 'stale' } },
  });

  it('answers a query of an index as it was answered a moment ago, but not longer ago', async () => {
    let now = 0;
    const { client } = await worldWith('gsi.stale', { now: () => now });
    const count = async () => (await client.send(query)).Count;

    const before = await count();
    await client.send(put(newKey(), 'stale'));
    now = 10_000;
    const stale = await count();
    now = 10_001;
    const fresh = await count();

    expect([before, stale, fresh]).toEqual([0, 0, 1]);
  });
});

describe('lambda.crash', () => {
  function lambdaOf({ proxy, callers }: World): LambdaFunction {
    const description = {
      ...{ logicalId: 'Put', functionName: 'Stack-Put', handler: 'index.put' },
      codeDirectory: join(__dirname, '../../fixtures/local/database'),
      ...{ environment: {}, timeoutMs: 20_000, memoryMb: 128 },
    };
    const extraEnvironment = { AWS_ENDPOINT_URL_DYNAMODB: proxy.url };
    const lambda = new LambdaFunction(description, { extraEnvironment, watch: callers.watch(description) });
    opened.push(lambda);
    return lambda;
  }

  it('ends the environment, half of the times before the write and half after it', async () => {
    const world = await worldWith('lambda.crash');
    const lambda = lambdaOf(world);

    const outcomes = new Set<string>();
    for (let index = 0; index < 6; index += 1) {
      const pk = newKey();
      const invocation = await lambda.invoke({ pk });
      expect(invocation).toMatchObject({ outcome: 'failed', errorType: 'Runtime.ExitError', coldStart: true });
      outcomes.add((await isStored(pk)) ? 'after' : 'before');
    }

    expect(outcomes).toEqual(new Set(['before', 'after']));
    expect(world.faults.report()).toMatchObject({ 'lambda.crash': { asked: 6, struck: 6 } });
  });

  it('leaves a person’s requests alone', async () => {
    const { client } = await worldWith('lambda.crash');

    await expect(client.send(put(newKey()))).resolves.toBeDefined();
  });
});
