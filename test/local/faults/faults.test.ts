import { describe, expect, it } from '@jest/globals';
import type { FaultName } from '../../../local/faults/fault-options';
import { Faults } from '../../../local/faults/faults';

const faultsWith = (probabilities: Partial<Record<FaultName, number>>, seed = 1) =>
  new Faults({ seed, probabilities: new Map(Object.entries(probabilities) as [FaultName, number][]) });

const times = <T>(count: number, act: () => T) => Array.from({ length: count }, act);
const WRITE = { isOfFunction: true, isWrite: true, canConflict: true };

describe('decisions', () => {
  it('are the same for the same seed, and others for another', () => {
    const decide = (seed: number) => {
      const faults = faultsWith({ 'gone.false': 0.5 }, seed);
      return times(64, () => faults.isFalselyGone());
    };

    expect(decide(1)).toEqual(decide(1));
    expect(decide(1)).not.toEqual(decide(2));
  });

  it('of one fault are not shifted by another', () => {
    const alone = faultsWith({ 'post.lost': 0.5 });
    const together = faultsWith({ 'post.lost': 0.5, 'dynamodb.throttle': 0.5, 'gone.false': 0.5 });

    const first = times(64, () => alone.post());
    const second = times(64, () => {
      together.databaseRequest(WRITE);
      together.isFalselyGone();
      return together.post();
    });

    expect(second).toEqual(first);
  });

  it('of one fault are not shifted by another that is chosen in its place', () => {
    const kinds = (probabilities: Partial<Record<FaultName, number>>) => {
      const faults = faultsWith(probabilities);
      return times(64, () => faults.databaseRequest(WRITE)?.kind);
    };
    const alone = kinds({ 'dynamodb.conflict': 0.5 });
    const together = kinds({ 'dynamodb.conflict': 0.5, 'dynamodb.throttle': 0.5 });

    expect(new Set(together)).toEqual(new Set([undefined, 'conflict', 'throttle']));
    together.forEach((kind, index) => {
      if (kind !== 'throttle') expect(kind).toBe(alone[index]);
    });
  });

  it('that strike at a low probability strike at a higher one, too', () => {
    const struck = (probability: number) => {
      const faults = faultsWith({ 'gone.false': probability });
      return times(200, () => faults.isFalselyGone());
    };
    const often = struck(0.6);

    struck(0.2).forEach((isStruck, index) => {
      if (isStruck) expect(often[index]).toBe(true);
    });
  });

  it.each([0, 0.1, 0.9, 1])('strike with probability %p', (probability) => {
    const faults = faultsWith({ 'lambda.throttle': probability });

    const struck = times(20_000, () => faults.isThrottled()).filter(Boolean).length;

    expect(Math.abs(struck / 20_000 - probability)).toBeLessThan(probability % 1 === 0 ? 1e-9 : 0.01);
    expect(faults.report()).toEqual({ seed: 1, 'lambda.throttle': { probability, asked: 20_000, struck } });
  });

  it('of a fault that is off are never asked', () => {
    const faults = faultsWith({});

    expect(faults.post()).toBe('deliver');
    expect(faults.databaseRequest(WRITE)).toBeUndefined();
    expect(faults.report()).toEqual({ seed: 1 });
  });
});

describe('a database request', () => {
  const all = { 'lambda.crash': 1, 'dynamodb.conflict': 1, 'dynamodb.ambiguous': 1 } as const;

  it('of a person never crashes a function', () => {
    expect(faultsWith(all).databaseRequest({ ...WRITE, isOfFunction: false })).toMatchObject({ kind: 'conflict' });
  });

  it('that reads is neither in conflict nor ambiguous', () => {
    const read = { isOfFunction: false, isWrite: false, canConflict: false };

    expect(faultsWith(all).databaseRequest(read)).toBeUndefined();
  });

  it('crashes before or after, and throttles in both of DynamoDB’s ways', () => {
    const crashing = faultsWith({ 'lambda.crash': 1 });
    const throttling = faultsWith({ 'dynamodb.throttle': 1 });

    expect(new Set(times(32, () => Object(crashing.databaseRequest(WRITE)).when))).toEqual(
      new Set(['before', 'after']),
    );
    expect(new Set(times(32, () => Object(throttling.databaseRequest(WRITE)).error))).toEqual(
      new Set(['ProvisionedThroughputExceededException', 'ThrottlingException']),
    );
  });
});

describe('a $disconnect', () => {
  /** Runs disconnects with a timer that remembers instead of waiting. */
  async function delaysOf(probabilities: Partial<Record<FaultName, number>>): Promise<number[][]> {
    const delays: number[][] = [];
    for (let seed = 0; seed < 50; seed += 1) {
      const own: number[] = [];
      let waited = 0;
      const options = { seed, probabilities: new Map(Object.entries(probabilities) as [FaultName, number][]) };
      const faults = new Faults(options, (callback, ms) => {
        waited = ms;
        queueMicrotask(callback);
        return () => undefined;
      });
      await faults.disconnect(async () => own.push(waited));
      delays.push(own);
    }
    return delays;
  }

  it('that is lost never runs', async () => {
    expect((await delaysOf({ 'disconnect.lost': 1, 'disconnect.twice': 1 })).flat()).toEqual([]);
  });

  it('that is late runs once, 1 to 10 seconds later', async () => {
    const delays = (await delaysOf({ 'disconnect.late': 1 })).map(([only, ...more]) => [only ?? 0, more.length]);

    for (const [delay = 0, more] of delays) {
      expect(more).toBe(0);
      expect(delay).toBeGreaterThanOrEqual(1_000);
      expect(delay).toBeLessThanOrEqual(10_000);
    }
    expect(new Set(delays.map(([delay]) => delay)).size).toBeGreaterThan(20);
  });

  it('that runs twice does so at once or up to 3 seconds apart', async () => {
    const delays = await delaysOf({ 'disconnect.twice': 1 });

    expect(delays.every(({ length }) => length === 2)).toBe(true);
    expect(delays.some(([, second = 0]) => second === 0)).toBe(true);
    expect(Math.max(...delays.flat())).toBeGreaterThan(1_000);
    expect(Math.max(...delays.flat())).toBeLessThanOrEqual(3_000);
  });

  it('that waits runs at once when the gateway shuts down', async () => {
    const called: string[] = [];
    const options = { seed: 1, probabilities: new Map([['disconnect.late', 1]] as const) };
    const faults = new Faults(options, () => () => called.push('cancelled'));
    const done = faults.disconnect(async () => called.push('delivered'));

    faults.hurry();
    await done;
    await faults.disconnect(async () => called.push('delivered, too'));

    expect(called).toEqual(['cancelled', 'delivered', 'delivered, too']);
  });
});
