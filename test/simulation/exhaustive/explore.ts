import type { Violation } from '../checkers/checker';
import { turn } from '../scheduler';
import type { WorldOptions } from '../world';
import { type Handler, handlers, type RowState } from './handlers';
import { type Actor, idOf, Stage } from './stage';

export interface Meeting {
  readonly one: Handler;
  readonly other: Handler;
  /** Of each connection; with one, both handlers are about it. */
  readonly states: readonly RowState[];
}

export interface Exploration {
  readonly schedules: number;
  readonly steps: number;
  readonly failures: readonly { readonly schedule: string; readonly violation: Violation }[];
}

/** What may happen next: the next call of one of them arrives, or one of them crashes. */
type Move = { readonly who: 0 | 1; readonly does: 'arrives' | 'crashes' };

interface Played {
  /** At each point, which move was made, and of how many. */
  readonly made: readonly { readonly move: Move; readonly index: number; readonly of: number }[];
  readonly violation: Violation | undefined;
}

const sweep = handlers.find(({ name }) => name === 'sweep') as Handler;

/**
 * Every interleaving of the calls of two handlers, with a crash of either at every point: depth first, each schedule from the
 * start, because an async function under way cannot be copied.
 */
export async function explore(meeting: Meeting, options: WorldOptions): Promise<Exploration> {
  const failures: { schedule: string; violation: Violation }[] = [];
  let [schedules, steps] = [0, 0];
  let next: readonly number[] | undefined = [];
  while (next) {
    const played: Played = await play(meeting, options, next);
    schedules++;
    steps += played.made.length;
    if (played.violation) failures.push({ schedule: tell(meeting, played), violation: played.violation });
    next = successor(played);
  }
  return { schedules, steps, failures };
}

/** The last point at which another move was left, and that move. */
function successor({ made }: Played): readonly number[] | undefined {
  const point = made.findLastIndex(({ index, of }) => index + 1 < of);
  if (point === -1) return undefined;
  return [...made.slice(0, point).map(({ index }) => index), (made[point]?.index ?? 0) + 1];
}

async function play(
  { one, other, states }: Meeting,
  options: WorldOptions,
  choices: readonly number[],
): Promise<Played> {
  const stage = new Stage(states, options);
  const [mine, theirs] = [idOf(0), idOf(states.length - 1)];
  const actors = [
    stage.start(one, { mine, other: theirs }),
    stage.start(other, { mine: theirs, other: mine }),
  ] as const;
  const made: { move: Move; index: number; of: number }[] = [];
  let crashed: Actor | undefined;
  await turn();
  for (;;) {
    const moves = movesOf(actors, crashed);
    const index = choices[made.length] ?? 0;
    const move = moves[index];
    if (!move) break;
    made.push({ move, index, of: moves.length });
    const actor = actors[move.who];
    if (move.does === 'arrives') await actor.advance();
    else crashed = actor;
  }
  if (stage.violations.length === 0) await stage.recover(sweep);
  return { made, violation: stage.violations[0] };
}

/** One of the two may crash, before or after any of its calls. */
function movesOf(actors: readonly [Actor, Actor], crashed: Actor | undefined): readonly Move[] {
  const isUnderWay = (who: 0 | 1) => actors[who] !== crashed && actors[who].calls.length > 0;
  const underWay = ([0, 1] as const).filter(isUnderWay);
  const arrivals = underWay.map((who) => ({ who, does: 'arrives' }) as const);
  const crashes = underWay.map((who) => ({ who, does: 'crashes' }) as const);
  return crashed ? arrivals : [...arrivals, ...crashes];
}

function tell({ one, other, states }: Meeting, { made }: Played): string {
  const names = [one.name, other.name];
  const moves = made.map(({ move }) => `${names[move.who]} ${move.does}`).join(', ');
  return `${states.join(' + ')}: ${moves}`;
}
