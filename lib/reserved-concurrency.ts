import type { FunctionName } from './function-name';
import { FUNCTION_SIZES } from './function-sizes';

/** `true`: the figures of Rollcall for every function; a record: those, but for the functions that it names. */
export type ReservedConcurrency = boolean | Readonly<Partial<Record<FunctionName, number>>>;

/** How many executions of each function; none where AWS shares out what there is. */
export type Reserved = Readonly<Partial<Record<FunctionName, number>>>;

const names = Object.keys(FUNCTION_SIZES) as FunctionName[];

/** @throws for what is no function, and for a figure that AWS would not take or that would stop a function. */
export function reservedFor(asked: ReservedConcurrency): Reserved {
  if (asked === false) return {};
  const given = asked === true ? {} : asked;
  const unknown = Object.keys(given).find((name) => !(name in FUNCTION_SIZES));
  if (unknown !== undefined) {
    throw new Error(`ChatApi: reservedConcurrency names ${unknown}, which is no function: ${names.join(', ')}.`);
  }
  return Object.fromEntries(names.map((name) => [name, figure(name, given[name] ?? FUNCTION_SIZES[name].reserved)]));
}

/** With none, a function would never run: that is how AWS switches one off, and no sweep would end a lease. */
function figure(name: FunctionName, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`ChatApi: reservedConcurrency of ${name} must be a whole number from 1, not ${value}.`);
}
