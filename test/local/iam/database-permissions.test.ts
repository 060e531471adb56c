import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTables } from '../../../local/dynamodb/create-tables';
import { type Engine, startEngine } from '../../../local/dynamodb/engine';
import { localClient } from '../../../local/dynamodb/local-client';
import { requirePermissions } from '../../../local/dynamodb/permissions';
import { type DynamoDbProxy, startProxy } from '../../../local/dynamodb/proxy';
import { Callers } from '../../../local/iam/callers';
import { parsePolicy } from '../../../local/iam/policy';

const PLACE = { region: 'us-east-1', accountId: '123456789012' };
const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/Items';
const KEY = { pk: { S: 'a' } };
const QUERY = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };

let engine: Engine;
let proxy: DynamoDbProxy;
const callers = new Callers(PLACE);
const clients: DynamoDBClient[] = [];
let keys = 0;

beforeAll(async () => {
  engine = await startEngine({});
  proxy = await startProxy({ engineUrl: engine.url, refuse: requirePermissions(callers, PLACE) });
  const direct = localClient(engine.url);
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
  const hash = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }];
  const byOther = { IndexName: 'byOther', KeySchema: hash('other'), Projection: { ProjectionType: 'ALL' } };
  const createTable = {
    TableName: 'Items',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [attribute('pk'), attribute('other')],
    KeySchema: hash('pk'),
    GlobalSecondaryIndexes: [byOther],
  };
  await createTables(direct, [{ logicalId: 'Items', tableName: 'Items', createTable }]);
  direct.destroy();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

afterAll(async () => {
  await proxy.close();
  await engine.close();
});

function clientWithKey(accessKeyId: string): DynamoDBClient {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const client = new DynamoDBClient({ endpoint: proxy.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

/** A client as a function has it, whose role allows these actions on these resources. */
function functionWith(actions: readonly string[], resource: string | readonly string[] = ARN, effect = 'Allow') {
  const grants = [{ Effect: 'Allow', Action: actions, Resource: resource }];
  const denials = [{ Effect: 'Deny', Action: actions, Resource: resource }];
  const lambda = {
    ...{ logicalId: 'Fn', functionName: 'Stack-Fn', codeDirectory: '/', handler: 'index.handler' },
    ...{ environment: {}, timeoutMs: 1, memoryMb: 128, roleName: 'Stack-Role' },
    statements: parsePolicy({ Statement: effect === 'Deny' ? [...grants, ...denials] : grants }),
  };
  const accessKeyId = `ASIATEST${keys++}`;
  callers.watch(lambda).started({ accessKeyId, close: async () => undefined });
  return clientWithKey(accessKeyId);
}

const deniedTo = (action: string, resource = ARN) =>
  'User: arn:aws:sts::123456789012:assumed-role/Stack-Role/Stack-Fn is not authorized to perform: ' +
  `dynamodb:${action} on resource: ${resource} because no identity-based policy allows the dynamodb:${action} action`;

describe('a function without a grant', () => {
  it.each([
    ['GetItem', new GetItemCommand({ TableName: 'Items', Key: KEY }), ARN],
    ['GetItem', new GetItemCommand({ TableName: ARN, Key: KEY }), ARN],
    ['PutItem', new PutItemCommand({ TableName: 'Items', Item: KEY }), ARN],
    ['Query', new QueryCommand({ TableName: 'Items', ...QUERY }), ARN],
    ['Query', new QueryCommand({ TableName: 'Items', IndexName: 'byOther', ...QUERY }), `${ARN}/index/byOther`],
    ['Scan', new ScanCommand({ TableName: 'Items', IndexName: 'byOther' }), `${ARN}/index/byOther`],
    ['ListTables', new ListTablesCommand({}), '*'],
    ['BatchGetItem', new BatchGetItemCommand({ RequestItems: { Items: { Keys: [KEY] } } }), ARN],
    ['BatchWriteItem', new BatchWriteItemCommand({ RequestItems: { Items: [{ DeleteRequest: { Key: KEY } }] } }), ARN],
    ['GetItem', new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'Items', Key: KEY } }] }), ARN],
  ])('is told that %s is denied (%#)', async (action, command, resource) => {
    const client = functionWith(['dynamodb:UpdateItem']);

    const refusal = await client.send(command as GetItemCommand).catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      name: 'AccessDeniedException',
      message: deniedTo(action, resource),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('changes nothing with the request that is refused', async () => {
    const Item = { pk: { S: 'refused' } };
    const refused = functionWith(['dynamodb:GetItem']).send(new PutItemCommand({ TableName: 'Items', Item }));
    await expect(refused).rejects.toMatchObject({ name: 'AccessDeniedException' });

    const { Item: found } = await clientWithKey('AKIAPERSON').send(
      new GetItemCommand({ TableName: 'Items', Key: Item }),
    );

    expect(found).toBeUndefined();
  });
});

describe('a transaction', () => {
  const check = { TableName: 'Items', Key: { pk: { S: 'absent' } }, ConditionExpression: 'attribute_not_exists(pk)' };
  const parts = {
    PutItem: { Put: { TableName: 'Items', Item: { pk: { S: 't1' } } } },
    UpdateItem: { Update: { TableName: 'Items', Key: { pk: { S: 't2' } }, UpdateExpression: 'REMOVE x' } },
    DeleteItem: { Delete: { TableName: 'Items', Key: { pk: { S: 't3' } } } },
    ConditionCheckItem: { ConditionCheck: check },
  };
  const actions = Object.keys(parts);
  const transaction = new TransactWriteItemsCommand({ TransactItems: Object.values(parts) });

  it('needs what its parts need', async () => {
    const client = functionWith(actions.map((action) => `dynamodb:${action}`));

    await expect(client.send(transaction)).resolves.toBeDefined();
  });

  it.each(actions)('is refused without %s', async (missing) => {
    const others = actions.filter((action) => action !== missing);
    const client = functionWith(others.map((action) => `dynamodb:${action}`));

    await expect(client.send(transaction)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: deniedTo(missing),
    });
  });
});

describe('a function with a grant', () => {
  it('on the table may use the table, and not the index', async () => {
    const client = functionWith(['dynamodb:Query']);

    await expect(client.send(new QueryCommand({ TableName: 'Items', ...QUERY }))).resolves.toMatchObject({ Count: 0 });
    await expect(
      client.send(new QueryCommand({ TableName: 'Items', IndexName: 'byOther', ...QUERY })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('that is also denied is told of the explicit deny', async () => {
    const client = functionWith(['dynamodb:GetItem'], ARN, 'Deny');

    await expect(client.send(new GetItemCommand({ TableName: 'Items', Key: KEY }))).rejects.toThrow(
      /with an explicit deny in an identity-based policy$/,
    );
  });

  it('cannot use PartiQL, whose tables are not known', async () => {
    const client = functionWith(['dynamodb:*'], '*');

    const statement = client.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM Items' }));

    await expect(statement).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'PartiQL (ExecuteStatement) is not supported locally',
    });
  });
});

describe('a person', () => {
  it('may do everything', async () => {
    const client = clientWithKey('AKIAPERSON');

    await expect(client.send(new ScanCommand({ TableName: 'Items' }))).resolves.toBeDefined();
    await expect(client.send(new ListTablesCommand({}))).resolves.toMatchObject({ TableNames: ['Items'] });
  });
});

describe('an environment that has ended', () => {
  it('keeps its role for a request that is still on its way', () => {
    const few = new Callers(PLACE);
    const access = [{ action: 'dynamodb:GetItem', resource: ARN }];
    const lambda = {
      ...{ logicalId: 'Fn', functionName: 'Stack-Fn', codeDirectory: '/', handler: 'index.handler' },
      ...{ environment: {}, timeoutMs: 1, memoryMb: 128, roleName: 'Stack-Role', statements: [] },
    };
    const watch = few.watch(lambda);
    const start = (accessKeyId: string) => ({ accessKeyId, close: async () => undefined });
    const environments = Array.from({ length: 1_001 }, (_, index) => start(`ASIA${index}`));

    for (const environment of environments) watch.started(environment);
    for (const environment of environments.slice(0, 1_000)) watch.ended(environment);
    const whileRemembered = few.denial('ASIA0', access);
    for (const environment of environments.slice(1_000)) watch.ended(environment);

    expect(whileRemembered).toBe(deniedTo('GetItem'));
    expect([few.denial('ASIA0', access), few.denial('ASIA1', access)]).toEqual([undefined, deniedTo('GetItem')]);
  });
});
