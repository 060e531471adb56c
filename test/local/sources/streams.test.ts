import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from '@jest/globals';
import { describeOn, dynoxide } from '../../tooling/engines';
import { mapping, RunningApp, readApp, recorder } from './app';

interface Record {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } } };
}

const STREAM = { 'Fn::GetAtt': ['Chat', 'StreamArn'] };

const opened: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

async function openApp(handler: string, properties: Readonly<{ [name: string]: unknown }>): Promise<RunningApp> {
  const resources = { Fan: recorder(handler), Mapping: mapping('Fan', STREAM, properties) };
  const app = new RunningApp(readApp(resources));
  opened.push(app);
  await app.createTables();
  return app;
}

async function put(app: RunningApp, pk: string, sk: string, rest: object = {}): Promise<void> {
  const Item = { pk: { S: pk }, sk: { S: sk }, ...rest };
  await app.client.send(new PutItemCommand({ TableName: app.chatTable, Item }));
}

function sortKeys(records: readonly Record[]): readonly string[] {
  return records.map(({ dynamodb }) => dynamodb.Keys.sk.S);
}

describeOn(dynoxide, 'a table’s stream', () => {
  it('gives every change, in order, in the form that Lambda documents', async () => {
    const app = await openApp('record', { StartingPosition: 'TRIM_HORIZON' });
    await put(app, 'a', '1', { n: { N: '1' } });
    await put(app, 'a', '1', { n: { N: '2' } });
    await app.start();
    await app.client.send(new DeleteItemCommand({ TableName: app.chatTable, Key: { pk: { S: 'a' }, sk: { S: '1' } } }));

    const records = await app.until((found) => found.length === 3);

    const Keys = { pk: { S: 'a' }, sk: { S: '1' } };
    const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${app.chatTable}/stream/2000-01-01T00:00:00.000`;
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys,
        NewImage: { ...Keys, n: { N: '2' } },
        OldImage: { ...Keys, n: { N: '1' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: arn,
    });
    expect(records.map((record) => Object(record).eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[0]).not.toHaveProperty('dynamodb.OldImage');
    expect(records[2]).not.toHaveProperty('dynamodb.NewImage');
    expect(app.events[0]).toMatchObject({ routeKey: 'stream Chat', connectionId: '-', status: 200 });
  });

  it('has no record of a write that changed nothing', async () => {
    const app = await openApp('record', { StartingPosition: 'TRIM_HORIZON' });
    const tags = (...SS: string[]) => ({ tags: { SS } });

    await put(app, 'a', '1', tags('x', 'y'));
    await put(app, 'a', '1', tags('y', 'x'));
    await put(app, 'a', '1', tags('x', 'z'));
    await app.start();
    const records = await app.until<Record>((found) => found.length >= 2);

    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY']);
    expect(records[1]).toMatchObject({ dynamodb: { NewImage: { tags: { SS: ['x', 'z'] } } } });
  });

  it('gives only what passes the filters, in batches of the size that was asked for', async () => {
    const Pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'CONV#' }] } } } });
    const properties = { StartingPosition: 'TRIM_HORIZON', BatchSize: 2, FilterCriteria: { Filters: [{ Pattern }] } };
    const app = await openApp('record', properties);

    for (const n of ['1', '2', '3']) {
      await put(app, 'USER#a', n);
      await put(app, 'CONV#a', n);
    }
    await app.start();
    await app.until((found) => found.length === 3);

    expect(app.given<Record>().map(sortKeys)).toEqual([['1', '2'], ['3']]);
  });

  it('is blocked by a poison record until its retries are used up, and goes on behind it', async () => {
    const app = await openApp('choke', { StartingPosition: 'TRIM_HORIZON', BatchSize: 1, MaximumRetryAttempts: 1 });

    await put(app, 'poison', '1');
    await put(app, 'a', '2');
    await app.start();
    const records = await app.until<Record>((found) => found.length === 3);

    expect(sortKeys(records)).toEqual(['1', '1', '2']);
    expect(app.events.map(({ status }) => status)).toEqual([502, 502, 200]);
  });

  it('begins at LATEST with what comes after the start', async () => {
    const app = await openApp('record', { StartingPosition: 'LATEST' });

    await put(app, 'a', 'before');
    await app.start();
    await put(app, 'a', 'after');
    const records = await app.until<Record>((found) => found.length > 0);

    expect(sortKeys(records)).toEqual(['after']);
  });

  it('keeps the order of each key in several lanes', async () => {
    const app = await openApp('record', { StartingPosition: 'TRIM_HORIZON', BatchSize: 2, ParallelizationFactor: 4 });

    for (let n = 0; n < 5; n += 1) {
      for (const pk of ['a', 'b', 'c', 'd']) await put(app, pk, 'x', { n: { N: String(n) } });
    }
    await app.start();
    const records = await app.until<Record>((found) => found.length === 20);

    for (const pk of ['a', 'b', 'c', 'd']) {
      const ofKey = records.filter(({ dynamodb }) => dynamodb.Keys.pk.S === pk);
      expect(ofKey.map((record) => Object(record.dynamodb).NewImage.n.N)).toEqual(['0', '1', '2', '3', '4']);
    }
  });

  it.each(['TRIM_HORIZON', 'LATEST'])('goes on after a restart where it was, from %s', async (StartingPosition) => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-sources-'));
    const checkpointsPath = join(folder, 'sources.json');
    const app = await openApp('record', { StartingPosition });
    await app.start({ checkpointsPath });
    await put(app, 'a', '1');
    await app.until((found) => found.length === 1);
    await app.stop();

    await put(app, 'a', '2');
    await app.start({ checkpointsPath });
    const records = await app.until<Record>((found) => found.length >= 2);
    rmSync(folder, { recursive: true });

    expect(sortKeys(records)).toEqual(['1', '2']);
  });
});
