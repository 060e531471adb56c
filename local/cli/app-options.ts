import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { ClearError } from '../process/clear-error';

/** `setTimeout` holds 2³¹ ms; a day is more than any limit of API Gateway. */
const SECONDS_MAX = 86_400;

export interface AppOptions {
  /** A `cdk.out` folder to serve, in the place of Rollcall's own app. */
  readonly app?: string;
  /** Limits of API Gateway that tests have no time to wait for. */
  readonly limits: { readonly idleMs?: number; readonly connectionMs?: number };
}

/** For parseArgs. The limits are for tests and not in --help. */
export const APP_FLAGS = {
  app: { type: 'string' },
  'idle-seconds': { type: 'string' },
  'connection-seconds': { type: 'string' },
} as const;

type Values = { readonly [Flag in keyof typeof APP_FLAGS]?: string | undefined };

/** @throws ClearError, one line, for anything that is not understood. */
export function parseAppOptions(values: Values): AppOptions {
  const { app, 'idle-seconds': idle, 'connection-seconds': connection } = values;
  if (app === '') throw new ClearError('--app must be a cdk.out folder. See --help.');
  return {
    ...(app !== undefined && { app }),
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

/** @returns milliseconds. */
function parseSeconds(flag: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= SECONDS_MAX) return 1000 * seconds;
  throw new ClearError(`${flag} must be a number of seconds above 0, not "${text}". See --help.`);
}
