import type { Meeting } from './explore';
import { type Concerned, furtherHandlers, type Handler, handlers, ROW_STATES, type RowState } from './handlers';
import { idOf, Stage } from './stage';

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
  meetings: situations.map((states) => meetingOf(one, other, states)),
});

const sweep = handlers.find(({ name }) => name === 'sweep') as Handler;

function meetingOf(one: Handler, other: Handler, states: readonly RowState[]): Meeting {
  const [mine, theirs] = [idOf(0), idOf(states.length - 1)];
  const parts: readonly [Part, Part] = [
    [one, { mine, other: theirs }],
    [other, { mine: theirs, other: mine }],
  ];
  return {
    names: [one.name, other.name],
    situation: states.join(' + '),
    open: (options) => {
      const stage = new Stage(states, options);
      return {
        violations: stage.violations,
        start: (who) => stage.start(...parts[who]),
        recover: () => stage.recover(sweep),
      };
    },
  };
}

type Part = readonly [Handler, Concerned];

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
