import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StreamMapping } from '../../../local/sources/description';
import { type Discarded, deliverBatch } from '../../../local/sources/stream-delivery';
import type { StreamRecord } from '../../../local/sources/stream-record';
import { type Play, Stage } from './stage';

const HOUR_MS = 3_600_000;

const MAPPING: StreamMapping = {
  ...{ logicalId: 'Mapping', functionId: 'Fan', tableId: 'Chat', tableName: 'Chat', streamArn: 'arn:stream' },
  ...{ startsAt: 'TRIM_HORIZON', batchSize: 100, windowMs: 0, filters: [], reportsItemFailures: false },
  ...{ retriesMax: Infinity, ageMsMax: Infinity, bisects: false, lanes: 1 },
};

function record(n: number, createdAt = Date.UTC(2030, 0, 1)): StreamRecord {
  return { event: { n }, sequenceNumber: String(n), position: String(n), key: 'k', createdAt };
}

interface Ended {
  readonly stage: Stage;
  readonly calls: readonly (readonly number[])[];
  readonly discarded: readonly Discarded[];
  readonly isDone: boolean | undefined;
}

type PlayRecords = (numbers: readonly number[], call: number) => unknown;

function numbersOf(event: unknown): readonly number[] {
  return (event as { readonly Records: readonly { readonly n: number }[] }).Records.map(({ n }) => n);
}

/** Delivers a batch within two days of the stage's time. */
async function deliver(
  play: PlayRecords,
  batch: readonly StreamRecord[],
  mapping: Partial<StreamMapping> = {},
): Promise<Ended> {
  const playEvent: Play = (event, call) => play(numbersOf(event), call);
  const stage = new Stage(playEvent);
  const discarded: Discarded[] = [];
  let isDone: boolean | undefined;
  const onDiscard = (one: Discarded) => void discarded.push(one);
  const delivered = deliverBatch({ ...stage.context, mapping: { ...MAPPING, ...mapping }, onDiscard }, batch);
  void delivered.then((value) => {
    isDone = value;
  });
  await stage.clock.advance(HOUR_MS);
  stage.stop.abort();
  await delivered;
  return { stage, calls: stage.events.map(numbersOf), discarded, isDone };
}

function failing(...poison: readonly number[]): PlayRecords {
  return (numbers) => {
    if (numbers.some((n) => poison.includes(n))) throw new Error();
  };
}

const FOUR = [1, 2, 3, 4].map((n) => record(n));

describe('a batch', () => {
  it('is one invocation when all goes well, reported under its table', async () => {
    const { calls, isDone, stage } = await deliver(() => 'whatever', FOUR);

    expect(calls).toEqual([[1, 2, 3, 4]]);
    expect(isDone).toBe(true);
    expect(stage.reports[0]).toMatchObject({ routeKey: 'stream Chat', connectionId: '-', status: 200 });
  });

  it('is tried again as a whole, ever later, until the function succeeds', async () => {
    const { calls, stage, isDone } = await deliver((_, call) => {
      if (call < 4) throw new Error();
    }, FOUR);

    expect(calls).toHaveLength(4);
    expect(stage.calledAt.map((at) => at - (stage.calledAt[0] ?? 0))).toEqual([0, 1_000, 3_000, 7_000]);
    expect(isDone).toBe(true);
  });

  it('blocks what is behind it until the sources stop, if it has no bound', async () => {
    const { calls, discarded, isDone } = await deliver(failing(1), FOUR);

    expect(calls.length).toBeGreaterThan(60);
    expect(discarded).toEqual([]);
    expect(isDone).toBe(false);
  });

  it('is given up after its retries', async () => {
    const { calls, discarded, isDone } = await deliver(failing(1), FOUR, { retriesMax: 2 });

    expect(calls).toHaveLength(3);
    expect(discarded).toEqual([{ records: FOUR, condition: 'RetryAttemptsExhausted', invokeCount: 3 }]);
    expect(isDone).toBe(true);
  });

  it('is given up after its first try with no retries', async () => {
    const { calls, discarded } = await deliver(failing(1), FOUR, { retriesMax: 0 });

    expect([calls.length, discarded.length]).toEqual([1, 1]);
  });

  it('is halved until the poison is alone, which alone is given up', async () => {
    const { calls, discarded } = await deliver(failing(3), FOUR, { bisects: true, retriesMax: 1 });

    expect(calls).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]);
    expect(discarded).toEqual([{ records: [record(3)], condition: 'RetryAttemptsExhausted', invokeCount: 2 }]);
  });

  it('begins again at the lowest number that the function reports', async () => {
    const { calls } = await deliver(
      (_, call) => (call === 1 ? { batchItemFailures: [{ itemIdentifier: '4' }, { itemIdentifier: '2' }] } : null),
      FOUR,
      { reportsItemFailures: true },
    );

    expect(calls).toEqual([
      [1, 2, 3, 4],
      [2, 3, 4],
    ]);
  });

  it('is tried again as a whole when what is reported makes no sense', async () => {
    const answers = [
      { batchItemFailures: [{ itemIdentifier: '' }] },
      { batchItemFailures: [{ itemIdentifier: '9' }] },
      { batchItemFailures: [{}] },
      'text',
      { batchItemFailures: [] },
    ];

    const { calls } = await deliver((_, call) => answers[call - 1], FOUR, { reportsItemFailures: true });

    expect(calls).toEqual(answers.map(() => [1, 2, 3, 4]));
  });

  it('is done whatever is returned, unless the mapping reports failures', async () => {
    const { calls } = await deliver(() => ({ batchItemFailures: [{ itemIdentifier: '1' }] }), FOUR);

    expect(calls).toHaveLength(1);
  });

  it('loses records that have become too old, between tries too', async () => {
    const batch = [record(1, Date.UTC(2030, 0, 1) - 59_000), record(2)];

    const { calls, discarded } = await deliver(failing(1), batch, { ageMsMax: 60_000 });

    expect(calls.at(-1)).toEqual([2]);
    expect(discarded).toMatchObject([{ records: [batch[0]], condition: 'RecordAgeExceeded' }]);
  });

  it('says of records that became too old how often they were tried', async () => {
    const { discarded } = await deliver(failing(1), [record(1)], { ageMsMax: 60_000 });

    // Tries at 0, 1, 3, 7, 15, 31 s; at 63 s it is too old.
    expect(discarded).toMatchObject([{ condition: 'RecordAgeExceeded', invokeCount: 6 }]);
  });

  it('lets what is left of a partly done batch count its retries anew', async () => {
    const play: PlayRecords = (_, call) => {
      if (call !== 2) throw new Error();
      return { batchItemFailures: [{ itemIdentifier: '2' }] };
    };

    const { calls, discarded } = await deliver(play, FOUR, { reportsItemFailures: true, retriesMax: 1 });

    expect(calls).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [2, 3, 4],
    ]);
    expect(discarded).toMatchObject([{ records: FOUR.slice(1), invokeCount: 2 }]);
  });

  it('lets both halves go on counting where the whole has failed before', async () => {
    const play: PlayRecords = (_, call) => {
      if (call === 1) return { batchItemFailures: [{ itemIdentifier: '2' }] };
      throw new Error();
    };
    const mapping = { reportsItemFailures: true, bisects: true, retriesMax: 1 };

    const { calls, discarded } = await deliver(play, [...FOUR, record(5)], mapping);

    // The first four calls: the batch, the rest of it, and its first half, bisected again.
    expect(calls).toEqual([[1, 2, 3, 4, 5], [2, 3, 4, 5], [2, 3], [2], [3], [4, 5], [4], [5]]);
    expect(discarded.map(({ invokeCount }) => invokeCount)).toEqual([2, 2, 2, 2]);
  });

  it('does not count a throttle as a try', async () => {
    const { calls, discarded } = await deliver(
      (_, call) => {
        if (call < 4) throw 'TooManyRequestsException';
      },
      FOUR,
      { retriesMax: 0 },
    );

    expect([calls.length, discarded.length]).toEqual([4, 0]);
  });

  it('never hands a record over before the ones ahead of it are done or given up', async () => {
    const poison = fc.uniqueArray(fc.integer({ min: 1, max: 12 }));
    await fc.assert(
      fc.asyncProperty(poison, fc.integer({ min: 1, max: 12 }), fc.boolean(), async (poisonous, size, bisects) => {
        const batch = Array.from({ length: size }, (_, index) => record(index + 1));
        const settled: number[] = [];
        const play: PlayRecords = (numbers) => {
          expect(numbers[0]).toBe(settled.length + 1);
          failing(...poisonous)(numbers, 0);
          settled.push(...numbers);
        };
        const stage = new Stage((event) => play(numbersOf(event), 0));
        const onDiscard = ({ records }: Discarded) =>
          settled.push(...records.map(({ sequenceNumber }) => Number(sequenceNumber)));
        const mapping = { ...MAPPING, bisects, retriesMax: 1 };
        const done = deliverBatch({ ...stage.context, mapping, onDiscard }, batch);
        await stage.clock.advance(HOUR_MS);

        expect(await done).toBe(true);
        expect(settled).toEqual(batch.map(({ sequenceNumber }) => Number(sequenceNumber)));
        expect(stage.reports.filter(({ status }) => status === 502).length > 0).toBe(poisonous.some((n) => n <= size));
      }),
      { numRuns: 30 },
    );
  });
});
