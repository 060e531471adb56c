import { describe, expect, it } from '@jest/globals';
import { runJobs } from './pool';

const SEEDS = 10_000;
const SEEDS_PER_JOB = 50;

describe('presence', () => {
  it(`holds P1 to P6 in ${SEEDS} seeds`, async () => {
    const jobs = Array.from({ length: SEEDS / SEEDS_PER_JOB }, (_, index) => ({
      kind: 'seeds' as const,
      from: 1 + index * SEEDS_PER_JOB,
      seeds: SEEDS_PER_JOB,
    }));

    // `npm run simulate -- --seed N` tells what happened, and without --seed also the shortest way to it that was found.
    const results = await runJobs(jobs, { onResult: ({ failures }) => failures.length > 0 });

    expect(results.flatMap((result) => result?.failures ?? [])).toEqual([]);
    expect(results.reduce((sum, result) => sum + (result?.runs ?? 0), 0)).toBe(SEEDS);
  }, 900_000);
});
