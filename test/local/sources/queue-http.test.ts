import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Callers } from '../../../local/iam/callers';
import { parsePolicy } from '../../../local/iam/policy';
import { Queue } from '../../../local/sources/queue';
import type { Queues } from '../../../local/sources/queue-api';
import { answerQueueRequest } from '../../../local/sources/queue-http';
import { FakeClock } from './fake-clock';
import { describeQueue } from './queues';

const URL_OF = { jobs: 'http://localhost:3001/000000000000/jobs', fifo: 'http://localhost:3001/000000000000/f.fifo' };

const WHERE = { region: 'us-east-1', accountId: '000000000000' };

/** One function, which may send to one queue and look for it. Whoever signs with another key is a person. */
const FUNCTION_KEY = 'ASIAFUNCTION';
const callers = new Callers(WHERE);
const lambda = {
  ...{ logicalId: 'Fn', functionName: 'Stack-Fn', codeDirectory: '/', handler: 'index.handler' },
  ...{ environment: {}, timeoutMs: 1, memoryMb: 128, roleName: 'Stack-Role' },
  statements: parsePolicy({
    Statement: {
      ...{ Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'] },
      Resource: 'arn:aws:sqs:us-east-1:000000000000:jobs',
    },
  }),
};
callers.watch(lambda).started({ accessKeyId: FUNCTION_KEY, close: async () => undefined });

let server: Server;
let queues: Queues = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    if (!answerQueueRequest({ queues, callers, where: WHERE }, request, response)) response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  const clock = new FakeClock(1_700_000_000_000);
  const redrive = { arn: 'arn:dead', receivesMax: 3 };
  queues = [
    new Queue(describeQueue({ bytesMax: 2_000, redrive }), clock),
    new Queue(
      describeQueue({ queueName: 'f.fifo', url: URL_OF.fifo, isFifo: true, deduplicatesByContent: true }),
      clock,
    ),
  ];
});

async function send(operation: string, body: unknown, accessKeyId = 'AKIAPERSON') {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/us-east-1/sqs/aws4_request, Signature=x`,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    error: response.headers.get('x-amzn-query-error'),
    body: JSON.parse(await response.text()),
  };
}

async function call(operation: string, request: object) {
  const { status, body } = await send(operation, { QueueUrl: URL_OF.jobs, ...request });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

describe('the API of SQS', () => {
  it('sends, receives and deletes, with the digests that SDKs check', async () => {
    // The digest of the attributes is known from elsewhere, not taken from this code.
    const MessageAttributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } };
    const sent = await call('SendMessage', { MessageBody: 'hello', MessageAttributes });
    const request = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] };
    const received = await call('ReceiveMessage', request);
    const ReceiptHandle = received.Messages[0].ReceiptHandle;
    const deleted = await call('DeleteMessage', { ReceiptHandle });
    const { Attributes } = await call('GetQueueAttributes', { AttributeNames: ['All'] });

    expect(sent).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592',
      MD5OfMessageAttributes: '235c5c510d26fb653d073faed50ae77c',
    });
    expect(received.Messages).toEqual([
      {
        MessageId: sent.MessageId,
        ReceiptHandle,
        MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
        Body: 'hello',
        Attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: '1700000000000',
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: '1700000000000',
        },
        MessageAttributes,
        MD5OfMessageAttributes: '235c5c510d26fb653d073faed50ae77c',
      },
    ]);
    expect(deleted).toEqual({});
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it('gives only the attributes that are asked for, and no list when there is no message', async () => {
    const MessageAttributes = {
      'a.x': { DataType: 'String', StringValue: '1' },
      b: { DataType: 'Binary', BinaryValue: 'aGk=' },
    };
    await call('SendMessage', { MessageBody: 'x', MessageAttributes });

    const { Messages } = await call('ReceiveMessage', {
      AttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['a.*'],
    });

    expect(Messages[0].Attributes).toEqual({ SentTimestamp: '1700000000000' });
    expect(Messages[0].MessageAttributes).toEqual({ 'a.x': { DataType: 'String', StringValue: '1' } });
    expect(await call('ReceiveMessage', {})).toEqual({});
  });

  it('does a batch entry by entry', async () => {
    const Entries = [
      { Id: 'a', MessageBody: 'one' },
      { Id: 'b', MessageBody: 'x'.repeat(2_001) },
      { Id: 'c', MessageBody: 'y'.repeat(2_000) },
    ];

    const sent = await call('SendMessageBatch', { Entries });
    const { Messages } = await call('ReceiveMessage', { MaxNumberOfMessages: 10 });
    const ids = Messages.map(({ ReceiptHandle }: { ReceiptHandle: string }, n: number) => ({
      Id: `m${n}`,
      ReceiptHandle,
    }));
    const deleted = await call('DeleteMessageBatch', { Entries: [...ids, { Id: 'z', ReceiptHandle: 'nonsense' }] });

    expect(sent.Successful.map(({ Id }: { Id: string }) => Id)).toEqual(['a', 'c']);
    expect(sent.Failed).toEqual([
      { Id: 'b', SenderFault: true, Code: 'InvalidParameterValue', Message: expect.stringContaining('2000 bytes') },
    ]);
    expect(deleted.Successful).toEqual([{ Id: 'm0' }, { Id: 'm1' }]);
    expect(deleted.Failed).toMatchObject([{ Id: 'z', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('changes a message’s visibility', async () => {
    await call('SendMessage', { MessageBody: 'x' });
    const { Messages } = await call('ReceiveMessage', { VisibilityTimeout: 100 });

    await call('ChangeMessageVisibility', { ReceiptHandle: Messages[0].ReceiptHandle, VisibilityTimeout: 0 });

    expect((await call('ReceiveMessage', {})).Messages).toHaveLength(1);
  });

  it('names queues, describes them and empties them', async () => {
    await call('SendMessage', { MessageBody: 'x' });
    await call('PurgeQueue', {});

    expect(await call('GetQueueUrl', { QueueName: 'jobs' })).toEqual({ QueueUrl: URL_OF.jobs });
    expect(await call('ListQueues', {})).toEqual({ QueueUrls: [URL_OF.jobs, URL_OF.fifo] });
    const { Attributes } = await call('GetQueueAttributes', { AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
      ApproximateNumberOfMessages: '0',
      VisibilityTimeout: '30',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:dead","maxReceiveCount":3}',
    });
  });

  it('deduplicates by content in a FIFO queue that says so', async () => {
    const request = { QueueUrl: URL_OF.fifo, MessageBody: 'x', MessageGroupId: 'g' };
    const first = await call('SendMessage', request);
    const again = await call('SendMessage', request);
    const { Messages } = await call('ReceiveMessage', {
      ...{ QueueUrl: URL_OF.fifo, MaxNumberOfMessages: 10, AttributeNames: ['MessageGroupId', 'SequenceNumber'] },
    });

    expect(again).toEqual(first);
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(Messages).toHaveLength(1);
    expect(Messages[0].Attributes).toEqual({ MessageGroupId: 'g', SequenceNumber: first.SequenceNumber });
  });

  it.each([
    ['SendMessage', { QueueUrl: 'http://x/0/none', MessageBody: 'x' }, 'AWS.SimpleQueueService.NonExistentQueue'],
    ['GetQueueUrl', { QueueName: 'none' }, 'AWS.SimpleQueueService.NonExistentQueue'],
    ['SendMessage', { QueueUrl: URL_OF.jobs, MessageBody: '' }, 'MissingParameter'],
    ['SendMessage', { MessageBody: 'x' }, 'MissingParameter'],
    ['SendMessage', { QueueUrl: URL_OF.jobs, MessageBody: '\u0000' }, 'InvalidMessageContents'],
    ['SendMessage', { QueueUrl: URL_OF.jobs, MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['SendMessage', { QueueUrl: URL_OF.jobs, MessageBody: 'x', MessageDeduplicationId: 'd' }, 'InvalidParameterValue'],
    ['SendMessage', { QueueUrl: URL_OF.fifo, MessageBody: 'x' }, 'MissingParameter'],
    ['ReceiveMessage', { QueueUrl: URL_OF.jobs, MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
    ['ReceiveMessage', { QueueUrl: URL_OF.jobs, WaitTimeSeconds: 21 }, 'InvalidParameterValue'],
    ['DeleteMessage', { QueueUrl: URL_OF.jobs, ReceiptHandle: 'x' }, 'ReceiptHandleIsInvalid'],
    ['SendMessageBatch', { QueueUrl: URL_OF.jobs, Entries: [] }, 'AWS.SimpleQueueService.EmptyBatchRequest'],
    [
      'DeleteMessageBatch',
      { QueueUrl: URL_OF.jobs, Entries: [{ Id: 'a' }, { Id: 'a' }] },
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    ],
    [
      'SendMessageBatch',
      { QueueUrl: URL_OF.jobs, Entries: Array.from({ length: 11 }, (_, n) => ({ Id: String(n), MessageBody: 'x' })) },
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    ],
    ['CreateQueue', { QueueName: 'new' }, 'AWS.SimpleQueueService.UnsupportedOperation'],
    ['toString', {}, 'AWS.SimpleQueueService.UnsupportedOperation'],
    ['SendMessage', '{', 'SerializationException'],
  ])('refuses %s %j', async (operation, request, code) => {
    const { status, error, body } = await send(operation, request);

    expect([status, error]).toEqual([400, `${code};Sender`]);
    expect(body).toEqual({
      __type: expect.stringMatching(/^com\.amazon(aws\.sqs|\.coral\.service)#\w+$/),
      message: expect.any(String),
    });
  });

  it.each([
    ['SendMessage', { QueueUrl: URL_OF.jobs, MessageBody: 'x' }],
    ['SendMessageBatch', { QueueUrl: URL_OF.jobs, Entries: [{ Id: 'a', MessageBody: 'x' }] }],
    ['GetQueueUrl', { QueueName: 'jobs' }],
  ])('lets a function do what its role allows: %s', async (operation, request) => {
    expect((await send(operation, request, FUNCTION_KEY)).status).toBe(200);
  });

  it.each([
    ['SendMessage', { QueueUrl: URL_OF.fifo, MessageBody: 'x' }, 'sqs:SendMessage', 'f.fifo'],
    ['ReceiveMessage', { QueueUrl: URL_OF.jobs }, 'sqs:ReceiveMessage', 'jobs'],
    ['DeleteMessageBatch', { QueueUrl: URL_OF.jobs }, 'sqs:DeleteMessage', 'jobs'],
    ['GetQueueUrl', { QueueName: 'other' }, 'sqs:GetQueueUrl', 'other'],
    ['ListQueues', {}, 'sqs:ListQueues', '*'],
  ])('refuses a function what its role does not allow: %s %j', async (operation, request, action, queue) => {
    const { status, error, body } = await send(operation, request, FUNCTION_KEY);

    expect([status, error]).toEqual([403, 'AccessDenied;Sender']);
    expect(body.__type).toBe('com.amazon.coral.service#AccessDeniedException');
    const resource = queue === '*' ? '*' : `arn:aws:sqs:us-east-1:000000000000:${queue}`;
    expect(body.message).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/Stack-Role/Stack-Fn is not authorized to perform: ' +
        `${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    );
  });

  it('leaves requests of other services alone', async () => {
    const { port } = server.address() as AddressInfo;

    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' });

    expect(response.status).toBe(404);
  });
});
