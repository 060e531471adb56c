import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { ClearError } from '../process/clear-error';
import type { TableNames } from './find-tables';

/** A page has 1 MB, messages included: beyond a gigabyte one wants an export, not a table on a terminal. */
const SCAN_PAGES_MAX = 1_000;

/** BatchGetItem's own limit. */
const BATCH_MAX = 100;

/** Unprocessed keys come back when a table is throttled; after this many tries it is not going to recover for us. */
const BATCH_ATTEMPTS_MAX = 8;

/** So that looking at a busy stack does not throttle it. */
const BATCHES_AT_ONCE_MAX = 4;

export interface Device {
  readonly connectionId: string;
  readonly connectedAt?: number;
  readonly sourceIp?: string;
  readonly userAgent?: string;
}

export interface Person {
  readonly userId: string;
  readonly state: string;
  readonly lastSeen?: number;
  readonly devices: readonly Device[];
}

type Item = Readonly<Record<string, AttributeValue>>;

/** Everyone's presence, in order of their handles, with what is known of each connection. Reads strongly. */
export async function readPresence(client: DynamoDBClient, tables: TableNames): Promise<readonly Person[]> {
  const profiles = await scanProfiles(client, tables.chat);
  const connectionIds = profiles.flatMap((profile) => profile.connections?.SS ?? []);
  const connections = await getConnections(client, tables.connections, connectionIds);
  return profiles.map((profile) => personOf(profile, connections)).sort(byUserId);
}

async function scanProfiles(client: DynamoDBClient, chatTable: string): Promise<readonly Item[]> {
  const profiles: Item[] = [];
  let after: Item | undefined;
  for (let page = 0; page < SCAN_PAGES_MAX; page += 1) {
    const found: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: chatTable,
        ConsistentRead: true,
        FilterExpression: 'sk = :profile',
        ProjectionExpression: 'pk, #state, #connections, lastSeen',
        ExpressionAttributeNames: { '#state': 'state', '#connections': 'connections' },
        ExpressionAttributeValues: { ':profile': { S: 'PROFILE' } },
        ...(after !== undefined && { ExclusiveStartKey: after }),
      }),
    );
    profiles.push(...(found.Items ?? []));
    if (found.LastEvaluatedKey === undefined) return profiles;
    after = found.LastEvaluatedKey;
  }
  throw new ClearError(`table ${chatTable} has more than ${SCAN_PAGES_MAX} pages: that is more than we read`);
}

async function getConnections(
  client: DynamoDBClient,
  table: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += BATCH_MAX) batches.push(ids.slice(start, start + BATCH_MAX));
  const found = new Map<string, Item>();
  const worker = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      for (const item of await getBatch(client, table, batch)) found.set(item.connectionId?.S ?? '', item);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE_MAX }, worker));
  return found;
}

async function getBatch(client: DynamoDBClient, table: string, ids: readonly string[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  let keys: Record<string, AttributeValue>[] = ids.map((id) => ({ connectionId: { S: id } }));
  for (let attempt = 0; attempt < BATCH_ATTEMPTS_MAX && keys.length > 0; attempt += 1) {
    const { Responses: responses, UnprocessedKeys: unprocessed } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
    );
    items.push(...(responses?.[table] ?? []));
    keys = unprocessed?.[table]?.Keys ?? [];
  }
  if (keys.length > 0) throw new ClearError(`table ${table} is too busy: try again in a moment`);
  return items;
}

function personOf(profile: Item, connections: ReadonlyMap<string, Item>): Person {
  const devices = (profile.connections?.SS ?? []).map((connectionId) => deviceOf(connectionId, connections));
  const lastSeen = numberOf(profile.lastSeen);
  return {
    userId: (profile.pk?.S ?? '').replace(/^USER#/, ''),
    state: profile.state?.S ?? 'unknown',
    ...(lastSeen !== undefined && { lastSeen }),
    devices: devices.sort((a, b) => (a.connectedAt ?? 0) - (b.connectedAt ?? 0)),
  };
}

function deviceOf(connectionId: string, connections: ReadonlyMap<string, Item>): Device {
  const connection = connections.get(connectionId);
  const connectedAt = numberOf(connection?.connectedAt);
  const sourceIp = connection?.sourceIp?.S;
  const userAgent = connection?.userAgent?.S;
  return {
    connectionId,
    ...(connectedAt !== undefined && { connectedAt }),
    ...(sourceIp !== undefined && { sourceIp }),
    ...(userAgent !== undefined && { userAgent }),
  };
}

function numberOf(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}

/** By code point, which is the same on every machine, whatever its language. */
function byUserId(a: Person, b: Person): number {
  if (a.userId === b.userId) return 0;
  return a.userId < b.userId ? -1 : 1;
}
