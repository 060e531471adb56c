import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '../../local/dynamodb/create-tables';
import type { Database } from '../../src/adapters/dynamodb/database';
import { billOf, times } from '../bill/dollars';
import { quantitiesOf, quantitiesOfFunction, type Run } from '../bill/invocation';
import { Counter, measurerOf } from '../operations/counter';
import { fill } from '../operations/fill';
import type { Metered } from '../operations/metered-client';
import { populate, SETTLED_MS } from '../operations/population';
import { meteredStageOn } from '../operations/stage';
import { visit } from '../operations/visit';
import * as sample from './samples';

/** What one run takes in a design, with so many connections in its table. */
export interface DesignCost extends Omit<Metered, 'tables'>, Run {
  readonly design: string;
  readonly operation: string;
  readonly connections: number;
  /** For a million. */
  readonly dollars: number;
}

/** Of each sample's functions: as the first one's template has it, and Lambda's default, since the second one's says nothing. */
const SAMPLES = { simple: { memoryMb: 256, hasUsers: false }, successor: { memoryMb: 128, hasUsers: true } } as const;

export type Sample = keyof typeof SAMPLES;

const TEXT = 'A message of about fifty characters, as many of them are.';

const userOf = (serial: number) => `user${String(serial).padStart(8, '0')}`;

function connectionOf(sampled: Sample, serial: number): sample.SampleConnection {
  const connectionId = `${String(serial).padStart(15, 'c')}=`;
  return SAMPLES[sampled].hasUsers ? { connectionId, userId: userOf(serial) } : { connectionId };
}

/** Their rows are in memory at once. */
const ROWS_AT_ONCE = 5_000;

type Tell = (done: number) => void;

/** A sample's design, on tables of its own with so many connections. */
export async function measureSample(
  client: DynamoDBClient,
  design: Sample,
  { connections, tell = () => undefined }: { readonly connections: number; readonly tell?: Tell },
): Promise<readonly DesignCost[]> {
  const tables = await createSampleTables(client);
  for (let done = 0; done < connections; done += ROWS_AT_ONCE) {
    const serials = Array.from({ length: Math.min(ROWS_AT_ONCE, connections - done) }, (_, index) => done + index + 1);
    const rows = serials.map((serial) => sample.rowOf(connectionOf(design, serial)));
    await fill(client, tables.connectionsTable, rows);
    tell(done + serials.length);
  }
  const counter = new Counter();
  const world = { client, ...tables, counter, post: counter.sockets.push };
  const measure = measurerOf(client, counter);
  const costs: DesignCost[] = [];
  for (const [operation, frames, perform] of operationsOf(design, world, connections)) {
    const {
      run: { tables: _, ...run },
    } = await measure(perform);
    const whole = { ...run, messages: run.messages + frames };
    const { together } = billOf(times(quantitiesOf(whole, SAMPLES[design].memoryMb), 1e6));
    costs.push({ design, operation, connections, ...whole, dollars: together });
  }
  return costs;
}

/** What it is called, the frames that clients send for it, and how it is done. */
type Operation = readonly [string, number, () => Promise<void>];

function operationsOf(design: Sample, world: sample.SampleWorld, connections: number): readonly Operation[] {
  // Whoever comes leaves again, so that all of it meets the same rows.
  const guest = connectionOf(design, 0);
  if (design === 'simple') {
    return [
      ['`$connect`', 0, () => sample.connect(world, guest)],
      ['`$disconnect`', 0, () => sample.disconnect(world, guest.connectionId)],
      ['a message, to everybody', 1, () => sample.tellEverybody(world)],
    ];
  }
  return [
    ['`$connect`', 0, () => sample.connectAndEnqueue(world, guest)],
    ['`$disconnect`', 0, () => sample.disconnectAndEnqueue(world, guest.connectionId)],
    ['who came or went, told to everybody', 0, () => sample.tellEverybody(world)],
    ['a message, to everybody', 1, () => sample.keepAndTellEverybody(world, TEXT)],
    ['a message to one user, by a filter', 1, () => sample.tellOne(world, userOf(connections))],
  ];
}

async function createSampleTables(client: DynamoDBClient) {
  const run = randomUUID();
  const [connectionsTable, messagesTable] = [`SampleConnections-${run}`, `SampleMessages-${run}`];
  await createTables(client, [
    tableOf(connectionsTable, ['connectionId']),
    tableOf(messagesTable, ['channelId', 'sentAt']),
  ]);
  return { connectionsTable, messagesTable };
}

function tableOf(tableName: string, keys: readonly string[]) {
  const createTable = {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keys.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  };
  return { logicalId: tableName, tableName, createTable };
}

/** Ours, on an empty database, with as many users with one connection each. */
export async function measureOurs(
  database: Database,
  { connections, tell = () => undefined }: { readonly connections: number; readonly tell?: Tell },
): Promise<readonly DesignCost[]> {
  await populate(database, connections, tell);
  const stage = meteredStageOn(database, { mark: 'later', later: SETTLED_MS });
  const costs: DesignCost[] = [];
  await visit(stage, 1, async (operation, name, perform) => {
    const {
      result,
      run: { tables: _, ...run },
    } = await stage.measure(perform);
    const { together } = billOf(times(quantitiesOfFunction(name, run), 1e6));
    costs.push({ design: 'rollcall', operation, connections, ...run, dollars: together });
    return result;
  });
  return costs;
}
