import { describe, expect, it } from '@jest/globals';
import type { QueueDescription, QueueMapping } from '../../../local/sources/description';
import { Queue } from '../../../local/sources/queue';
import { runQueue } from '../../../local/sources/queue-source';
import { describeQueue } from './queues';
import { type Play, Stage } from './stage';

const MAPPING: QueueMapping = {
  ...{ logicalId: 'Mapping', functionId: 'Work', queueId: 'Jobs', queueArn: describeQueue().arn },
  ...{ batchSize: 10, windowMs: 0, filters: [], reportsItemFailures: false, batchesAtOnce: 5 },
};

interface Record {
  readonly messageId: string;
  readonly body: string;
}

function recordsOf(event: unknown): readonly Record[] {
  return (event as { readonly Records: readonly Record[] }).Records;
}

function open(play: Play, mapping: Partial<QueueMapping> = {}, description: Partial<QueueDescription> = {}) {
  const stage = new Stage(play);
  const dead = new Queue(describeQueue(), stage.clock);
  const queue = new Queue(describeQueue(description), stage.clock, () => dead);
  const ended = runQueue(stage.context, { mapping: { ...MAPPING, ...mapping }, queue, region: 'us-east-1' });
  const close = () => {
    stage.stop.abort();
    return ended;
  };
  const send = (body: string, rest: object = {}) => queue.send({ body, attributes: {}, ...rest });
  const bodies = () => stage.events.map((event) => recordsOf(event).map(({ body }) => body));
  return { stage, queue, dead, close, send, bodies };
}

describe('a queue’s mapping', () => {
  it('gives messages in the form that Lambda documents, and deletes them when all went well', async () => {
    const { stage, queue, close } = open(() => undefined);
    const attributes = { kind: { DataType: 'String', StringValue: 'test' } };
    const { id } = queue.send({ body: 'hello', attributes });

    await stage.clock.advance(0);
    await close();

    expect(recordsOf(stage.events[0])).toEqual([
      {
        messageId: id,
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(Date.UTC(2030, 0, 1)),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: String(Date.UTC(2030, 0, 1)),
        },
        messageAttributes: {
          kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: describeQueue().arn,
        awsRegion: 'us-east-1',
      },
    ]);
    expect(stage.reports[0]).toMatchObject({ routeKey: 'queue Jobs', connectionId: '-', status: 200 });
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('gives a failed batch again after the visibility timeout, until the dead-letter queue takes it', async () => {
    const { stage, dead, close, send } = open(
      () => {
        throw new Error();
      },
      {},
      { redrive: { arn: 'arn:dead', receivesMax: 2 } },
    );
    send('poison');

    await stage.clock.advance(120_000);
    await close();

    expect(stage.calledAt.map((at) => at - Date.UTC(2030, 0, 1))).toEqual([0, 30_000]);
    expect(dead.counts().visible).toBe(1);
  });

  it('deletes what was not reported as failed', async () => {
    const { stage, queue, close, send, bodies } = open(
      (event, call) => {
        const bad = recordsOf(event).filter(({ body }) => call === 1 && body === 'bad');
        return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
      { reportsItemFailures: true, windowMs: 1_000, batchesAtOnce: 1 },
    );
    for (const body of ['a', 'bad', 'b']) send(body);

    await stage.clock.advance(60_000);
    await close();

    expect(bodies()).toEqual([['a', 'bad', 'b'], ['bad']]);
    expect(queue.counts().inFlight).toBe(0);
  });

  it('keeps the whole batch when what is reported makes no sense', async () => {
    const { stage, queue, close, send } = open(() => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] }), {
      reportsItemFailures: true,
    });
    send('a');

    await stage.clock.advance(0);
    await close();

    expect(queue.counts().inFlight).toBe(1);
  });

  it('waits for a full batch within its window', async () => {
    const { stage, close, send, bodies } = open(() => undefined, { batchSize: 3, windowMs: 5_000, batchesAtOnce: 1 });
    send('a');
    await stage.clock.advance(4_000);
    send('b');
    await stage.clock.advance(500);
    const before = bodies();
    await stage.clock.advance(500);
    const atItsEnd = bodies();
    for (const body of ['c', 'd', 'e']) send(body);
    await stage.clock.advance(0);
    await close();

    expect(before).toEqual([]);
    expect(atItsEnd).toEqual([['a', 'b']]);
    expect(bodies()[1]).toEqual(['c', 'd', 'e']);
  });

  it('does not wait when the batch is full, nor takes more than fit', async () => {
    const { stage, close, send, bodies } = open(() => undefined, { batchSize: 3, windowMs: 5_000, batchesAtOnce: 1 });
    for (const body of ['a', 'b']) send(body);
    await stage.clock.advance(1_000);

    for (const body of ['c', 'd', 'e']) send(body);
    await stage.clock.advance(0);
    const atOnce = bodies();
    await stage.clock.advance(5_000);
    await close();

    expect(atOnce).toEqual([['a', 'b', 'c']]);
    expect(bodies()).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('gives no batch of more than 6 MB, and does not wait where no more would fit', async () => {
    const { stage, close, send, bodies } = open(() => undefined, { batchSize: 100, windowMs: 5_000, batchesAtOnce: 1 });
    for (let count = 0; count < 12; count += 1) send('x'.repeat(1_048_576));
    const lengths = () => bodies().map(({ length }) => length);

    await stage.clock.advance(0);
    const atOnce = lengths();
    await stage.clock.advance(5_000);
    await close();

    expect([atOnce, lengths()]).toEqual([
      [5, 5],
      [5, 5, 2],
    ]);
  });

  it('drops what its filters do not let through, looking into bodies of JSON', async () => {
    const { stage, queue, close, send, bodies } = open(() => undefined, {
      filters: [{ body: { kind: ['wanted'] } }, { body: [{ prefix: 'text' }] }],
    });
    for (const body of ['{"kind":"wanted"}', '{"kind":"other"}', 'text', 'junk']) send(body);

    await stage.clock.advance(0);
    await close();

    expect(bodies().flat()).toEqual(['{"kind":"wanted"}', 'text']);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('keeps the order of each FIFO group, and runs groups side by side', async () => {
    const finish: (() => void)[] = [];
    const { stage, close, send, bodies } = open(
      () => new Promise<void>((resolve) => finish.push(resolve)),
      { batchSize: 1 },
      { isFifo: true },
    );
    for (const body of ['a1', 'a2', 'b1', 'a3']) send(body, { groupId: body.charAt(0), deduplicationId: body });

    await stage.clock.advance(0);
    const atFirst = bodies().flat();
    for (let turn = 0; turn < 3; turn += 1) {
      for (const resolve of finish.splice(0)) resolve();
      await stage.clock.advance(0);
    }
    await close();

    expect(atFirst).toEqual(['a1', 'b1']);
    expect(bodies().flat()).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('waits, when it stops, for what runs', async () => {
    let finish: (() => void) | undefined;
    const { stage, queue, close, send } = open(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    send('a');
    await stage.clock.advance(0);

    let isClosed = false;
    const closed = close().then(() => {
      isClosed = true;
    });
    await stage.clock.advance(0);
    const wasClosed = isClosed;
    finish?.();
    await closed;

    expect(wasClosed).toBe(false);
    expect(queue.counts().inFlight).toBe(0);
  });
});
