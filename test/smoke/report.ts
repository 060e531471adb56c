import type { Kind, Latency } from './latencies';
import { NAME_PREFIX } from './people';
import type { Outcome, Result } from './section';

/** What a run has found: the JSON file, as it is. */
export interface Report {
  readonly version: string;
  readonly url: string;
  readonly isQuick: boolean;
  readonly startedAt: string;
  readonly seconds: number;
  readonly results: readonly Result[];
  readonly latencies: Partial<Readonly<Record<Kind, Latency>>>;
  /** They stay: the protocol has no way to remove one. */
  readonly accounts: readonly string[];
}

const MARKS: Readonly<Record<Outcome, string>> = { ok: '✓', failed: '✗', skipped: '–' };

const MEANINGS: Readonly<Record<Kind, string>> = {
  reply: 'from a `ping` to its reply',
  delivery: 'from `send` to the event on the other’s device',
  presence: 'from a socket’s end, or the beginning of a login, to the event on a friend’s device',
};

export function isGreen({ results }: Report): boolean {
  return results.some(({ outcome }) => outcome === 'ok') && results.every(({ outcome }) => outcome !== 'failed');
}

/** `41 ok, 1 failed, 2 skipped` */
export function countsOf({ results }: Report): string {
  const of = (wanted: Outcome) => results.filter(({ outcome }) => outcome === wanted).length;
  return `${of('ok')} ok, ${of('failed')} failed, ${of('skipped')} skipped`;
}

/** One line for a terminal. */
export function progressLine({ section, check, outcome, ms, detail }: Result): string {
  const more = detail === undefined ? '' : `: ${oneLine(detail)}`;
  return `${MARKS[outcome]} ${section} › ${check}  ${(ms / 1000).toFixed(1)} s${more}`;
}

/** For people. */
export function markdown(report: Report): string {
  const { version, url, isQuick, startedAt, seconds, results, latencies, accounts } = report;
  const sections = [...new Set(results.map(({ section }) => section))];
  return [
    `# Smoke: ${isGreen(report) ? 'green' : 'RED'}`,
    `\`${url}\`, with Rollcall ${version}, ${startedAt}, ${seconds} s${isQuick ? ', without the long waits' : ''}: ${countsOf(report)}.`,
    '## Latencies',
    table(
      ['ms', '', 'count', 'p50', 'p99', 'max'],
      Object.entries(latencies).map(([kind, { count, p50Ms, p99Ms, maxMs }]) => [
        kind,
        MEANINGS[kind as Kind],
        ...[count, p50Ms, p99Ms, maxMs].map(String),
      ]),
    ),
    ...sections.flatMap((title) => [`## ${capitalised(title)}`, resultTable(results, title)]),
    '## What stays',
    `${accounts.length} names beginning with \`${NAME_PREFIX}\` were used; the accounts among them stay, since the protocol cannot remove one. Nobody is
logged in on them, and no token of theirs is good any more:`,
    accounts.map((name) => `\`${name}\``).join(' '),
    '',
  ].join('\n\n');
}

function resultTable(results: readonly Result[], title: string): string {
  const rows = results
    .filter(({ section }) => section === title)
    .map(({ check, outcome, ms, detail }) => [MARKS[outcome], check, String(ms), cell(detail ?? '')]);
  return table(['', 'check', 'ms', ''], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

/** An assertion's words stand in several lines. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function capitalised(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
