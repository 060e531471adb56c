import { closeMutants } from './close-mutants';
import { evidenceMutants } from './evidence-mutants';
import { messageMutants } from './message-mutants';
import type { Mutant } from './mutant';
import { transactionMutants } from './transaction-mutants';

/** The known-wrong designs: each must be caught, or the checkers prove nothing. */
export const mutants: readonly Mutant[] = [
  ...transactionMutants,
  ...evidenceMutants,
  ...closeMutants,
  ...messageMutants,
];

export function findMutant(name: string): Mutant {
  const mutant = mutants.find((candidate) => candidate.name === name);
  if (!mutant) throw new TypeError(`There is no mutant "${name}".`);
  return mutant;
}
