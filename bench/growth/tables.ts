import { COUNTS } from '../report/counts';
import { bySize, grouped } from '../report/figures';
import { table } from '../report/table';
import type { Counted, Timed } from './measure';

/** As a table of Markdown: what does not grow has one figure, anything else one for each size. */
export function toCountTable(counted: readonly Counted[]): string {
  const rows = operationsOf(counted).map((operation) => {
    const sizes = counted.filter((one) => one.operation === operation);
    const columns = COUNTS.map((count) => bySize(sizes.map((one) => short(one[count]))));
    return [operation, ...columns];
  });
  return table(['operation', 'requests', 'in sequence', 'read units', 'write units', 'posts'], rows);
}

/** As a table of Markdown: milliseconds at the first size, and what the others take of that. */
export function toTimeTable(timed: readonly Timed[]): string {
  const sizes = [...new Set(timed.map(({ users }) => users))];
  const [first = 0, ...others] = sizes;
  const rows = operationsOf(timed).map((operation) => {
    const msOf = (users: number) =>
      timed.find((one) => one.operation === operation && one.users === users)?.ms ?? Number.NaN;
    const ratios = others.map((users) => (msOf(users) / msOf(first)).toFixed(2));
    return [operation, short(msOf(first)), ...ratios];
  });
  const head = ['time', `ms, ${grouped(first)} users`, ...others.map((users) => `of that, ${grouped(users)} users`)];
  return table(head, rows);
}

function operationsOf(all: readonly { readonly operation: string }[]): readonly string[] {
  return [...new Set(all.map(({ operation }) => operation))];
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(2);
}
