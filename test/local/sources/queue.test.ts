import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { QueueDescription } from '../../../local/sources/description';
import { Queue } from '../../../local/sources/queue';
import { systemAttributes } from '../../../local/sources/queue-answers';
import { FakeClock } from './fake-clock';
import { describeQueue } from './queues';

const { signal } = new AbortController();

function open(properties: Partial<QueueDescription> = {}) {
  const clock = new FakeClock(1_000);
  const dead = new Queue(
    describeQueue({ logicalId: 'Dead', arn: 'arn:dead', isFifo: properties.isFifo ?? false }),
    clock,
  );
  const queue = new Queue(describeQueue(properties), clock, () => dead);
  const bodies = async (max = 10, from = queue) => (await from.receive({ max, signal })).map(({ sent }) => sent.body);
  const send = (body: string, rest: object = {}) => queue.send({ body, attributes: {}, ...rest });
  return { clock, queue, dead, bodies, send };
}

describe('a queue', () => {
  it('hides what was received until the visibility timeout ends', async () => {
    const { clock, bodies, send, queue } = open();
    send('a');
    send('b');

    const first = await bodies(1);
    const second = await bodies();
    const third = await bodies();
    const inFlight = queue.counts();
    await clock.advance(29_999);
    const before = await bodies();
    await clock.advance(1);
    const after = await bodies();

    expect([first, second, third, before, after]).toEqual([['a'], ['b'], [], [], ['a', 'b']]);
    expect(inFlight).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
  });

  it('hides a message for as long as the receiver asked for, instead', async () => {
    const { clock, queue, bodies, send } = open();
    send('a');

    await queue.receive({ max: 1, visibilityMs: 5_000, signal });
    await clock.advance(4_999);
    const before = await bodies();
    await clock.advance(1);

    expect([before, await bodies()]).toEqual([[], ['a']]);
  });

  it('gives no more bytes than were asked for, but always one message', async () => {
    const { queue, send } = open();
    for (const body of ['aaaa', 'bb', 'bb', 'c']) send(body);
    const take = async (bytesMax: number) =>
      (await queue.receive({ max: 10, bytesMax, signal })).map(({ sent }) => sent.body);

    expect([await take(3), await take(4), await take(4)]).toEqual([['aaaa'], ['bb', 'bb'], ['c']]);
  });

  it('remembers when a message was received first', async () => {
    const { clock, queue, send } = open();
    send('a');

    await queue.receive({ max: 1, signal });
    await clock.advance(30_000);
    const [again] = await queue.receive({ max: 1, signal });

    expect([again?.firstReceivedAt, again?.sentAt, clock.now()]).toEqual([1_000, 1_000, 31_000]);
  });

  it('deletes by the newest receipt only', async () => {
    const { clock, queue, send } = open();
    send('a');
    const [first] = await queue.receive({ max: 1, signal });
    const old = first?.receiptHandle ?? '';
    await clock.advance(30_000);
    const [again] = await queue.receive({ max: 1, signal });

    queue.delete(old);
    const kept = queue.counts();
    queue.delete(again?.receiptHandle ?? '');

    expect(kept.inFlight).toBe(1);
    expect(queue.counts().inFlight).toBe(0);
    expect(again?.receiveCount).toBe(2);
  });

  it('shows a message again when its visibility is changed to nothing', async () => {
    const { queue, bodies, send } = open();
    send('a');
    const [message] = await queue.receive({ max: 1, signal });

    const changed = queue.changeVisibility(message?.receiptHandle ?? '', 0);
    const changedAgain = queue.changeVisibility(message?.receiptHandle ?? '', 0);

    expect([changed, changedAgain]).toEqual([true, false]);
    expect(await bodies()).toEqual(['a']);
  });

  it('delays a message, by its own delay or by the queue’s', async () => {
    const { clock, queue, bodies, send } = open({ delayMs: 5_000 });
    send('a');
    send('b', { delayMs: 0 });

    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
    expect(await bodies()).toEqual(['b']);
    await clock.advance(5_000);
    expect(await bodies()).toEqual(['a']);
  });

  it('forgets a message after the retention period', async () => {
    const { clock, bodies, send } = open({ retentionMs: 60_000 });
    send('a');

    await clock.advance(60_000);

    expect(await bodies()).toEqual([]);
  });

  it('moves a message to the dead-letter queue instead of giving it once too often', async () => {
    const { clock, bodies, send, dead } = open({ redrive: { arn: 'arn:dead', receivesMax: 2 } });
    const { id } = send('poison');

    const given = [];
    for (let turn = 0; turn < 3; turn += 1) {
      given.push(await bodies());
      await clock.advance(30_000);
    }
    const [buried] = await dead.receive({ max: 1, signal });

    expect(given).toEqual([['poison'], ['poison'], []]);
    expect(buried).toMatchObject({ id, sourceArn: describeQueue().arn, receiveCount: 1 });
  });

  it('moves nothing that somebody is still working on', async () => {
    const { clock, queue, dead, send, bodies } = open({ redrive: { arn: 'arn:dead', receivesMax: 1 } });
    send('a');
    const [working] = await queue.receive({ max: 1, signal });

    await clock.advance(29_999);
    await bodies();
    const whileInFlight = dead.counts().visible;
    queue.delete(working?.receiptHandle ?? '');
    await clock.advance(1);
    await bodies();

    expect([whileInFlight, dead.counts().visible]).toEqual([0, 0]);
  });

  it('keeps a message’s age in the dead-letter queue, and counts its receives on', async () => {
    const clock = new FakeClock(1_000);
    const last = new Queue(describeQueue({ logicalId: 'Last', retentionMs: 100_000 }), clock);
    const redrive = (receivesMax: number) => ({ redrive: { arn: 'arn:next', receivesMax } });
    const middle = new Queue(describeQueue({ logicalId: 'Middle', ...redrive(1) }), clock, () => last);
    const first = new Queue(describeQueue(redrive(2)), clock, () => middle);
    first.send({ body: 'a', attributes: {} });

    const counts: unknown[] = [];
    for (const queue of [first, first, first, middle, middle, last]) {
      for (const message of await queue.receive({ max: 1, signal })) {
        counts.push(systemAttributes(message).ApproximateReceiveCount);
      }
      await clock.advance(queue.counts().inFlight * 30_000);
    }
    const kept = last.counts();

    expect(counts).toEqual(['1', '2', '3', '4']);
    // Received 30 s ago, and gone already, for it was sent 120 s ago.
    expect(kept).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it.each<[string, (queue: Queue, receipt: string) => void]>([
    ['is made visible', (queue, receipt) => queue.changeVisibility(receipt, 0)],
    ['is made visible sooner', (queue, receipt) => queue.changeVisibility(receipt, 500)],
  ])('gives a message that %s to whoever waits', async (_, change) => {
    const { clock, queue, send } = open();
    send('a');
    const [message] = await queue.receive({ max: 1, signal });
    const waiting = queue.receive({ max: 1, waitMs: 1_000, signal });
    await clock.advance(100);

    change(queue, message?.receiptHandle ?? '');
    await clock.advance(899);
    let received: readonly unknown[] = [];
    void waiting.then((messages) => {
      received = messages;
    });
    await clock.advance(0);

    expect(received).toHaveLength(1);
  });

  it('waits for a message for as long as it is asked to', async () => {
    const { clock, queue, send } = open();
    const waiting = queue.receive({ max: 1, waitMs: 20_000, signal });
    const patient = queue.receive({ max: 1, waitMs: 20_000, signal });

    await clock.advance(10_000);
    send('late');
    await clock.advance(10_000);

    expect((await waiting).map(({ sent }) => sent.body)).toEqual(['late']);
    expect(await patient).toEqual([]);
  });

  it('gives nothing to whoever stopped waiting', async () => {
    const { queue, bodies, send } = open();
    const gone = new AbortController();
    const waiting = queue.receive({ max: 1, waitMs: 20_000, signal: gone.signal });

    gone.abort();
    const received = await waiting;
    send('a');

    expect(received).toEqual([]);
    expect(await bodies()).toEqual(['a']);
  });
});

describe('a FIFO queue', () => {
  const fifo = { isFifo: true };

  it('holds back the rest of a group while one of its messages is in flight', async () => {
    const { queue, bodies, send } = open(fifo);
    for (const body of ['a1', 'a2', 'b1']) send(body, { groupId: body.charAt(0), deduplicationId: body });

    const [a1] = await queue.receive({ max: 1, signal });
    const others = await bodies();
    queue.delete(a1?.receiptHandle ?? '');

    expect(a1?.sent.body).toBe('a1');
    expect(others).toEqual(['b1']);
    expect(await bodies()).toEqual(['a2']);
  });

  it('gives the rest of a group to whoever waits, as soon as the message ahead is deleted', async () => {
    const { clock, queue, send } = open(fifo);
    for (const body of ['a1', 'a2']) send(body, { groupId: 'a', deduplicationId: body });
    const [a1] = await queue.receive({ max: 1, signal });
    let received: readonly string[] = [];
    void queue.receive({ max: 1, waitMs: 1_000, signal }).then((messages) => {
      received = messages.map(({ sent }) => sent.body);
    });
    await clock.advance(100);

    queue.delete(a1?.receiptHandle ?? '');
    await clock.advance(0);

    expect(received).toEqual(['a2']);
  });

  it('keeps a duplicate out for five minutes, and answers it as the first', async () => {
    const { clock, queue, send } = open(fifo);
    const first = send('a', { groupId: 'g', deduplicationId: 'x' });

    await clock.advance(299_999);
    const again = send('other', { groupId: 'g', deduplicationId: 'x' });
    await clock.advance(1);
    const later = send('a', { groupId: 'g', deduplicationId: 'x' });

    expect(again).toBe(first);
    expect(later.id).not.toBe(first.id);
    expect(queue.counts().visible).toBe(2);
    expect(Number(later.sequenceNumber)).toBeGreaterThanOrEqual(Number(first.sequenceNumber));
  });

  it('goes on with a group behind a message that went to the dead-letter queue', async () => {
    const { clock, bodies, send, dead } = open({ ...fifo, redrive: { arn: 'arn:dead', receivesMax: 1 } });
    for (const body of ['a1', 'a2']) send(body, { groupId: 'a', deduplicationId: body });

    const first = await bodies(1);
    await clock.advance(30_000);
    const second = await bodies(1);

    expect([first, second]).toEqual([['a1'], ['a2']]);
    expect(await bodies(10, dead)).toEqual(['a1']);
  });

  it('never gives a message before an earlier one of its group was deleted', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('delete' as const), nth: fc.nat({ max: 5 }) }),
      fc.record({ kind: fc.constant('advance' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, queue, send } = open(fifo);
        const alive: { id: string; group: string }[] = [];
        let held = new Map<string, string>();
        for (const [index, action] of steps.entries()) {
          if (action.kind === 'send') {
            const { id } = send('x', { groupId: action.group, deduplicationId: String(index) });
            alive.push({ id, group: action.group });
          } else if (action.kind === 'receive') {
            for (const { id, sent, receiptHandle } of await queue.receive({ max: action.max, signal })) {
              // Everything ahead of it in its group came in this very answer, or is no more.
              const ahead = alive.filter(({ group }) => group === sent.groupId).map((one) => one.id);
              const before = ahead.slice(0, ahead.indexOf(id));
              expect(before.every((other) => held.has(other))).toBe(true);
              held.set(id, receiptHandle);
            }
          } else if (action.kind === 'delete') {
            const [id, receipt] = [...held][action.nth] ?? [];
            if (id === undefined || receipt === undefined) continue;
            queue.delete(receipt);
            held.delete(id);
            alive.splice(
              alive.findIndex((one) => one.id === id),
              1,
            );
          } else {
            await clock.advance(30_000);
            held = new Map();
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
