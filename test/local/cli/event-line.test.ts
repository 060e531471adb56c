import { describe, expect, it } from '@jest/globals';
import { displayWidth, padColumns, withoutControls } from '../../../local/cli/display-width';
import { eventLines, isIdleTick } from '../../../local/cli/event-line';
import type { GatewayEvent } from '../../../local/gateway/gateway-event';

const event: GatewayEvent = {
  at: new Date(2026, 10, 23, 9, 5, 7, 42).getTime(),
  routeKey: 'chat',
  connectionId: 'fgqude1hROQhyxU=',
  requestId: 'r',
  userId: '张三',
  status: 200,
  durationMs: 12.34,
  coldStart: false,
  readUnits: 1.5,
  writeUnits: 2,
  databaseRequests: 3,
  logs: [],
};

describe('eventLines', () => {
  it('shows one event in one line', () => {
    expect(eventLines(event)).toBe(
      '09:05:07.042  chat          fgqude1hROQhyxU=  张三          200      12.3 ms  1.5 R 2 W in 3',
    );
  });

  it('keeps the columns in place for names of any script', () => {
    const columnOfStatus = (userId: string) => displayWidth(eventLines({ ...event, userId }).split('200')[0] ?? '');

    expect(columnOfStatus('张三')).toBe(columnOfStatus('zoe'));
    expect(columnOfStatus('홍길동')).toBe(columnOfStatus('anna-maria'));
  });

  it('shows an unbound connection and a cold start', () => {
    const { userId: _, ...unbound } = event;

    const line = eventLines({ ...unbound, coldStart: true });

    expect(line).toMatch(/= {2}- {13}200 .* cold$/);
  });

  it('prints what is not structured beneath, indented, and the error last', () => {
    const logs = [
      { stream: 'stdout', text: '{"level":"info","userId":"a"}' },
      { stream: 'stderr', text: 'one\ntwo\n' },
    ] as const;

    const [, ...beneath] = eventLines({ ...event, status: 502, logs, error: 'Error: no' }).split('\n');

    expect(beneath).toEqual(['    one', '    two', '    Error: no']);
  });

  it('does not show the metrics on a line, nor a line of metrics', () => {
    const metrics = { _aws: { Timestamp: 1, CloudWatchMetrics: [] }, Api: 'Rollcall/ChatApi', Messages: 1 };
    const logs = [
      { level: 'INFO', message: 'answered', ...metrics },
      metrics,
      { level: 'DEBUG', message: 'begun' },
    ].map((line) => ({ stream: 'stdout' as const, text: JSON.stringify(line) }));

    expect(eventLines({ ...event, logs })).toBe(eventLines(event));
  });

  it('prints the fault that a structured line reports, with its stack', () => {
    const fault = { level: 'ERROR', message: 'no', stack: 'Error: no\n    at chat.ts:7' };
    const logs = [{ stream: 'stdout', text: JSON.stringify(fault) }] as const;

    const [, ...beneath] = eventLines({ ...event, logs }).split('\n');

    expect(beneath).toEqual(['    ERROR Error: no', '        at chat.ts:7']);
  });

  it("ends with the application's own word for what came of it, unless that is ok", () => {
    expect(eventLines({ ...event, outcome: 'to_self' })).toMatch(/in 3 +to_self$/);
    expect(eventLines({ ...event, outcome: 'ok' })).toMatch(/in 3$/);
  });

  it('lets no control character of a client reach the terminal', () => {
    const logs = [{ stream: 'stdout', text: '\u001b[2Jgone' }] as const;

    expect(eventLines({ ...event, logs })).not.toContain('\u001b');
    expect(withoutControls('a\u0007b')).toBe('a\u{fffd}b');
  });
});

describe('the line of what no client has sent', () => {
  it('gives its name the room of the connection that it lacks', () => {
    const message = { ...event, userId: 'anna' };
    const source = { ...message, routeKey: 'stream ChatApiChat37CDE5FB', connectionId: '-' };

    expect(eventLines(source).indexOf('200')).toBe(eventLines(message).indexOf('200'));
  });

  const tick = { ...event, routeKey: 'schedule Sweep', connectionId: '-', writeUnits: 0 };
  const info = { stream: 'stdout', text: '{"level":"INFO","message":"swept"}' } as const;
  it.each<[string, boolean, GatewayEvent]>([
    ['a schedule that found nothing to do', true, { ...tick, logs: [info] }],
    ['a schedule that wrote', false, { ...tick, writeUnits: 1 }],
    ['a schedule that failed', false, { ...tick, status: 502 }],
    ['a schedule that printed something', false, { ...tick, logs: [{ stream: 'stdout', text: 'hello' }] }],
    ['a schedule that reported a fault', false, { ...tick, logs: [{ ...info, text: '{"level":"ERROR"}' }] }],
    ['a stream', false, { ...tick, routeKey: 'stream Chat' }],
    ['a message', false, { ...event, writeUnits: 0 }],
  ])('of %s is left out: %s', (_, isLeftOut, told) => {
    expect(isIdleTick(told)).toBe(isLeftOut);
  });
});

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['张三', 4],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['🦀', 2],
    ['', 0],
  ])('of %s is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('pads by columns, and cuts nothing', () => {
    expect(padColumns('李四', 6)).toBe('李四  ');
    expect(padColumns('李四', 3)).toBe('李四');
  });
});
