import type { Tally } from './day';
import type { Shrunk } from './shrink';
import type { Violation } from './violation';

const LINES_SHOWN_MAX = 60;

/** What a failing day was, as short as it could be made. */
export function describeFailure(seed: number, violation: Violation, shrunk: Shrunk | undefined): string {
  if (!shrunk) return `${violation.message}\nIt did not happen again: run seed ${seed} once more.`;
  const { plan, lines, runs } = shrunk;
  return [
    `Of ${plan.steps.length} steps (${runs} runs), after everybody has logged in:`,
    ...lines.slice(-LINES_SHOWN_MAX),
    `**** ${shrunk.violation.message}`,
    `npm run fuzz -- --seed ${seed} tells the whole day.`,
  ].join('\n');
}

/** How often each action came to what. */
export function describeTally(tally: Tally): string {
  const lines = new Map<string, string[]>();
  for (const [key, count] of [...tally].sort(([, one], [, other]) => other - one)) {
    const [action = '', outcome] = key.split(' ');
    lines.set(action, [...(lines.get(action) ?? []), `${outcome} ${count}`]);
  }
  return [...lines].map(([action, outcomes]) => `${action.padEnd(13)}${outcomes.join(', ')}`).join('\n');
}
