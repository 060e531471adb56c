import type { Violation } from '../checkers/checker';
import { turn } from '../scheduler';
import type { WorldOptions } from '../world';
import type { Actor } from './actors';
import { areIndependent, type Call } from './independence';

/** Where two handlers meet. */
export interface Scene {
  readonly violations: readonly Violation[];
  start(who: Who): Actor;
  /** When both have ended, one of them perhaps in a crash: what has to be true in the end. */
  recover(crashed: Who | undefined): Promise<void>;
}

export type Who = 0 | 1;

export interface Meeting {
  readonly names: readonly [string, string];
  readonly situation: string;
  /**
   * Calls that a handler has under way at once arrive in any order. Otherwise in the order in which it made them: a sweep works on its
   * connections side by side, and in all orders that would be millions of schedules.
   */
  readonly inAnyOrder?: true;
  readonly open: (options: WorldOptions) => Scene;
}

export interface Exploration {
  readonly schedules: number;
  readonly steps: number;
  readonly failures: readonly { readonly schedule: string; readonly violation: Violation }[];
}

/** What may happen next: a call of one of them arrives, of those that it has under way the one at `index`; or one of them crashes. */
type Move = { readonly who: Who; readonly does: 'arrives' | 'crashes'; readonly call: Call; readonly index: number };

interface Played {
  /** At each point, which move was made, and of how many. */
  readonly made: readonly { readonly move: Move; readonly index: number; readonly of: number }[];
  /** Another schedule is the same in all that matters. */
  readonly isRedundant: boolean;
  readonly violation: Violation | undefined;
}

/**
 * Every interleaving of the calls of two handlers, with a crash of either at every point; of schedules that differ only in the order
 * of steps that have nothing to do with each other, one is enough. Depth first, each schedule from the
 * start, because an async function under way cannot be copied.
 */
export async function explore(meeting: Meeting, options: WorldOptions): Promise<Exploration> {
  const failures: { schedule: string; violation: Violation }[] = [];
  let [schedules, steps] = [0, 0];
  let next: readonly number[] | undefined = [];
  while (next) {
    const played: Played = await play(meeting, options, next);
    steps += played.made.length;
    if (!played.isRedundant) schedules++;
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

async function play(meeting: Meeting, options: WorldOptions, choices: readonly number[]): Promise<Played> {
  const scene = meeting.open(options);
  const actors = [scene.start(0), scene.start(1)] as const;
  const made: { move: Move; index: number; of: number }[] = [];
  let crashed: Who | undefined;
  await turn();
  for (;;) {
    const moves = reducedMoves(allMoves(actors, { crashed, ...meeting }), made.at(-1)?.move);
    const index = choices[made.length] ?? 0;
    const move = moves[index];
    if (!move) break;
    made.push({ move, index, of: moves.length });
    if (move.does === 'arrives') await actors[move.who].advance(move.index);
    else crashed = move.who;
  }
  const isRedundant = underWay(actors, crashed).length > 0;
  if (!isRedundant && scene.violations.length === 0) await scene.recover(crashed);
  return { made, isRedundant, violation: isRedundant ? undefined : scene.violations[0] };
}

type Actors = readonly [Actor, Actor];

function underWay(actors: Actors, crashed: Who | undefined): readonly Who[] {
  return ([0, 1] as const).filter((who) => who !== crashed && actors[who].calls.length > 0);
}

const moveOf = (actors: Actors, who: Who, does: Move['does'], index = 0): Move => {
  return { who, does, index, call: actors[who].calls[index] ?? { name: '' } };
};

type Setting = Pick<Meeting, 'inAnyOrder'> & { readonly crashed: Who | undefined };

/** One of the two may crash, before or after any of its calls. */
function allMoves(actors: Actors, { crashed, inAnyOrder }: Setting): readonly Move[] {
  const who = underWay(actors, crashed);
  const callsOf = (one: Who) => (inAnyOrder ? actors[one].calls : actors[one].calls.slice(0, 1));
  const arrivals = who.flatMap((one) => callsOf(one).map((_, index) => moveOf(actors, one, 'arrives', index)));
  const crashes = who.map((one) => moveOf(actors, one, 'crashes'));
  return crashed === undefined ? [...arrivals, ...crashes] : arrivals;
}

/**
 * A crash right after a step of one's own is the same as a later one. And of two steps that follow each other and have nothing
 * to do with each other, the first handler's comes first, and of one handler's that which it has called first: each class of
 * schedules that are the same has one like that.
 */
function reducedMoves(moves: readonly Move[], last: Move | undefined): readonly Move[] {
  return moves.filter(({ who, does, call, index }) => {
    if (does === 'crashes') return last === undefined || last.who === who;
    if (last?.does !== 'arrives') return true;
    const mightHaveComeFirst = who === last.who ? index < last.index : who === 0;
    return !(mightHaveComeFirst && areIndependent(last.call, call));
  });
}

function tell({ names, situation }: Meeting, { made }: Played): string {
  return `${situation}: ${made.map(({ move }) => `${names[move.who]} ${move.does} (${move.call.name})`).join(', ')}`;
}
