import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type DesignCost, measureOurs, measureSample, type Sample } from '../../bench/designs/measure';
import * as sample from '../../bench/designs/samples';
import { Counter } from '../../bench/operations/counter';
import { toDesignTable } from '../../bench/units/tables';
import { localClient } from '../../local/dynamodb/local-client';
import { createDatabase } from '../tooling/create-database';
import { describeOn, dynoxide, readTemplate } from '../tooling/engines';
import { scan } from '../tooling/rows';

const [FEW, MANY] = [10, 1_000];

const sampleOf = async (design: Sample, connections: number) => {
  const client = localClient(String(dynoxide.url));
  try {
    return await measureSample(client, design, { connections });
  } finally {
    client.destroy();
  }
};

const find = (costs: readonly DesignCost[], operation: string) => {
  const found = costs.find((cost) => cost.operation === operation);
  if (!found) throw new Error(`${operation} was not measured.`);
  return found;
};

describeOn(dynoxide, 'with more connections in the table', () => {
  it('nothing of ours costs more, and it costs what bench/README.md says', async () => {
    const oursWith = async (connections: number) =>
      measureOurs(await createDatabase(String(dynoxide.url), readTemplate()), { connections });

    const [few, many] = [await oursWith(FEW), await oursWith(MANY)];

    const withoutSize = ({ connections, ...cost }: DesignCost) => cost;
    expect(few.map(({ operation }) => operation)).toContain('`chat` to a user who is online');
    expect(many.map(withoutSize)).toEqual(few.map(withoutSize));
    const readme = readFileSync(join(__dirname, '../../bench/README.md'), 'utf8');
    for (const row of toDesignTable([...few, ...many]).split('\n')) expect(readme).toContain(`\n${row}\n`);
  }, 60_000);

  it('each message of a sample is posted to each, and finding one recipient reads all', async () => {
    const [few, many] = [await sampleOf('successor', FEW), await sampleOf('successor', MANY)];

    for (const [costs, connections] of [[few, FEW] as const, [many, MANY] as const]) {
      expect(find(costs, 'a message, to everybody').callbacks).toBe(connections);
      expect(find(costs, 'who came or went, told to everybody').callbacks).toBe(connections);
      expect(find(costs, 'a message to one user, by a filter').callbacks).toBe(1);
      expect(find(costs, '`$connect`')).toMatchObject({ requests: 1, writeUnits: 1, queueRequests: 1 });
      expect(find(costs, '`$disconnect`')).toMatchObject({ requests: 2, writeUnits: 1, queueRequests: 1 });
    }
    const one = 'a message to one user, by a filter';
    expect(find(many, one).readUnits).toBeGreaterThan(10 * find(few, one).readUnits);
    expect(find(many, one).dollars).toBeGreaterThan(find(few, one).dollars);
  }, 60_000);

  it('the first sample has no users in its rows, and posts to each all the same', async () => {
    const costs = await sampleOf('simple', FEW);

    expect(costs.map(({ operation }) => operation)).toEqual(['`$connect`', '`$disconnect`', 'a message, to everybody']);
    expect(find(costs, 'a message, to everybody')).toMatchObject({ requests: 1, callbacks: FEW, messages: FEW + 1 });
  });
});

describeOn(dynoxide, 'the design of the samples', (database) => {
  it('forgets who is gone when somebody writes, and nobody else', async () => {
    const { client, connectionsTable, chatTable } = database();
    const posted: string[] = [];
    const post = async (connectionId: string) => {
      posted.push(connectionId);
      return connectionId === 'gone=' ? ('gone' as const) : ('delivered' as const);
    };
    const world = { client, connectionsTable, messagesTable: chatTable, counter: new Counter(), post };
    for (const connectionId of ['here=', 'gone=', 'left=']) await sample.connect(world, { connectionId });
    await sample.disconnect(world, 'left=');

    await sample.tellEverybody(world);

    expect(posted.sort()).toEqual(['gone=', 'here=']);
    expect(await scan(database(), connectionsTable)).toEqual([{ connectionId: { S: 'here=' } }]);
  });
});

describe('the table of designs', () => {
  it('has one figure where nothing grows, and one for each size where something does', () => {
    const run = {
      ...{ inSequence: 1, readUnits: 0, writeUnits: 0, messages: 0, hashes: 0, queueRequests: 0 },
      requests: 1,
    };
    const cost = { ...run, design: 'simple', operation: 'a message' } as const;

    const table = toDesignTable([
      { ...cost, connections: 10, callbacks: 10, dollars: 11.5 },
      { ...cost, connections: 1_000, callbacks: 1_000, dollars: 1_001.5 },
    ]);

    const row = '| simple-websockets-chat-app | a message | 1 | 1 | 0 | 0 | 10 · 1,000 | 11.50 · 1,001.50 |';
    expect(table.split('\n').at(-1)).toBe(row);
  });
});
