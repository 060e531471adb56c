import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from 'node-sqlite3-wasm';
import { startEngine } from '../../../local/dynamodb/engine';
import { localClient } from '../../../local/dynamodb/local-client';
import { indexStream } from '../../../local/dynamodb/stream-index';

const ITEM = { id: { S: 'a' } };

let folder: string;
let databaseFile: string;

const start = () => startEngine({ databaseFile });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-index-'));
  databaseFile = join(folder, 'database.sqlite');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const TABLE = {
  TableName: 'Kept',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

async function withEngine<T>(file: string, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const engine = await startEngine({ databaseFile: file });
  const client = localClient(engine.url);
  try {
    return await use(client);
  } finally {
    client.destroy();
    await engine.close();
  }
}

/** How the engine's own question for a stream's last number is answered. */
function planOfTheNextNumber(): unknown {
  const database = new Database(databaseFile);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const next = 'SELECT MAX(CAST(sequence_number AS INTEGER)) + 1 FROM _stream_records WHERE table_name = ?';
  const plan = database.all(`EXPLAIN QUERY PLAN ${next}`, ['Chat']).map(({ detail }) => detail);
  database.close();
  return plan;
}

describe('indexStream', () => {
  it('gives a new file an index over its stream, which lasts', async () => {
    const isIndexed = await indexStream(databaseFile, start);

    await (await start()).close();

    expect(isIndexed).toBe(true);
    expect(planOfTheNextNumber()).toEqual([expect.stringContaining('INDEX rollcall_stream')]);
  });

  it('loses nothing of a file whose engine was killed', async () => {
    const running = join(folder, 'running.sqlite');
    await withEngine(running, async (client) => {
      await client.send(new CreateTableCommand(TABLE));
      await client.send(new PutItemCommand({ TableName: 'Kept', Item: ITEM }));
      // What lies on the disk at this moment is what a kill would leave there.
      await copyFile(running, databaseFile);
      await copyFile(`${running}-wal`, `${databaseFile}-wal`);
    });

    const isIndexed = await indexStream(databaseFile, start);

    const get = new GetItemCommand({ TableName: 'Kept', Key: ITEM });
    const { Item } = await withEngine(databaseFile, (client) => client.send(get));
    expect([isIndexed, Item]).toEqual([true, ITEM]);
  });

  it('minds no lock that a killed start left behind', async () => {
    await (await start()).close();
    await mkdir(`${databaseFile}.lock`);

    expect(await indexStream(databaseFile, start)).toBe(true);
  });

  it('leaves a file alone that it does not know', async () => {
    await writeFile(databaseFile, 'no database');

    expect(await indexStream(databaseFile, start)).toBe(false);
  });
});
