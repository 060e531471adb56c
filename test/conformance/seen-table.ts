import { OPEN_FACTS } from './open-facts';
import type { Seen } from './settle';

/** What a run saw of the facts that nobody has published, beside what the local gateway does. */
export function seenTable(seen: readonly Seen[]): string {
  const rows = seen.map(({ name, seen: value }) => {
    const { section, question, byDefault } = OPEN_FACTS[name];
    const isSame = JSON.stringify(byDefault) === JSON.stringify(value);
    return [`§${section}`, name, question, JSON.stringify(byDefault), isSame ? 'the same' : JSON.stringify(value)];
  });
  const table = [['section', 'fact', 'question', 'default', 'seen'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
