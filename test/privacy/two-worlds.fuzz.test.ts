import { describe, expect, it } from '@jest/globals';
import { findLeak, type Leak } from './compare';
import { type Mutant, mutants } from './mutants';
import { relations } from './relations';
import type { Routes } from './world';

const SEEDS = Number(process.env.PRIVACY_SEEDS ?? 20);
const SEEDS_OF_MUTANTS = 200; // The first one that finds it ends the search.
const MS_PER_SEED = 1_500; // On a busy machine.

async function firstLeak(name: string, seeds: number, routes?: Routes): Promise<Leak | undefined> {
  const relation = relations.find((candidate) => candidate.name === name);
  if (!relation) throw new Error(`There is no relation ${name}.`);
  for (let seed = 1; seed <= seeds; seed++) {
    const leak = await findLeak(relation, seed, routes);
    if (leak) return leak;
  }
  return undefined;
}

describe('whatever Alice does is nothing to Bob, who is', () => {
  it.each(relations)(
    '$name',
    async ({ name }) => {
      expect(await firstLeak(name, SEEDS)).toBeUndefined();
    },
    30_000 + SEEDS * MS_PER_SEED,
  );
});

describe('a leak is found', () => {
  it.each(mutants)(
    '$name',
    async ({ relation, routes }: Mutant) => {
      expect(await firstLeak(relation, SEEDS_OF_MUTANTS, routes)).toMatchObject({ relation });
    },
    60_000,
  );
});
