/** `npm run simulate`: many seeds, or one that is told in full. */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { run } from '../tooling/run';
import { type Failure, type Job, optionsOf } from './jobs';
import { findMutant, mutants } from './mutants/mutants';
import { runJobs } from './pool';
import { describeFailure, describePlan, drawBar } from './report';
import { dayOf, runSeed } from './run-seed';
import { shrink } from './shrink';
import type { Subject } from './talk/subject';

const USAGE = `npm run simulate -- [options]
  --seeds N    how many seeds to run (1000)
  --from S     the first of them (1)
  --workers W  processes at once (as many as there are cores)
  --seed S     run this one, and tell all that happens
  --messages   days of messages instead of presence
  --mutant M   on a known-wrong design instead of the real one:
               ${mutants.map(({ name }) => name).join('\n               ')}`;

const OPTIONS = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  workers: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string' },
  mutant: { type: 'string' },
  messages: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const SEEDS_PER_JOB = 25;

const HELD: Readonly<Record<Subject, string>> = { presence: 'P1 to P6', messages: 'P1 to P6 and M1 to M5' };

/** The exit code: 1 if a property did not hold. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const { mutant } = values;
  const about: Subject = values.messages ? 'messages' : 'presence';
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (mutant !== undefined) findMutant(mutant);
  if (values.seed !== undefined) return replay(whole('seed', values.seed), { mutant, about });
  const [seeds, from] = [whole('seeds', values.seeds), whole('from', values.from)];
  return runMany({ seeds, from, mutant, about, workers: whole('workers', values.workers) });
}

interface Many {
  readonly seeds: number;
  readonly from: number;
  readonly workers: number;
  readonly mutant: string | undefined;
  readonly about: Subject;
}

async function runMany({ seeds, from, workers, mutant, about }: Many): Promise<number> {
  const startedAt = performance.now();
  const total = { seeds: 0, steps: 0 };
  let failure: Failure | undefined;
  await runJobs(jobsOf({ seeds, from, mutant, about }), {
    workers,
    onResult: ({ runs, steps, failures }) => {
      total.seeds += runs;
      total.steps += steps;
      failure ??= failures[0];
      drawBar({ done: total.seeds, of: seeds, startedAt });
      return failure !== undefined;
    },
  });
  if (failure) {
    const seed = Number(failure.where.replace('seed ', ''));
    console.log(describeFailure(await shrink(dayOf(seed, about), optionsOf(mutant)), flagsOf({ mutant, about })));
    return 1;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${HELD[about]} held in ${seeds} seeds from ${from}: ${total.steps} steps, ${seconds} s.`);
  return 0;
}

function jobsOf({ seeds, from, mutant, about }: Omit<Many, 'workers'>): readonly Job[] {
  return Array.from({ length: Math.ceil(seeds / SEEDS_PER_JOB) }, (_, index) => {
    const offset = index * SEEDS_PER_JOB;
    return { kind: 'seeds', from: from + offset, seeds: Math.min(SEEDS_PER_JOB, seeds - offset), mutant, about };
  });
}

type Day = Pick<Many, 'mutant' | 'about'>;

/** What has to be said again to get the same day. */
function flagsOf({ mutant, about }: Day): string {
  return `${about === 'messages' ? ' --messages' : ''}${mutant === undefined ? '' : ` --mutant ${mutant}`}`;
}

async function replay(seed: number, { mutant, about }: Day): Promise<number> {
  const { violation, timeline } = await runSeed(seed, { ...optionsOf(mutant), keepsTimeline: true }, about);
  console.log([describePlan(dayOf(seed, about)), ...timeline].join('\n'));
  console.log(
    violation ? `Seed ${seed} breaks ${violation.property}: ${violation.what}` : `${HELD[about]} held in seed ${seed}.`,
  );
  return violation ? 1 : 0;
}

function whole(name: string, value: string): number {
  if (/^\d+$/.test(value) && Number(value) > 0) return Number(value);
  throw new TypeError(`--${name} must be a whole number above 0, not "${value}".`);
}

run(main, USAGE);
