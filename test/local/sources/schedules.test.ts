import { describe, expect, it } from '@jest/globals';
import type { ScheduleDescription } from '../../../local/sources/description';
import { runSchedule } from '../../../local/sources/schedules';
import { type Play, Stage } from './stage';

const MINUTE_MS = 60_000;
const WHERE = { region: 'us-east-1', accountId: '000000000000' };

const RULE: ScheduleDescription = {
  logicalId: 'SweepRule',
  arn: 'arn:aws:events:us-east-1:000000000000:rule/Sweep',
  source: 'aws.events',
  expression: 'rate(10 minutes)',
  targets: [{ functionId: 'Sweep' }],
};

function start(play: Play, rule: Partial<ScheduleDescription> = {}) {
  const stage = new Stage(play);
  const ended = runSchedule(stage.context, { ...RULE, ...rule }, WHERE);
  return {
    stage,
    close: () => {
      stage.stop.abort();
      return ended;
    },
  };
}

describe('a schedule', () => {
  it('invokes its function with a scheduled event, at the time of which the event speaks', async () => {
    const { stage, close } = start(() => undefined);

    await stage.clock.advance(20 * MINUTE_MS);
    await close();

    expect(stage.events).toEqual(
      ['2030-01-01T00:10:00Z', '2030-01-01T00:20:00Z'].map((time) => ({
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time,
        region: 'us-east-1',
        resources: [RULE.arn],
        detail: {},
      })),
    );
    expect(stage.reports[0]).toMatchObject({
      routeKey: 'schedule SweepRule',
      connectionId: '-',
      status: 200,
      readUnits: 1,
      writeUnits: 2,
    });
  });

  it('sends each target its own input instead, if it has one', async () => {
    const targets = [
      { functionId: 'Sweep', input: { value: { deep: [1] } } },
      { functionId: 'Sweep', input: { value: null } },
    ];
    const { stage, close } = start(() => undefined, { targets });

    await stage.clock.advance(10 * MINUTE_MS);
    await close();

    expect(stage.events).toEqual([{ deep: [1] }, null]);
  });

  it('tries a failing event twice more, after one minute and two more, with the same event', async () => {
    const { stage, close } = start(() => {
      throw new Error();
    });

    await stage.clock.advance(19 * MINUTE_MS);
    await close();

    expect(stage.calledAt.map((at) => (at - Date.UTC(2030, 0, 1)) / MINUTE_MS)).toEqual([10, 11, 13]);
    expect(new Set(stage.events.map((event) => JSON.stringify(event))).size).toBe(1);
    expect(stage.reports.map(({ status }) => status)).toEqual([502, 502, 502]);
  });

  it('does not count a throttle as a try', async () => {
    const { stage, close } = start((_, call) => {
      if (call <= 4) throw 'TooManyRequestsException';
    });

    await stage.clock.advance(19 * MINUTE_MS);
    await close();

    expect(stage.reports.map(({ status }) => status)).toEqual([429, 429, 429, 429, 200]);
  });

  it('tries a throttled event again for six hours, five minutes apart at the most', async () => {
    const once = { expression: 'at(2030-01-01T00:10:00)', source: 'aws.scheduler' } as const;
    const { stage, close } = start(() => {
      throw 'TooManyRequestsException';
    }, once);

    await stage.clock.advance(24 * 60 * MINUTE_MS);
    await close();

    const pauses = stage.calledAt.slice(1).map((at, index) => at - (stage.calledAt[index] ?? 0));
    const last = (stage.calledAt.at(-1) ?? 0) - Date.UTC(2030, 0, 1, 0, 10);
    expect(Math.max(...pauses)).toBe(5 * MINUTE_MS);
    expect(last).toBeGreaterThan(355 * MINUTE_MS);
    expect(last).toBeLessThan(360 * MINUTE_MS);
  });

  it('does not make up for what a laptop missed that slept', async () => {
    const { stage, close } = start(() => undefined);

    await stage.clock.advance(10 * MINUTE_MS);
    stage.clock.sleep(100 * MINUTE_MS);
    await stage.clock.advance(9 * MINUTE_MS);
    const slept = stage.events.length;
    await stage.clock.advance(MINUTE_MS);
    await close();

    expect([slept, stage.events.length]).toEqual([2, 3]);
  });

  it('overlaps runs that take longer than its period, and waits for them at its end', async () => {
    const finish: (() => void)[] = [];
    const { stage, close } = start(() => new Promise<void>((resolve) => finish.push(resolve)));

    await stage.clock.advance(30 * MINUTE_MS);
    let isClosed = false;
    const closed = close().then(() => {
      isClosed = true;
    });
    await stage.clock.advance(0);
    const wasClosed = isClosed;
    for (const resolve of finish) resolve();
    await closed;

    expect(finish).toHaveLength(3);
    expect(wasClosed).toBe(false);
  });

  it('does not wait for long, and does not call it an error that what still runs is ended', async () => {
    const ends: (() => void)[] = [];
    const { stage, close } = start(async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      throw 'Runtime.ExitError';
    });
    await stage.clock.advance(10 * MINUTE_MS);

    const closed = close();
    await stage.clock.advance(1_000);
    await closed;
    for (const end of ends) end();
    await stage.clock.advance(0);

    expect(ends).toHaveLength(1);
    expect(stage.reports).toEqual([]);
  });

  it('begins nothing after it was stopped, not even a retry', async () => {
    const { stage, close } = start(() => {
      throw new Error();
    });
    await stage.clock.advance(10 * MINUTE_MS);

    await close();
    await stage.clock.advance(60 * MINUTE_MS);

    expect(stage.events).toHaveLength(1);
  });
});
