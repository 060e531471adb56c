import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BEHAVIOUR_USAGE, type GatewayBehaviours, parseBehaviours } from '../gateway/behaviours';
import { ClearError, messageOf } from '../process/clear-error';

const PORT_MAX = 65_535;

/** `setTimeout` holds 2³¹ ms; a day is more than any limit of API Gateway. */
const SECONDS_MAX = 86_400;

/** 'memory', a folder, or the URL of another DynamoDB. */
export type DatabaseOption =
  | { readonly kind: 'memory' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'url'; readonly url: string };

export interface StartOptions {
  /** A `cdk.out` folder to serve, in the place of Rollcall's own app. */
  readonly app?: string;
  /** Limits of API Gateway that tests have no time to wait for. */
  readonly limits: { readonly idleMs?: number; readonly connectionMs?: number };
  readonly port: number;
  readonly webPort: number;
  readonly database: DatabaseOption;
  /** Only those that were chosen. */
  readonly behaviours: Partial<GatewayBehaviours>;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly watch: boolean;
  readonly help: boolean;
}

export const START_USAGE = `Usage: npm start -- [options]

Serves Rollcall on this machine: the API, its Lambdas, its tables and a page to try it on.
With --app, also as npm run local: any CDK app with a WebSocket API, without the page.

  --app DIR          the app's cdk.out folder, as cdk synth has left it
  --port N           the port of the WebSocket API (default 3001)
  --web-port N       the port of the page (default 3000)
  --database WHERE   a folder (default .rollcall: accounts survive a restart),
                     "memory", or the URL of another DynamoDB on this machine;
                     with --app, each app has its own in .rollcall by default
  --behaviour N=V    how API Gateway behaves where nobody knows; repeatable, see below
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
        database: { type: 'string' },
        behaviour: { type: 'string', multiple: true, default: [] },
        quiet: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'no-watch': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        app: { type: 'string' },
        'idle-seconds': { type: 'string' },
        'connection-seconds': { type: 'string' },
      },
    }),
  ).values;
  const port = parsePort('--port', values.port);
  const webPort = parsePort('--web-port', values['web-port']);
  if (values.app === undefined && port === webPort && port !== 0)
    throw new ClearError('--port and --web-port must differ');
  const { quiet, json, help } = values;
  const database = parseDatabase(values.database ?? defaultFolder(values.app));
  const behaviours = parseBehaviours(values.behaviour);
  const limits = parseLimits(values);
  const watch = !values['no-watch'];
  return { port, webPort, database, behaviours, limits, quiet, json, watch, help, ...appOf(values.app) };
}

function appOf(app: string | undefined): Pick<StartOptions, 'app'> {
  if (app === '') throw new ClearError('--app must be a cdk.out folder. See --help.');
  return app === undefined ? {} : { app };
}

/** The journal of one app's connections must not be read by another. */
function defaultFolder(app: string | undefined): string {
  if (app === undefined) return '.rollcall';
  return `.rollcall/app-${createHash('sha256').update(resolve(app)).digest('hex').slice(0, 8)}`;
}

interface LimitFlags {
  readonly 'idle-seconds'?: string | undefined;
  readonly 'connection-seconds'?: string | undefined;
}

function parseLimits(flags: LimitFlags): StartOptions['limits'] {
  const { 'idle-seconds': idle, 'connection-seconds': connection } = flags;
  return {
    ...(idle !== undefined && { idleMs: parseSeconds('--idle-seconds', idle) }),
    ...(connection !== undefined && { connectionMs: parseSeconds('--connection-seconds', connection) }),
  };
}

/** @returns milliseconds, no more than a timer of Node can hold. */
function parseSeconds(flag: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= SECONDS_MAX) return 1000 * seconds;
  throw new ClearError(`${flag} must be a number of seconds above 0, not "${text}". See --help.`);
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
