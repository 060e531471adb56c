import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FaultOptions, parseFaults } from '../faults/fault-options';
import { ClearError, messageOf } from '../process/clear-error';

const PORT_MAX = 65_535;

/** Short enough to be typed again. */
const SEEDS = 1_000_000;

/** 'memory', a folder, or the URL of another DynamoDB. */
export type DatabaseOption =
  | { readonly kind: 'memory' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'url'; readonly url: string };

export interface StartOptions {
  readonly port: number;
  readonly webPort: number;
  readonly database: DatabaseOption;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly faults?: FaultOptions;
}

export const START_USAGE = `Usage: npm start -- [options]

Serves Rollcall on this machine: the API, its Lambdas, its tables and a page to try it on.

  --port N           the port of the WebSocket API (default 3001)
  --web-port N       the port of the page (default 3000)
  --database WHERE   a folder (default .rollcall: accounts survive a restart),
                     "memory", or the URL of another DynamoDB on this machine
  --fault NAME=P     what goes wrong, and how probably: see local/faults/README.md
  --seed N           the same faults again (printed at start)
  --quiet            no line per event
  --json             everything as one JSON object per line
  --help             this text
`;

/** @throws ClearError, one line, for anything that is not understood. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const values = parse(() =>
    parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '3001' },
        'web-port': { type: 'string', default: '3000' },
        database: { type: 'string', default: '.rollcall' },
        fault: { type: 'string', multiple: true, default: [] },
        seed: { type: 'string' },
        quiet: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  ).values;
  const port = parsePort('--port', values.port);
  const webPort = parsePort('--web-port', values['web-port']);
  if (port === webPort && port !== 0) throw new ClearError('--port and --web-port must differ');
  const { quiet, json, help } = values;
  const faults = parseFaults(values.fault, values.seed, () => randomInt(SEEDS));
  return { port, webPort, database: parseDatabase(values.database), quiet, json, help, ...(faults && { faults }) };
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
