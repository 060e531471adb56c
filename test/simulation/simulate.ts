/** `npm run simulate`: many seeds, or one that is told in full. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { findMutant, mutants } from './mutants/mutants';
import { realOperations } from './operations';
import { planOf } from './plan';
import { describeFailure, describePlan } from './report';
import { runSeed } from './run-seed';
import { runSeeds } from './run-seeds';
import { shrink } from './shrink';

const USAGE = `npm run simulate -- [options]
  --seeds N    how many seeds to run (1000)
  --from S     the first of them (1)
  --workers W  processes at once (as many as there are cores)
  --seed S     run this one, and tell all that happens
  --mutant M   on a known-wrong design instead: ${mutants.map(({ name }) => name).join(', ')}`;

const OPTIONS = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  workers: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string' },
  mutant: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** The number of failing seeds, and no more than one: the first ends the run. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const mutant = values.mutant === undefined ? undefined : findMutant(values.mutant);
  if (values.seed !== undefined) return replay(whole('seed', values.seed), mutant?.name);
  const [seeds, from, workers] = [
    whole('seeds', values.seeds),
    whole('from', values.from),
    whole('workers', values.workers),
  ];
  const result = await runSeeds({ seeds, from, workers, mutant: mutant?.name });
  if (result.failure === undefined) {
    console.log(`${seeds} seeds from ${from}: P1 to P6 held after ${result.steps} steps, in ${result.seconds} s.`);
    return 0;
  }
  await explain(result.failure.seed, mutant?.name);
  return 1;
}

async function replay(seed: number, mutantName: string | undefined): Promise<number> {
  const { violation, timeline } = await runSeed(seed, { ...optionsOf(mutantName), keepsTimeline: true });
  console.log([describePlan(planOf(seed)), ...timeline].join('\n'));
  console.log(
    violation ? `Seed ${seed} breaks ${violation.property}: ${violation.what}` : `Seed ${seed} holds P1 to P6.`,
  );
  return violation ? 1 : 0;
}

async function explain(seed: number, mutantName: string | undefined): Promise<void> {
  const shrunk = await shrink(planOf(seed), optionsOf(mutantName));
  console.log(describeFailure(shrunk));
}

function optionsOf(mutantName: string | undefined) {
  return mutantName === undefined ? { operations: realOperations } : findMutant(mutantName).options;
}

function whole(name: string, value: string): number {
  if (!/^\d+$/.test(value) || Number(value) < 1)
    throw new TypeError(`--${name} must be a whole number above 0, not "${value}".`);
  return Number(value);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (cause: unknown) => {
    // What a person typed wrong; anything else is ours, and has a stack.
    console.error(cause instanceof TypeError ? `${cause.message}\n\n${USAGE}` : cause);
    process.exitCode = 2;
  },
);
