import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FaultOptions, parseFaults } from '../faults/fault-options';
import { BEHAVIOUR_USAGE, type GatewayBehaviours, parseBehaviours } from '../gateway/behaviours';
import { ClearError, messageOf } from '../process/clear-error';
import { APP_FLAGS, type AppOptions, defaultDatabase, parseAppOptions } from './app-options';

const PORT_MAX = 65_535;

/** Short enough to be typed again. */
const SEEDS = 1_000_000;

/** 'memory', a folder, or the URL of another DynamoDB. */
export type DatabaseOption =
  | { readonly kind: 'memory' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'url'; readonly url: string };

export interface StartOptions extends AppOptions {
  readonly port: number;
  readonly webPort: number;
  readonly database: DatabaseOption;
  /** Only those that were chosen. */
  readonly behaviours: Partial<GatewayBehaviours>;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly watch: boolean;
  readonly help: boolean;
  readonly faults?: FaultOptions;
}

export const START_USAGE = `Usage: npm start -- [options]

Serves Rollcall on this machine: the API, its Lambdas, its tables and a page to try it on.
With --app, also as npm run local: any CDK app with a WebSocket API, without the page.

  --app DIR          the app's cdk.out folder, as cdk synth has left it; it has a
                     database of its own in .rollcall, unless --database names one
  -c, --context N=V  the CDK app's context, as of cdk deploy: -c sweepPeriod=10
  --port N           the port of the WebSocket API (default 3001)
  --web-port N       the port of the page (default 3000)
  --database WHERE   a folder (default .rollcall: accounts survive a restart),
                     "memory" (nothing is kept), or the URL of another DynamoDB
                     on this machine
  --behaviour N=V    how API Gateway behaves where nobody knows; repeatable, see below
  --fault NAME=P     what goes wrong, and how probably: see local/faults/README.md
  --seed N           the same faults again (printed at start)
  --environments N   of one function at most, each a thread (default 16); the
                     invocations beyond wait: for a crowd on a small machine
  --quiet            no line per event
  --json             everything as one JSON object per line
  --no-watch         keep serving the code of the start, whatever is edited
  --help             this text

Behaviours, with the default first:

${BEHAVIOUR_USAGE}`;

/** @throws ClearError, one line, for anything that is not understood. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const values = parse(() =>
    parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '3001' },
        'web-port': { type: 'string', default: '3000' },
        ...APP_FLAGS,
        database: { type: 'string' },
        behaviour: { type: 'string', multiple: true, default: [] },
        fault: { type: 'string', multiple: true, default: [] },
        seed: { type: 'string' },
        quiet: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'no-watch': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  ).values;
  const port = parsePort('--port', values.port);
  const webPort = parsePort('--web-port', values['web-port']);
  if (values.app === undefined && port === webPort && port !== 0)
    throw new ClearError('--port and --web-port must differ');
  const { quiet, json, help } = values;
  const database = parseDatabase(values.database ?? defaultDatabase(values));
  const behaviours = parseBehaviours(values.behaviour);
  const watch = !values['no-watch'];
  const faults = parseFaults(values.fault, values.seed, () => randomInt(SEEDS));
  const chosen = { port, webPort, database, behaviours, quiet, json, watch, help };
  return { ...parseAppOptions(values), ...chosen, ...(faults && { faults }) };
}

/** parseArgs explains itself well, in one sentence or two; the rest is our own hint. */
export function parse<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new ClearError(`${messageOf(error).replace(/\.?$/, '.')} See --help.`, { cause: error });
  }
}

export function parsePort(flag: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= PORT_MAX) return port;
  throw new ClearError(`${flag} must be a whole number from 0 to ${PORT_MAX}, not "${text}". See --help.`);
}

function parseDatabase(text: string): DatabaseOption {
  if (text === '') throw new ClearError('--database must be a folder, "memory" or a URL. See --help.');
  if (text === 'memory') return { kind: 'memory' };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'folder', folder: text };
  return { kind: 'url', url: parseHttpUrl('--database', text) };
}

/** @returns the URL without a trailing slash. */
export function parseHttpUrl(flag: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    throw new ClearError(`${flag} must be an http:// or https:// URL, not "${text}". See --help.`);
  }
  return text.replace(/\/+$/, '');
}
