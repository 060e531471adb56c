import { runDay, type Telling } from './day';
import type { Plan } from './plan';
import type { Engine } from './stage';
import { Violation } from './violation';

const RUNS_MAX = 300; // Some seconds on the memory stores: whoever waits for it wants to read.

export interface Shrunk {
  readonly plan: Plan;
  readonly violation: Violation;
  /** Every frame of the shortest day, with its reply. */
  readonly lines: readonly string[];
  readonly runs: number;
}

/** What a day broke, if it did. Anything else that is thrown is a bug, of the operations or of the fuzz: it counts as well. */
export async function violationOf(plan: Plan, engine: Engine, telling?: Telling): Promise<Violation | undefined> {
  try {
    await runDay(plan, engine, telling);
    return undefined;
  } catch (cause) {
    if (cause instanceof Violation) return cause;
    return new Violation('nothing is thrown', cause instanceof Error ? String(cause.stack) : String(cause));
  }
}

/**
 * The shortest day found that breaks the same property: halves of its steps are left out, then quarters, down to single ones
 * (Zeller's ddmin). A step's frame depends on what was learnt before it, so the day that is left is another one, and fails too.
 */
export async function shrink(
  failing: Plan,
  newEngine: () => Engine | Promise<Engine>,
  telling: Telling = {},
): Promise<Shrunk | undefined> {
  const violation = await violationOf(failing, await newEngine(), telling);
  if (!violation) return undefined;
  let best = failing;
  let runs = 1;
  const isSame = async (steps: readonly number[]) => {
    if (runs++ >= RUNS_MAX) return false;
    return (await violationOf({ ...failing, steps }, await newEngine(), telling))?.property === violation.property;
  };
  for (
    let size = Math.ceil(best.steps.length / 2);
    size >= 1 && runs < RUNS_MAX;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let start = 0; start < best.steps.length; ) {
      const steps = [...best.steps.slice(0, start), ...best.steps.slice(start + size)];
      if (await isSame(steps)) best = { ...failing, steps };
      else start += size;
    }
  const lines: string[] = [];
  const last = await violationOf(best, await newEngine(), { ...telling, tell: (line) => lines.push(line) });
  return { plan: best, violation: last ?? violation, lines, runs };
}
