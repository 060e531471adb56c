export type Cell = string | number;

/** A table of Markdown; `texts` are the columns that are no numbers. */
export function table(
  head: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  texts: readonly number[] = [0],
): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (texts.includes(index) ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
