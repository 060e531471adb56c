import { BatchGetItemCommand, DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { SWEEP_MARGIN_MS, SWEEP_SEGMENTS } from '../../src/protocol/limits';
import { captureLog } from '../tooling/capture-log';
import { announce, fanOut, sweep } from '../tooling/handlers';
import { mockCallbacks } from '../tooling/mock-callbacks';

// What streams and schedules do on AWS, in the form in which they do it.

const dynamo = mockClient(DynamoDBClient);
const gateway = mockCallbacks();
const queue = mockClient(SQSClient);
const { logged, restore } = captureLog();

beforeEach(() => {
  dynamo.reset();
  gateway.reset();
  queue.reset();
  logged.length = 0;
});
afterAll(restore);

interface Image {
  readonly user?: string;
  readonly state?: string;
  readonly version?: number;
}

const image = ({ user = 'bob', state = 'online', version = 1 }: Image) => ({
  pk: { S: `USER#${user}` },
  sk: { S: 'PROFILE' },
  state: { S: state },
  version: { N: String(version) },
  createdAt: { N: '1' },
  ...(state === 'offline' ? { lastSeen: { N: '77' } } : { connections: { SS: ['c'] } }),
});
const wentOffline = (sequenceNumber: string, user = 'bob') => ({
  eventName: 'MODIFY',
  dynamodb: {
    SequenceNumber: sequenceNumber,
    OldImage: image({ user }),
    NewImage: image({ user, state: 'offline', version: 2 }),
  },
});
const friendAnn = {
  pk: { S: 'USER#bob' },
  sk: { S: 'FRIEND#ann' },
  state: { S: 'friends' },
  since: { N: '1' },
};

/** Ann is online with one device, and a friend of everybody. */
const annWatches = () => {
  dynamo.on(QueryCommand).resolves({ Items: [friendAnn] });
  dynamo.on(BatchGetItemCommand).resolves({ Responses: { Chat: [image({ user: 'ann' })] } });
};
describe('the announcer', () => {
  it('pushes what the images say', async () => {
    annWatches();

    expect(await announce([wentOffline('1')])).toEqual({ batchItemFailures: [] });
    expect(gateway.posted()).toEqual([{ type: 'presence', user: 'bob', state: 'offline', lastSeen: 77, version: 2 }]);
    expect(logged).toMatchObject([{ level: 'INFO', message: 'announced', route: 'announce', records: 1, failed: 0 }]);
  });

  it.each<[string, object]>([
    ['nothing in it', {}],
    ['no new image', { ...wentOffline('1'), dynamodb: { SequenceNumber: '1', OldImage: image({}) } }],
    ['a state that there is not', { dynamodb: { ...wentOffline('1').dynamodb, NewImage: image({ state: 'away' }) } }],
    ['no version', { dynamodb: { ...wentOffline('1').dynamodb, NewImage: { ...image({}), version: undefined } } }],
    ['no key', { dynamodb: { ...wentOffline('1').dynamodb, OldImage: { ...image({}), pk: { N: '7' } } } }],
  ])('reports and leaves out a record with %s, and holds up nobody behind it', async (_, poison) => {
    annWatches();

    expect(await announce([poison, wentOffline('2', 'eve')])).toEqual({ batchItemFailures: [] });
    expect(gateway.posted()).toMatchObject([{ user: 'eve' }]);
    expect(logged).toMatchObject([
      {
        level: 'ERROR',
        message: expect.stringContaining('is left out: unreadable'),
        cause: { stack: expect.any(String) },
      },
      { message: 'announced' },
    ]);
  });

  it('names all records of a user for whom it failed, and only those', async () => {
    annWatches();
    dynamo
      .on(QueryCommand, { ExpressionAttributeValues: { ':user': { S: 'USER#eve' }, ':friend': { S: 'FRIEND#' } } })
      .rejects(new Error('no answer'));

    const result = await announce([
      wentOffline('1'),
      wentOffline('2', 'eve'),
      wentOffline('3'),
      wentOffline('4', 'eve'),
    ]);

    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '4' }] });
    expect(gateway.posted()).toMatchObject([{ user: 'bob' }]);
  });

  it.each(['LimitExceededException', 'TimeoutError', 'InternalServerError'])(
    'does not come again for a push that gets %s, after some tries',
    async (name) => {
      annWatches();
      gateway.refuse('POST', Object.assign(new Error(name), { name }));

      expect(await announce([wentOffline('1')])).toEqual({ batchItemFailures: [] });
      expect(logged.at(-2)).toMatchObject({ level: 'ERROR', message: expect.stringContaining('did not get a push') });
    },
  );
});

describe('the sweep', () => {
  it('begins no second pass when the Lambda’s time would not do for it', async () => {
    dynamo.on(ScanCommand).resolves({ Items: [], ScannedCount: 5 });

    await sweep({ remainingMs: SWEEP_MARGIN_MS + 10_000 });

    expect(dynamo.commandCalls(ScanCommand)).toHaveLength(SWEEP_SEGMENTS);
    expect(logged).toMatchObject([{ message: 'swept', requestId: 'r', passes: 1, scanned: 20, failed: 0 }]);
  });

  it('says so when the table does not answer, and ends well', async () => {
    dynamo.on(ScanCommand).rejects(Object.assign(new Error('slow'), { name: 'TimeoutError' }));

    await sweep({ remainingMs: SWEEP_MARGIN_MS });

    expect(logged.at(-1)).toMatchObject({ message: 'swept', failed: SWEEP_SEGMENTS });
    expect(logged.filter(({ level }) => level === 'ERROR')).toHaveLength(SWEEP_SEGMENTS);
  });
});

describe('the worker on the queue of large groups', () => {
  const job = (seq: number) => JSON.stringify({ conversation: 'group:g', seq, except: 'c' });
  const message = (seq: number) => ({
    pk: { S: 'CONV#group:g' },
    sk: { S: `MSG#${String(seq).padStart(16, '0')}` },
    from: { S: 'ann' },
    text: { S: 'hi' },
    sentAt: { N: '5' },
    id: { S: 'm' },
  });
  const member = { pk: { S: 'CONV#group:g' }, sk: { S: 'MEMBER#bob' }, role: { S: 'member' }, joinedSeq: { N: '2' } };
  const isMembers = {
    ExpressionAttributeValues: { ':conversation': { S: 'CONV#group:g' }, ':member': { S: 'MEMBER#' } },
  };

  it('pushes the message to a page of members, and hands the next page to the queue', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [message(7)] });
    dynamo.on(QueryCommand, isMembers).resolves({ Items: [member], LastEvaluatedKey: { sk: { S: 'MEMBER#bob' } } });
    dynamo
      .on(BatchGetItemCommand)
      .resolves({ Responses: { Chat: [{ ...image({}), connections: { SS: ['d', 'c'] } }] } });
    queue.on(SendMessageCommand).resolves({});

    expect(await fanOut([job(7)])).toEqual({ batchItemFailures: [] });
    expect(gateway.posted()).toEqual([
      { type: 'message', conversation: 'group:g', seq: 7, from: 'ann', text: 'hi', sentAt: 5, id: 'm' },
    ]);
    expect(queue.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
      {
        QueueUrl: process.env.FAN_OUT_QUEUE_URL,
        MessageBody: JSON.stringify({ conversation: 'group:g', seq: 7, except: 'c', from: 'bob' }),
      },
    ]);
  });

  it('names the jobs that failed, and only those, and says why', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [] });
    // Each job asks for its message and its members at once.
    const none = { Items: [] };
    dynamo.on(QueryCommand).resolvesOnce(none).resolvesOnce(none).rejectsOnce(new Error('no answer'));

    const result = await fanOut([job(1), job(2), 'no job', '{}']);

    expect(result).toEqual({ batchItemFailures: [1, 2, 3].map((index) => ({ itemIdentifier: `id${index}` })) });
    expect(logged.filter(({ level }) => level === 'ERROR')).toHaveLength(3);
    expect(logged.at(-1)).toMatchObject({ message: 'fanned out', jobs: 4, failed: 3 });
  });

  it('fails a job whose next page the queue does not take, before anybody is told', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [message(7)] });
    dynamo.on(QueryCommand, isMembers).resolves({ Items: [member], LastEvaluatedKey: { sk: { S: 'MEMBER#bob' } } });
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { Chat: [image({})] } });
    queue.on(SendMessageCommand).rejects(Object.assign(new Error('slow'), { name: 'TimeoutError' }));

    expect(await fanOut([job(7)])).toEqual({ batchItemFailures: [{ itemIdentifier: 'id0' }] });
    expect(gateway.posted()).toEqual([]);
  });
});
