import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { Counter } from '../operations/counter';
import type { Row } from '../operations/fill';

/** Whom and what the samples are told of a connection. Only one of them has the user. */
export interface SampleConnection {
  readonly connectionId: string;
  readonly userId?: string;
}

/** What the samples reach. Both tables have no index. */
export interface SampleWorld {
  readonly client: DynamoDBClient;
  /** By `connectionId`. */
  readonly connectionsTable: string;
  /** By `channelId` and `sentAt`. */
  readonly messagesTable: string;
  readonly counter: Counter;
  readonly post: (connectionId: string) => Promise<'delivered' | 'gone'>;
}

/** The row that a sample puts when somebody connects. */
export function rowOf({ connectionId, userId }: SampleConnection): Row {
  return { connectionId: { S: connectionId }, ...(userId === undefined ? {} : { userId: { S: userId } }) };
}

export async function connect(world: SampleWorld, connection: SampleConnection): Promise<void> {
  await world.client.send(new PutItemCommand({ TableName: world.connectionsTable, Item: rowOf(connection) }));
}

export async function disconnect({ client, connectionsTable }: SampleWorld, connectionId: string): Promise<void> {
  const key = { TableName: connectionsTable, Key: { connectionId: { S: connectionId } } };
  await client.send(new DeleteItemCommand(key));
}

/**
 * aws-samples/simple-websockets-chat-app (as of fb1f0d6, `sendmessage`), AWS's own first example of a WebSocket API: reads the whole
 * table of connections for each message, and posts to all of them at once, the sender too; whoever is gone is deleted. Two
 * kindnesses: the sample reads the first page only, and deletes the sender's row in place of the one that is gone.
 */
export async function tellEverybody(world: SampleWorld): Promise<void> {
  const connectionIds = await scan(world);
  await Promise.all(connectionIds.map((connectionId) => postOrForget(world, connectionId)));
}

/**
 * aws-samples/websocket-chat-application (as of 81c24eb, `onmessage`), to which the first one's README points as its successor: keeps the
 * message, and then does the same.
 */
export async function keepAndTellEverybody(world: SampleWorld, text: string): Promise<void> {
  const Item = {
    ...{ channelId: { S: 'general' }, sentAt: { S: '2026-11-23T12:00:00.000Z' }, type: { S: 'Message' } },
    ...{ messageId: { S: '01234567-89ab-4cde-8f01-23456789abcd' }, sender: { S: 'somebody' }, text: { S: text } },
  };
  await world.client.send(new PutItemCommand({ TableName: world.messagesTable, Item }));
  await tellEverybody(world);
}

/** Its `onconnect`: the row, and a job for a second Lambda, which tells everybody that the user is online. */
export async function connectAndEnqueue(world: SampleWorld, connection: SampleConnection): Promise<void> {
  await connect(world, connection);
  world.counter.count('queueRequests');
}

/** Its `ondisconnect`: asks who it was, and enqueues that they are offline. */
export async function disconnectAndEnqueue(world: SampleWorld, connectionId: string): Promise<void> {
  const { client, connectionsTable: TableName } = world;
  const ExpressionAttributeValues = { ':connectionId': { S: connectionId } };
  const KeyConditionExpression = 'connectionId = :connectionId';
  await client.send(new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues }));
  world.counter.count('queueRequests');
  await disconnect(world, connectionId);
}

/** What the same table costs whoever wants one user only: a filter drops rows after they were read, and paid for. */
export async function tellOne(world: SampleWorld, userId: string): Promise<void> {
  const connectionIds = await scan(world, userId);
  await Promise.all(connectionIds.map((connectionId) => postOrForget(world, connectionId)));
}

async function scan({ client, connectionsTable }: SampleWorld, userId?: string): Promise<readonly string[]> {
  const filter = {
    FilterExpression: 'userId = :userId',
    ExpressionAttributeValues: { ':userId': { S: userId ?? '' } },
  };
  const connectionIds: string[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = { TableName: connectionsTable, ProjectionExpression: 'connectionId', ExclusiveStartKey };
    const found = await client.send(new ScanCommand({ ...page, ...(userId === undefined ? {} : filter) }));
    for (const { connectionId } of found.Items ?? []) connectionIds.push(connectionId?.S ?? '');
    ExclusiveStartKey = found.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return connectionIds;
}

async function postOrForget(world: SampleWorld, connectionId: string): Promise<void> {
  if ((await world.post(connectionId)) === 'gone') await disconnect(world, connectionId);
}
