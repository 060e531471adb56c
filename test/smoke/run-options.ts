import { parseArgs } from 'node:util';
import { SECTIONS } from './sections';

export const USAGE = `Usage: npm run smoke -- --url wss://… [options]

Drives a served or deployed Rollcall through everything that it does, as its clients would. Makes accounts whose names begin with "smoke",
which stay; nobody is logged in on them afterwards.

  --url URL             wss://host/stage, as the deployment prints it
  --quick               leave the long waits out: half a minute instead of two
  --report NAME         where to write NAME.md and NAME.json (default .rollcall/smoke)
  --only TITLE          only this section; can be given several times: ${SECTIONS.map(({ title }) => `"${title}"`).join(', ')}
  --patience N          seconds that a reply or an event may take (default 15)
  --sweep-period N      seconds, as the stack was deployed (default 60)
  --presence-window N   seconds, as the stack was deployed (default 2)
  --origin URL          send this Origin, where the stack allows only some
  --help                this text
`;

export interface SmokeOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isQuick: boolean;
  /** Without a suffix. */
  readonly report: string;
  readonly sections: readonly string[];
  readonly patienceMs: number;
  readonly sweepPeriodMs: number;
  readonly presenceWindowMs: number;
}

/** Whoever looks at a server's logs sees where these come from. */
const USER_AGENT = 'rollcall-smoke';

/** @returns 'help' where that is asked for. @throws Error, one line, for anything that is not understood. */
export function parseSmokeOptions(args: readonly string[]): SmokeOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      quick: { type: 'boolean', default: false },
      report: { type: 'string', default: '.rollcall/smoke' },
      only: { type: 'string', multiple: true },
      patience: { type: 'string', default: '15' },
      'sweep-period': { type: 'string', default: '60' },
      'presence-window': { type: 'string', default: '2' },
      origin: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    url: checkedUrl(values.url),
    headers: { 'user-agent': USER_AGENT, ...(values.origin !== undefined && { origin: values.origin }) },
    isQuick: values.quick,
    report: values.report,
    sections: checkedTitles(values.only),
    patienceMs: milliseconds('patience', values.patience),
    sweepPeriodMs: milliseconds('sweep-period', values['sweep-period']),
    presenceWindowMs: milliseconds('presence-window', values['presence-window']),
  };
}

/** @returns the URL without a slash at its end. */
function checkedUrl(text: string | undefined): string {
  if (text === undefined) throw new Error('name the endpoint: --url wss://host/stage, as `npm run deploy` prints it');
  const isWebSocket = URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol);
  if (!isWebSocket) throw new Error(`"${text}" is no wss://host/stage`);
  return text.replace(/\/$/, '');
}

function checkedTitles(only: readonly string[] | undefined): readonly string[] {
  const titles = SECTIONS.map(({ title }) => title);
  const unknown = only?.find((title) => !titles.includes(title));
  if (unknown !== undefined) throw new Error(`there is no section "${unknown}"; there are: ${titles.join(', ')}`);
  return only ?? titles;
}

function milliseconds(name: string, text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new Error(`--${name} takes whole seconds, not "${text}"`);
  return Number(text) * 1000;
}
