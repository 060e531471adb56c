import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { ENVIRONMENTS_MAX } from '../lambda/limits';
import { ClearError } from '../process/clear-error';

/** `setTimeout` holds 2³¹ ms; a day is more than any limit of API Gateway. */
const SECONDS_MAX = 86_400;

export interface AppOptions {
  /** A `cdk.out` folder to serve, in the place of Rollcall's own app. */
  readonly app?: string;
  /** For Rollcall's own app, as `-c` of the CDK's CLI; beyond what cdk.json says. */
  readonly context: Readonly<Record<string, string>>;
  /** Execution environments of one function at most: fewer where many invocations at once would only starve each other. */
  readonly environments?: number;
  /** Limits of API Gateway that tests have no time to wait for. */
  readonly limits: { readonly idleMs?: number; readonly connectionMs?: number };
}

/** For parseArgs. The limits are for tests and not in --help. */
export const APP_FLAGS = {
  app: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true },
  environments: { type: 'string' },
  'idle-seconds': { type: 'string' },
  'connection-seconds': { type: 'string' },
} as const;

type Flag = keyof typeof APP_FLAGS;
type Values = { readonly [Name in Exclude<Flag, 'context'>]?: string | undefined } & {
  readonly context?: readonly string[] | undefined;
};

/** @throws ClearError, one line, for anything that is not understood. */
export function parseAppOptions(values: Values): AppOptions {
  const { app, context = [], environments, 'idle-seconds': idle, 'connection-seconds': connection } = values;
  if (app === '') throw new ClearError('--app must be a cdk.out folder. See --help.');
  if (app !== undefined && context.length > 0) {
    throw new ClearError('--context comes too late for --app: give it to the cdk synth that made the folder');
  }
  return {
    ...(app !== undefined && { app }),
    context: Object.fromEntries(context.map(parseContext)),
    ...(environments !== undefined && { environments: parseEnvironments(environments) }),
    limits: {
      ...(idle !== undefined && { idleMs: parseSeconds('--idle-seconds', idle) }),
      ...(connection !== undefined && { connectionMs: parseSeconds('--connection-seconds', connection) }),
    },
  };
}

/** The journal of one app's connections must not be read by another, so each app has a folder. */
export function defaultDatabase({ app }: Values): string {
  if (app === undefined) return '.rollcall';
  return `.rollcall/app-${createHash('sha256').update(resolve(app)).digest('hex').slice(0, 8)}`;
}

function parseContext(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new ClearError(`--context must be NAME=VALUE, not "${text}". See --help.`);
}

function parseEnvironments(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= ENVIRONMENTS_MAX) return number;
  throw new ClearError(
    `--environments must be a whole number from 1 to ${ENVIRONMENTS_MAX}, not "${text}". See --help.`,
  );
}

/** @returns milliseconds. */
function parseSeconds(flag: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= SECONDS_MAX) return 1000 * seconds;
  throw new ClearError(`${flag} must be a number of seconds above 0, not "${text}". See --help.`);
}
