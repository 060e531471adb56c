import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchedule } from '../../../local/sources/schedule-expression';

/** The next `count` times, as text. */
function times(expression: string, from: string, count: number): readonly string[] {
  const next = parseSchedule(expression, Date.parse(from));
  const found: string[] = [];
  let at: number | undefined = Date.parse(from);
  for (let index = 0; index < count && at !== undefined; index += 1) {
    at = next?.(at);
    if (at !== undefined) found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe('a rate', () => {
  it('counts from the start', () => {
    expect(times('rate(5 minutes)', '2030-01-01T00:01:00Z', 2)).toEqual(['2030-01-01T00:06', '2030-01-01T00:11']);
    expect(times('rate(1 hour)', '2030-01-01T00:01:00Z', 1)).toEqual(['2030-01-01T01:01']);
    expect(times('rate(2 days)', '2030-01-01T00:00:00Z', 1)).toEqual(['2030-01-03T00:00']);
  });

  it.each(['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'rate(5 seconds)', 'rate(minute)', 'every(1 day)'])(
    'is refused as %s',
    (expression) => {
      expect(parseSchedule(expression, 0)).toBeUndefined();
    },
  );
});

describe('at', () => {
  it('fires once', () => {
    expect(times('at(2030-06-01T12:00:00)', '2030-01-01T00:00:00Z', 3)).toEqual(['2030-06-01T12:00']);
    expect(times('at(2029-06-01T12:00:00)', '2030-01-01T00:00:00Z', 1)).toEqual([]);
  });
});

describe('cron', () => {
  it.each([
    ['0 12 * * ? *', ['2030-01-01T12:00', '2030-01-02T12:00']],
    ['0/20 8-9 ? * MON-FRI *', ['2030-01-01T08:00', '2030-01-01T08:20']],
    ['0 0 L * ? *', ['2030-01-31T00:00', '2030-02-28T00:00']],
    ['0 0 29 2 ? *', ['2032-02-29T00:00', '2036-02-29T00:00']],
    ['0 10 ? * 6L *', ['2030-01-25T10:00', '2030-02-22T10:00']],
    ['0 10 ? * TUE#2 *', ['2030-01-08T10:00', '2030-02-12T10:00']],
    ['0 9 5W * ? *', ['2030-01-04T09:00', '2030-02-05T09:00']],
    ['0 9 ? * L *', ['2030-01-05T09:00', '2030-01-12T09:00']],
    ['15,45 0 1 JAN,JUL ? 2030', ['2030-01-01T00:15', '2030-01-01T00:45']],
    ['0 0 1 1 ? 2029', []],
  ])('%s fires as EventBridge does', (fields, expected) => {
    expect(times(`cron(${fields})`, '2030-01-01T00:00:00Z', 2)).toEqual(expected);
  });

  it.each([
    '0 12 * * * *', // one of the day fields must be ?
    '0 12 ? * ? *',
    '60 12 * * ? *',
    '0 24 * * ? *',
    '0 12 * * ?',
    '0 12 * 13 ? *',
    '5-1 12 * * ? *',
    '0 12 ? * 8 *',
    '0/0 12 * * ? *',
  ])('cron(%s) is refused', (fields) => {
    expect(parseSchedule(`cron(${fields})`, 0)).toBeUndefined();
  });

  it('never fires at or before the time it is asked about, and always on a minute that it names', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 1_800_000_000_000, max: 2_500_000_000_000 }),
        (minute, hour, afterMs) => {
          const at = parseSchedule(`cron(${minute} ${hour} * * ? *)`, 0)?.(afterMs) ?? 0;

          expect(at).toBeGreaterThan(afterMs);
          expect(at - afterMs).toBeLessThanOrEqual(86_400_000);
          expect([new Date(at).getUTCHours(), new Date(at).getUTCMinutes(), at % 60_000]).toEqual([hour, minute, 0]);
        },
      ),
    );
  });
});
