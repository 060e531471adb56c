/** A process of `runSeeds`: runs its batch, and tells its parent from time to time. */
import { findMutant } from './mutants/mutants';
import { realOperations } from './operations';
import { runSeed } from './run-seed';
import type { Batch, Failure } from './run-seeds';

const TELL_EVERY = 20;

async function main({ from, seeds, mutant }: Batch): Promise<void> {
  const options = mutant === undefined ? { operations: realOperations } : findMutant(mutant).options;
  let told = { seeds: 0, steps: 0 };
  for (let seed = from; seed < from + seeds; seed++) {
    const { violation, steps } = await runSeed(seed, options);
    const failures: Failure[] = violation ? [{ seed, ...violation }] : [];
    told = { seeds: told.seeds + 1, steps: told.steps + steps };
    if (failures.length === 0 && told.seeds < TELL_EVERY && seed < from + seeds - 1) continue;
    process.send?.({ ...told, failures });
    told = { seeds: 0, steps: 0 };
  }
  process.disconnect?.();
}

void main(JSON.parse(process.argv[2] ?? '') as Batch);
