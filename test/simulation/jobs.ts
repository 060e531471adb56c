import { explore } from './exhaustive/explore';
import { pairs } from './exhaustive/meetings';
import { talkPairs } from './exhaustive/talk-meetings';
import { findMutant } from './mutants/mutants';
import { realOperations } from './operations';
import { runSeed } from './run-seed';
import type { Subject } from './talk/subject';
import type { WorldOptions } from './world';

/** Work for one process of the pool. `mutant` names the design to work on instead of the real one. */
export type Job =
  | ({ readonly kind: 'seeds'; readonly from: number; readonly seeds: number } & About)
  | { readonly kind: 'pair'; readonly name: string; readonly mutant?: string | undefined };

interface About {
  readonly mutant?: string | undefined;
  /** Days of presence, if not said otherwise. */
  readonly about?: Subject | undefined;
}

export interface Failure {
  /** `seed 17`, or the schedule of a pair. */
  readonly where: string;
  readonly property: string;
  readonly what: string;
}

export interface JobResult {
  /** Seeds or schedules. */
  readonly runs: number;
  readonly steps: number;
  readonly failures: readonly Failure[];
}

export function optionsOf(mutant: string | undefined): WorldOptions {
  return mutant === undefined ? { operations: realOperations } : findMutant(mutant).options;
}

export function runJob(job: Job): Promise<JobResult> {
  return job.kind === 'seeds' ? runSeeds(job) : runPair(job);
}

async function runSeeds({ from, seeds, mutant, about }: Extract<Job, { kind: 'seeds' }>): Promise<JobResult> {
  const failures: Failure[] = [];
  let total = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const { violation, steps } = await runSeed(seed, optionsOf(mutant), about);
    total += steps;
    if (violation) failures.push({ where: `seed ${seed}`, ...violation });
  }
  return { runs: seeds, steps: total, failures };
}

async function runPair({ name, mutant }: Extract<Job, { kind: 'pair' }>): Promise<JobResult> {
  const pair = [...pairs, ...talkPairs].find((candidate) => candidate.name === name);
  if (!pair) throw new Error(`There is no pair "${name}".`);
  const failures: Failure[] = [];
  let [runs, steps] = [0, 0];
  for (const meeting of pair.meetings) {
    const explored = await explore(meeting, optionsOf(mutant));
    runs += explored.schedules;
    steps += explored.steps;
    failures.push(...explored.failures.map(({ schedule, violation }) => ({ where: schedule, ...violation })));
  }
  return { runs, steps, failures };
}
