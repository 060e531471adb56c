import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { ATTEMPTS_MAX } from '../../src/protocol/limits';
import { refusals } from '../../src/protocol/refusal';
import { captureLog } from '../tooling/capture-log';
import { chat, connect, disconnect, ping } from '../tooling/handlers';
import { mockCallbacks } from '../tooling/mock-callbacks';

// What no engine does on demand: conflicts, throttles, 410s, 429s, an answer that is lost.

const dynamo = mockClient(DynamoDBClient);
const gateway = mockCallbacks();
const { logged, restore } = captureLog();

beforeEach(() => {
  dynamo.reset();
  gateway.reset();
  logged.length = 0;
});
afterAll(restore);

class SdkError extends Error {
  constructor(
    name: string,
    readonly fields: object = {},
  ) {
    super(name);
    this.name = name;
    Object.assign(this, fields);
  }
}

const cancelled = (...codes: string[]) =>
  new SdkError('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
const gone = new SdkError('GoneException');
const boundRow = { connectionId: { S: 'c' }, connectedAt: { N: '1' }, leaseUntil: { N: '2' }, userId: { S: 'ann' } };

describe('a transaction conflict', () => {
  it('is tried again until the release goes through', async () => {
    dynamo.on(GetItemCommand).resolves({ Item: boundRow });
    dynamo
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'TransactionConflict'))
      .rejectsOnce(cancelled('TransactionConflict', 'None'))
      .resolves({});

    await disconnect();

    expect(dynamo.commandCalls(TransactWriteItemsCommand)).toHaveLength(3);
    expect(logged).toMatchObject([{ message: 'disconnected', state: 'released', userId: 'ann' }]);
  });

  it('is tried again at a $connect: without its row, the client would be told that it is gone', async () => {
    dynamo.on(PutItemCommand).rejectsOnce(new SdkError('TransactionConflictException')).resolves({});

    await connect();

    expect(dynamo.commandCalls(PutItemCommand)).toHaveLength(2);
  });

  it('that never ends fails the invocation after a bounded number of attempts', async () => {
    dynamo.on(GetItemCommand).resolves({ Item: boundRow });
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'TransactionConflict'));

    await expect(disconnect()).rejects.toMatchObject({ name: 'Refusal', message: refusals.busy });
    expect(dynamo.commandCalls(TransactWriteItemsCommand)).toHaveLength(ATTEMPTS_MAX);
  });

  it('with a single write is tried again too', async () => {
    dynamo
      .on(UpdateItemCommand)
      .rejectsOnce(new SdkError('TransactionConflictException'))
      .resolves({ Attributes: boundRow });

    expect(await ping()).toMatchObject({ type: 'reply', ok: true });
  });
});

describe('a throttle', () => {
  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'TimeoutError'])(
    'by %s is answered with busy, and recorded',
    async (name) => {
      dynamo.on(UpdateItemCommand).rejects(new SdkError(name));

      expect(await ping()).toMatchObject({ type: 'error', code: 'busy' });
      expect(logged).toMatchObject([{ level: 'ERROR', errorType: name }, { outcome: 'busy' }]);
    },
  );

  it('inside a transaction is no conflict: it is not tried again at once', async () => {
    dynamo.on(GetItemCommand).resolves({ Item: boundRow });
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('ThrottlingError', 'None'));

    await expect(disconnect()).rejects.toMatchObject({ name: 'Refusal', message: refusals.busy });
    expect(dynamo.commandCalls(TransactWriteItemsCommand)).toHaveLength(1);
  });
});

describe('a bug', () => {
  it('is answered with internal, without its words, and recorded with its stack', async () => {
    dynamo.on(UpdateItemCommand).rejects(new SdkError('ValidationException'));

    const reply = await ping();

    expect(reply).toMatchObject({ type: 'error', code: 'internal' });
    expect(JSON.stringify(reply)).not.toContain('Validation');
    expect(logged).toMatchObject([{ level: 'ERROR', errorType: 'ValidationException', stack: expect.any(String) }, {}]);
  });

  it('at $connect refuses the connection', async () => {
    dynamo.on(PutItemCommand).rejects(new SdkError('AccessDeniedException'));

    await expect(connect()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('$connect', () => {
  it('that AWS invokes twice succeeds twice', async () => {
    dynamo.on(PutItemCommand).resolvesOnce({}).rejects(new SdkError('ConditionalCheckFailedException'));

    expect([await connect(), await connect()]).toEqual([{ statusCode: 200 }, { statusCode: 200 }]);
  });
});

/** Ann writes to Bob, who has one device. */
const aMessageToBob = () => {
  dynamo.on(UpdateItemCommand).resolves({ Attributes: boundRow });
  dynamo.on(QueryCommand).resolves({ Items: [] });
  dynamo.on(PutItemCommand).resolves({});
  dynamo.on(TransactWriteItemsCommand).resolves({});
  const bob = { pk: { S: 'USER#bob' }, state: { S: 'online' }, version: { N: '1' }, connections: { SS: ['d'] } };
  dynamo.on(GetItemCommand).resolves({ Item: bob });
  dynamo.on(BatchGetItemCommand).resolves({ Responses: { Chat: [bob] } });
  dynamo.on(GetItemCommand, { Key: { connectionId: { S: 'd' } } }).resolves({
    Item: { ...boundRow, connectionId: { S: 'd' }, userId: { S: 'bob' }, leaseUntil: { N: '77' } },
  });
};

describe('a push', () => {
  const release = () => dynamo.commandCalls(TransactWriteItemsCommand);

  it('that gets 410 twice releases the connection, with the lease that was read in between', async () => {
    aMessageToBob();
    gateway.refuse('POST', gone);
    gateway.refuse('GET', gone);

    expect(await chat({ to: 'bob', text: 'hi' })).toMatchObject({ ok: true, seq: 1 });
    const values = release()[0]?.args[0].input.TransactItems?.[0]?.Delete?.ExpressionAttributeValues;
    expect(values).toMatchObject({ ':leaseSeen': { N: '77' }, ':userId': { S: 'bob' } });
  });

  it('that gets a false 410 releases nothing', async () => {
    aMessageToBob();
    gateway.refuse('POST', gone);

    expect(await chat({ to: 'bob', text: 'hi' })).toMatchObject({ ok: true });
    expect(release()).toHaveLength(0);
  });

  it.each(['LimitExceededException', 'ForbiddenException', 'PayloadTooLargeException', 'TimeoutError'])(
    'that gets %s releases nothing, fails nothing, and is recorded',
    async (name) => {
      aMessageToBob();
      gateway.refuse('POST', new SdkError(name));

      expect(await chat({ to: 'bob', text: 'hi' })).toMatchObject({ ok: true, seq: 1 });
      expect(release()).toHaveLength(0);
      expect(logged).toContainEqual(expect.objectContaining({ level: 'ERROR', errorType: name }));
    },
  );
});

describe('what a push came to', () => {
  it.each([
    ['PushesDelivered', undefined, {}],
    ['PushesGone', gone, { GoneFalse: 1 }],
    ['PushesFailed', new SdkError('LimitExceededException'), { Faults: 4 }],
  ])('is counted, with the time it took: %s', async (metric, fault, more) => {
    aMessageToBob();
    if (fault) gateway.refuse('POST', fault);

    await chat({ to: 'bob', text: 'hi' });

    // What may have failed is tried four times; what failed the fourth time is a fault of its own.
    const tries = fault ? 4 : 1;
    expect(logged.at(-1)).toMatchObject({
      Messages: 1,
      [metric]: tries,
      PushLatency: Array(tries).fill(expect.any(Number)),
    });
    for (const [name, count] of Object.entries(more)) expect(logged.at(-1)?.[name]).toBeGreaterThanOrEqual(count);
  });
});

describe('a $disconnect', () => {
  it('counts a connection that it ended, and none that had ended before', async () => {
    dynamo.on(GetItemCommand).resolvesOnce({ Item: boundRow }).resolves({});
    dynamo.on(TransactWriteItemsCommand).resolves({});

    await disconnect();
    await disconnect();

    expect(logged).toMatchObject([{ state: 'released', Closed: 1 }, { state: 'absent' }]);
    expect(logged[1]).not.toHaveProperty('_aws');
  });
});

describe('the lines', () => {
  it('have as many bytes as the runbook charges for', async () => {
    aMessageToBob();

    await ping();
    await chat({ to: 'bob', text: 'hi' });

    // Ids as long as those of AWS, a name of eight letters, and times as usual.
    const usual = {
      requestId: 'Xk2mHFoZIAMEvBQ=',
      connectionId: 'Xk2mGcMNoAMCJ9g=',
      userId: 'alexandra',
      durationMs: 8,
    };
    const [ofPing, ofChat] = logged.map((line) => ({ ...line, ...usual }));
    const metrics = { Api: 'Rollcall/ChatApi', PushLatency: [12], durationMs: 31 };
    const bytes = [ofPing, { ...ofChat, ...metrics }].map((line) => `${JSON.stringify(line)}\n`.length);
    const runbook = readFileSync(join(__dirname, '../../RUNBOOK.md'), 'utf8');
    expect(runbook).toContain(`a \`ping\` ${bytes[0]} bytes, a \`chat\` with one push ${bytes[1]}`);
  });
});

describe('a write whose answer is lost', () => {
  it('leaves one message, however often the client sends it again', async () => {
    const stored: Record<string, unknown>[] = [];
    dynamo.on(UpdateItemCommand).resolves({ Attributes: boundRow });
    dynamo.on(GetItemCommand).resolves({ Item: { pk: { S: 'USER#bob' } } });
    dynamo.on(BatchGetItemCommand).resolves({});
    dynamo.on(QueryCommand).callsFake(async () => ({ Items: stored }));
    dynamo.on(PutItemCommand).callsFake(async ({ Item }) => {
      stored.push(Item);
      throw new SdkError('TimeoutError');
    });
    const command = { to: 'bob', text: 'once', id: 'm1', after: 0 };

    const first = await chat(command);
    const second = await chat(command);

    expect(first).toMatchObject({ type: 'error', code: 'busy' });
    expect(second).toMatchObject({ type: 'reply', ok: true, seq: 1, id: 'm1' });
    expect(stored).toHaveLength(1);
  });
});

describe('the fence', () => {
  it('tells an unknown connection that it is not logged in, and then closes it', async () => {
    dynamo.on(UpdateItemCommand).rejects(new SdkError('ConditionalCheckFailedException'));

    expect(await ping()).toBeUndefined();
    expect(gateway.posted()).toMatchObject([{ type: 'error', code: 'not_logged_in', ref: 'r' }]);
    expect(gateway.requests.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });
});
