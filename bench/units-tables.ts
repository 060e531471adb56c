import { billOf, times } from './dollars';
import { quantitiesOfFunction } from './invocation';
import type { Cost } from './stage';

/** As a table of Markdown. */
export function toTable(costs: readonly Cost[]): string {
  const rows = costs.map(
    ({ operation, requests, inSequence, readUnits, writeUnits, callbacks }) =>
      `| ${operation} | ${requests} | ${inSequence} | ${readUnits} | ${writeUnits} | ${callbacks} |`,
  );
  return [
    '| operation | requests | in sequence | read units | write units | callbacks |',
    '| --- | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}

/** As a table of Markdown: in dollars, for a million of each operation. */
export function toBillTable(costs: readonly Cost[]): string {
  const rows = costs.map((cost) => {
    const { database, functions, gateway, rest, together } = billOf(times(quantitiesOfFunction(cost.name, cost), 1e6));
    const cells = [database, functions, gateway, rest, together].map((dollars) => dollars.toFixed(2));
    return `| ${[cost.operation, ...cells].join(' | ')} |`;
  });
  return [
    '| dollars for a million | DynamoDB | Lambda | messages | logs, queue | together |',
    '| --- | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}
