import { billOf, times } from '../bill/dollars';
import { quantitiesOfFunction } from '../bill/invocation';
import type { DesignCost } from '../designs/measure';
import type { Cost } from '../operations/stage';
import { COUNTS } from '../report/counts';
import { bySize, grouped } from '../report/figures';
import { table } from '../report/table';

/** As a table of Markdown. */
export function toTable(costs: readonly Cost[]): string {
  const rows = costs.map((cost) => [cost.operation, ...COUNTS.map((count) => cost[count])]);
  return table(['operation', 'requests', 'in sequence', 'read units', 'write units', 'callbacks'], rows);
}

/** As a table of Markdown: in dollars, for a million of each operation. */
export function toBillTable(costs: readonly Cost[]): string {
  const rows = costs.map((cost) => {
    const { database, functions, gateway, rest, together } = billOf(times(quantitiesOfFunction(cost.name, cost), 1e6));
    const cells = [database, functions, gateway, rest, together].map((dollars) => dollars.toFixed(2));
    return [cost.operation, ...cells];
  });
  return table(['dollars for a million', 'DynamoDB', 'Lambda', 'messages', 'logs, queue', 'together'], rows);
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
    const counts = COUNTS.map((count) => bySize(sizes.map((cost) => grouped(cost[count]))));
    return [key, ...counts, bySize(sizes.map(({ dollars }) => grouped(dollars, 2)))];
  });
  const counts = ['requests', 'in sequence', 'read units', 'write units', 'posts'];
  return table(['design', 'operation', ...counts, 'dollars for a million'], rows, [0, 1]);
}
