import type { GatewayEvent } from '../gateway/gateway-event';
import { ClearError } from '../process/clear-error';
import { eventLines, isIdleTick } from './event-line';
import { type StepEnded, stepLine } from './steps';
import { styleFor } from './style';

/** Where everything that a person, or a program with --json, gets to see goes through. */
export interface Console {
  underWay(names: readonly string[]): void;
  stepEnded(step: StepEnded): void;
  ready(facts: ReadyFacts): void;
  event(event: GatewayEvent): void;
  notice(text: string): void;
  error(error: unknown): void;
}

export interface ReadyFacts {
  readonly url: string;
  /** Only Rollcall itself has a page. */
  readonly webUrl?: string;
  readonly database: string;
  readonly startedMs: number;
}

/** The part of process.stdout that is used. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** For a person. At a terminal, the steps under way stand in a last line that the next line overwrites. */
export function humanConsole({ stdout, stderr }: Outputs, { quiet }: { readonly quiet: boolean }): Console {
  const style = styleFor(stdout);
  let hasStatus = false;
  const clear = () => {
    if (hasStatus) stdout.write('\r\u001b[2K');
    hasStatus = false;
  };
  const print = (text: string) => {
    clear();
    stdout.write(`${text}\n`);
  };
  return {
    underWay(names) {
      clear();
      if (stdout.isTTY !== true || names.length === 0) return;
      stdout.write(style('dim', `… ${names.join(', ')}`));
      hasStatus = true;
    },
    stepEnded: (step) => print(stepLine(step, style)),
    ready: (facts) => print(readyText(facts, (text) => style('bold', text))),
    event(event) {
      if (!quiet && !isIdleTick(event)) print(eventLines(event, style));
    },
    notice: print,
    error(error) {
      clear();
      const { message, details } = explain(error);
      stderr.write(`${details === '' ? '' : `${details}\n`}${style('red', 'error:')} ${message}\n`);
    },
  };
}

function readyText({ url, webUrl, database, startedMs }: ReadyFacts, bold: (text: string) => string): string {
  return [
    '',
    `${webUrl === undefined ? 'The app' : 'Rollcall'} is ready (${(startedMs / 1000).toFixed(1)} s). Ctrl-C ends it.`,
    '',
    `  API       ${bold(url)}`,
    `  try it    ${bold(`npx wscat -c ${url}`)}`,
    ...(webUrl === undefined ? [] : [`  page      ${webUrl}`]),
    `  database  ${database}`,
    '',
  ].join('\n');
}

/** For a program: one JSON object per line, told apart by `type`. */
export function jsonConsole({ stdout, stderr }: Outputs, { quiet }: { readonly quiet: boolean }): Console {
  const print = (output: Output, type: string, rest: object) => {
    output.write(`${JSON.stringify({ type, ...rest })}\n`);
  };
  return {
    underWay: () => undefined,
    stepEnded: (step) => print(stdout, 'step', step),
    ready: (facts) => print(stdout, 'ready', facts),
    event(event) {
      if (!quiet) print(stdout, 'event', event);
    },
    notice: (text) => print(stdout, 'notice', { text }),
    error: (error) => print(stderr, 'error', explain(error)),
  };
}

/** A ClearError says what to do in one line; anything else is a bug, and its stack is what we want to be sent. */
export function explain(error: unknown): { readonly message: string; readonly details: string } {
  if (error instanceof ClearError) return { message: error.message, details: error.details };
  if (error instanceof Error) {
    return { message: `${error.message} (this is a bug: please report it)`, details: error.stack ?? '' };
  }
  return { message: String(error), details: '' };
}
