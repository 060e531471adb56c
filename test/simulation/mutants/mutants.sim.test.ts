import { beforeAll, describe, expect, it } from '@jest/globals';
import { pairs } from '../exhaustive/meetings';
import { talkPairs } from '../exhaustive/talk-meetings';
import type { Failure, Job, JobResult } from '../jobs';
import { runJobs } from '../pool';
import { mutants } from './mutants';

const SEEDS = 100;

interface Caught {
  readonly bySeeds: JobResult;
  readonly byPair: JobResult | undefined;
}

describe('a known-wrong design', () => {
  const caught = new Map<string, Caught>();

  beforeAll(async () => {
    const seeds = mutants.map(
      ({ name, about }): Job => ({ kind: 'seeds', from: 1, seeds: SEEDS, mutant: name, about }),
    );
    const directed = mutants.flatMap(({ name, directedBy }): Job[] =>
      directedBy === undefined ? [] : [{ kind: 'pair', name: directedBy, mutant: name }],
    );
    const results = await runJobs([...seeds, ...directed]);
    const byPairs = results.slice(seeds.length).values();
    mutants.forEach(({ name, directedBy }, index) => {
      const bySeeds = results[index] as JobResult;
      caught.set(name, { bySeeds, byPair: directedBy === undefined ? undefined : byPairs.next().value });
    });
    console.info(mutants.map(({ name, directedBy }) => lineOf(name, directedBy, caught.get(name))).join('\n'));
  }, 1_200_000);

  it.each(mutants)('is caught: $name. $what', ({ name, directedBy }) => {
    const { bySeeds, byPair } = caught.get(name) ?? {};

    const failures = [...(bySeeds?.failures ?? []), ...(byPair?.failures ?? [])];
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter(({ property }) => property === 'bug')).toEqual([]);
    if (directedBy !== undefined) expect(byPair?.failures.length).toBeGreaterThan(0);
  });

  it('has, if it is hard to meet by chance, a pair of handlers that meets it', () => {
    const rare = mutants.filter(({ name }) => (caught.get(name)?.bySeeds.failures.length ?? 0) < SEEDS / 50);

    expect(rare.filter(({ directedBy }) => directedBy === undefined)).toEqual([]);
    expect([...pairs, ...talkPairs].map(({ name }) => name)).toEqual(
      expect.arrayContaining(mutants.flatMap(({ directedBy }) => directedBy ?? [])),
    );
  });
});

function lineOf(name: string, directedBy: string | undefined, { bySeeds, byPair }: Partial<Caught> = {}): string {
  const seeds = `${name.padEnd(26)} ${tally(bySeeds)} seeds`;
  return directedBy === undefined ? seeds : `${seeds}; ${tally(byPair)} schedules of ${directedBy}`;
}

/** `P3 in 2, P4 in 9 of 100` */
function tally({ failures, runs }: JobResult = { failures: [], runs: 0, steps: 0 }): string {
  const properties = [...new Set(failures.map(({ property }) => property))].sort();
  return `${properties.map((property) => `${property} in ${countOf(failures, property)}`).join(', ') || 'none'} of ${runs}`;
}

function countOf(failures: readonly Failure[], property: string): number {
  return failures.filter((failure) => failure.property === property).length;
}
