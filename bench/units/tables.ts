import { billOf, times } from '../bill/dollars';
import { quantitiesOfFunction } from '../bill/invocation';
import type { DesignCost } from '../designs/measure';
import type { Cost } from '../operations/stage';
import { bySize, grouped } from '../report/figures';

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

const NAMES: Readonly<Record<DesignCost['design'], string>> = {
  simple: 'simple-websockets-chat-app',
  successor: 'websocket-chat-application',
  rollcall: 'Rollcall',
};

/** As a table of Markdown. What grows with the table of connections has one figure for each size, from the smallest to the largest. */
export function toDesignTable(costs: readonly DesignCost[]): string {
  const keyOf = ({ design, operation }: DesignCost) => `${NAMES[design]} | ${operation}`;
  const rows = [...new Set(costs.map(keyOf))].map((key) => {
    const sizes = costs.filter((cost) => keyOf(cost) === key);
    const counts = COUNTED.map((count) => bySize(sizes.map((cost) => grouped(cost[count]))));
    return `| ${[key, ...counts, bySize(sizes.map(({ dollars }) => grouped(dollars, 2)))].join(' | ')} |`;
  });
  return [
    '| design | operation | requests | in sequence | read units | write units | posts | dollars for a million |',
    '| --- | --- | --: | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}

const COUNTED = ['requests', 'inSequence', 'readUnits', 'writeUnits', 'callbacks'] as const;
