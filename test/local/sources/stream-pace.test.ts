/** When a stream's batches come, what they are made of and how far it is done, on a clock and a stream of the test's own. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { Checkpoints } from '../../../local/sources/checkpoints';
import type { StreamMapping } from '../../../local/sources/description';
import { PAGE_RECORDS_MAX } from '../../../local/sources/limits';
import { StreamReader } from '../../../local/sources/stream-reader';
import { runStream } from '../../../local/sources/streams';
import { FakeStream } from './fake-stream';
import { type Play, Stage } from './stage';

const MAPPING: StreamMapping = {
  ...{ logicalId: 'Mapping', functionId: 'Fan', tableId: 'Chat', tableName: 'Chat', streamArn: 'arn:stream' },
  ...{ startsAt: 'TRIM_HORIZON', batchSize: 10, windowMs: 0, filters: [], reportsItemFailures: false },
  ...{ retriesMax: Infinity, ageMsMax: Infinity, bisects: false, lanes: 1 },
};

/** "Lambda polls shards … 4 times per second." */
const POLL_MS = 250;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Options {
  readonly play?: Play;
  readonly mapping?: Partial<StreamMapping>;
  readonly stream?: FakeStream;
  readonly checkpoints?: Checkpoints;
}

async function run({ play, mapping = {}, stream = new FakeStream(), checkpoints = new Checkpoints() }: Options = {}) {
  const stage = new Stage(play);
  const described = { ...MAPPING, ...mapping };
  const reader = await StreamReader.open({ api: stream, mapping: described, checkpoints });
  const options = { mapping: described, region: 'us-east-1', reader, onDiscard: () => undefined };
  const running = runStream(stage.context, options);
  const close = async () => {
    stage.stop.abort();
    await running;
  };
  closers.push(close);
  const batches = () => stage.events.map(keysOf);
  return { stage, stream, checkpoints, batches, close, done: () => checkpoints.get('Mapping')?.sequenceNumber };
}

function keysOf(event: unknown): string {
  const { Records } = event as { Records: readonly { dynamodb: { Keys: { pk: { S: string } } } }[] };
  return Records.map(({ dynamodb }) => dynamodb.Keys.pk.S).join('');
}

describe('a stream', () => {
  it('that is written to all the time is read four times a second', async () => {
    const { stage, stream, batches } = await run();
    await stage.clock.advance(1);
    stream.reads = 0;

    for (let ms = 0; ms < 1_000; ms += 10) {
      stream.put('x');
      await stage.clock.advance(10);
    }

    expect(stream.reads).toBe(4);
    expect(batches().join('').length).toBeGreaterThan(70);
  });

  it('that has more than a page holds is read on at once', async () => {
    const stream = FakeStream.of(...Array.from({ length: PAGE_RECORDS_MAX + 1 }, () => 'x'));
    const { stage, batches } = await run({ stream, mapping: { batchSize: 10_000 } });

    await stage.clock.advance(1);

    expect(batches().join('')).toHaveLength(PAGE_RECORDS_MAX + 1);
  });
});

describe('a batch', () => {
  it('comes with the next poll, when there is no window', async () => {
    const { stage, stream, batches } = await run();

    await stage.clock.advance(1);
    stream.put('a');
    await stage.clock.advance(POLL_MS - 2);
    const before = batches();
    await stage.clock.advance(1);

    expect([before, batches()]).toEqual([[], ['a']]);
  });

  it('waits within its window for more, from its first record on', async () => {
    const stream = FakeStream.of('a');
    const { stage, batches } = await run({ stream, mapping: { windowMs: 2_000 } });

    await stage.clock.advance(1_000);
    stream.put('b');
    await stage.clock.advance(999);
    const before = batches();
    await stage.clock.advance(1);

    expect([before, batches()]).toEqual([[], ['ab']]);
  });

  it('does not wait when it is full, and leaves the rest to the next', async () => {
    const stream = FakeStream.of('a', 'b', 'c');
    const { stage, batches } = await run({ stream, mapping: { windowMs: 2_000, batchSize: 2 } });

    await stage.clock.advance(0);
    const full = batches();
    await stage.clock.advance(2_000);

    expect([full, batches()]).toEqual([['ab'], ['ab', 'c']]);
  });

  it('of one key waits for the one before it, and of another, in another lane, does not', async () => {
    const finish: (() => void)[] = [];
    const play = () => new Promise<void>((resolve) => finish.push(resolve));
    const stream = FakeStream.of('a', 'b', 'a');
    const { stage, batches } = await run({ stream, play, mapping: { lanes: 10, batchSize: 1 } });

    await stage.clock.advance(0);
    const first = batches();
    for (const resolve of finish.splice(0)) resolve();
    await stage.clock.advance(0);
    for (const resolve of finish.splice(0)) resolve();

    expect([first, batches()]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'a'],
    ]);
  });
});

describe('the place in a stream', () => {
  it('moves on with what is done, and over what the filters hold back', async () => {
    const { stage, stream, done, batches } = await run({ mapping: { filters: [{ eventName: ['MODIFY'] }] } });

    for (const event of ['INSERT', 'MODIFY', 'INSERT']) stream.put('a', event);
    await stage.clock.advance(POLL_MS);

    expect([batches(), done()]).toEqual([['a'], '3']);
  });

  it('stays before a batch that failed, also when the sources stop', async () => {
    const { stage, stream, done, close } = await run({
      play: (event) => {
        if (keysOf(event).includes('b')) throw new Error();
      },
      mapping: { batchSize: 1 },
    });

    for (const key of ['a', 'b', 'c']) stream.put(key);
    await stage.clock.advance(10_000);
    await close();

    expect(done()).toBe('1');
  });

  /** What a second run gets, after a first one has done `a` and `change` was made. */
  async function afterRestart(change: (stream: FakeStream) => void): Promise<readonly string[]> {
    const [stream, checkpoints] = [FakeStream.of('a'), new Checkpoints()];
    const first = await run({ stream, checkpoints });
    await first.stage.clock.advance(0);
    await first.close();
    change(stream);
    const second = await run({ stream, checkpoints });
    await second.stage.clock.advance(0);
    return second.batches();
  }

  it('is where the next start goes on', async () => {
    expect(await afterRestart((stream) => stream.put('b'))).toEqual(['b']);
  });

  it('counts for nothing once the table has another stream', async () => {
    const change = (stream: FakeStream) => {
      stream.put('b');
      stream.arn = 'arn:engine:another';
    };

    expect(await afterRestart(change)).toEqual(['ab']);
  });

  it('goes on at the oldest record that is left, once its shard is gone', async () => {
    const change = (stream: FakeStream) => {
      stream.split();
      stream.put('b');
      stream.trimmed = 1;
    };

    expect(await afterRestart(change)).toEqual(['b']);
  });
});

describe('a reader', () => {
  it.each([
    ['TRIM_HORIZON', ['abc']],
    ['LATEST', ['c']],
  ] as const)('that starts at %s gets %j of two shards and what comes', async (startsAt, expected) => {
    const stream = new FakeStream();
    stream.put('a');
    stream.split();
    stream.put('b');
    const { stage, batches } = await run({ stream, mapping: { startsAt, windowMs: 1_000 } });

    stream.put('c');
    await stage.clock.advance(2_000);

    expect(batches()).toEqual(expected);
  });

  it('that starts at LATEST does not start later after a restart', async () => {
    const [stream, checkpoints] = [new FakeStream(), new Checkpoints()];
    stream.put('a');
    const first = await run({ stream, checkpoints, mapping: { startsAt: 'LATEST' } });
    await first.close();

    stream.put('b');
    const second = await run({ stream, checkpoints, mapping: { startsAt: 'LATEST' } });
    await second.stage.clock.advance(POLL_MS);

    expect(second.batches()).toEqual(['b']);
  });

  it('goes on with the beginning of the next shard', async () => {
    const { stage, stream, batches } = await run();
    stream.put('a');
    await stage.clock.advance(POLL_MS);

    stream.split();
    stream.put('b');
    await stage.clock.advance(3 * POLL_MS);

    expect(batches()).toEqual(['a', 'b']);
  });

  it('reads no further ahead of a slow function than 10,000 records and a page', async () => {
    const stream = new FakeStream();
    for (let count = 0; count < 13_000; count += 1) stream.put(String(count));
    let finish: () => void = () => undefined;
    const play: Play = (_, call) =>
      call > 1
        ? undefined
        : new Promise<void>((resolve) => {
            finish = resolve;
          });
    const { stage } = await run({ stream, play, mapping: { batchSize: 10_000 } });

    await stage.clock.advance(10_000);
    const whileSlow = stream.given;
    finish();
    await stage.clock.advance(10_000);

    expect(whileSlow).toBe(10_000);
    expect(stream.given).toBe(13_000);
  });
});
