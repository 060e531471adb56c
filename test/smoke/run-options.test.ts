import { describe, expect, it } from '@jest/globals';
import { parseSmokeOptions, USAGE } from './run-options';
import { SECTIONS } from './sections';

const parsed = (...args: readonly string[]) => {
  const options = parseSmokeOptions(['--url', 'wss://host.example/dev', ...args]);
  if (options === 'help') throw new Error('help was asked for');
  return options;
};

describe('parseSmokeOptions', () => {
  it('runs every section, the long waits too, with the stack’s own defaults', () => {
    expect(parsed()).toEqual({
      url: 'wss://host.example/dev',
      headers: { 'user-agent': 'rollcall-smoke' },
      isQuick: false,
      report: '.rollcall/smoke',
      sections: SECTIONS.map(({ title }) => title),
      patienceMs: 15_000,
      sweepPeriodMs: 60_000,
      presenceWindowMs: 2_000,
    });
  });

  it('takes the URL with a slash at its end, as API Gateway does', () => {
    expect(parsed('--url', 'wss://host.example/dev/').url).toBe('wss://host.example/dev');
  });

  it('takes an origin, some sections, and seconds', () => {
    const options = parsed('--origin', 'https://a.example', '--only', 'groups', '--only', 'blocks', '--patience', '60');

    expect(options).toMatchObject({ sections: ['groups', 'blocks'], patienceMs: 60_000 });
    expect(options.headers).toMatchObject({ origin: 'https://a.example' });
  });

  it.each([
    [[], 'name the endpoint: --url wss://host/stage, as `npm run deploy` prints it'],
    [['--url', 'https://host.example/dev'], '"https://host.example/dev" is no wss://host/stage'],
    [['--url', 'host'], '"host" is no wss://host/stage'],
    [['--url', 'wss://a.example/dev', '--patience', 'long'], '--patience takes whole seconds, not "long"'],
    [['--url', 'wss://a.example/dev', '--only', 'chess'], /^there is no section "chess"; there are: .*messages/],
  ])('%j is refused in one line', (args, words) => {
    expect(() => parseSmokeOptions(args)).toThrow(words);
  });

  it('names every section in its help', () => {
    expect(parseSmokeOptions(['--help'])).toBe('help');
    for (const { title } of SECTIONS) expect(USAGE).toContain(`"${title}"`);
  });
});
