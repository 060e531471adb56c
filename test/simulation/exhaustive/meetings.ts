import type { Meeting } from './explore';
import { furtherHandlers, type Handler, handlers, ROW_STATES, type RowState } from './handlers';

/** One connection that both are about, or one for each, in every state. */
const SITUATIONS: readonly (readonly RowState[])[] = ROW_STATES.flatMap((one) => [
  [one],
  ...ROW_STATES.map((other) => [one, other]),
]);

/** The longer handlers, with a second connection that is only there. */
const FEWER_SITUATIONS: readonly (readonly RowState[])[] = ROW_STATES.flatMap((one) => [
  [one],
  [one, 'unbound'],
  [one, 'bound'],
]);

export interface Pair {
  readonly name: string;
  readonly meetings: readonly Meeting[];
}

const pairOf = (one: Handler, other: Handler, situations: readonly (readonly RowState[])[]): Pair => ({
  name: `${one.name} and ${other.name}`,
  meetings: situations.map((states) => ({ one, other, states })),
});

export const pairs: readonly Pair[] = [
  ...handlers.flatMap((one, index) =>
    handlers.slice(index).map((other) => pairOf(one, other, isLong(one, other) ? FEWER_SITUATIONS : SITUATIONS)),
  ),
  ...furtherHandlers.flatMap((one) => handlers.map((other) => pairOf(one, other, FEWER_SITUATIONS))),
];

/** Two sweeps of two connections would be ten steps each: millions of schedules that differ in nothing. */
function isLong(one: Handler, other: Handler): boolean {
  return [one, other].every(({ name }) => name === 'sweep' || name === 'revoke');
}
