import { describe, expect, it } from '@jest/globals';
import { runJobs } from './pool';
import type { Subject } from './talk/subject';

const SEEDS = 10_000;
const MESSAGE_SEEDS = 2_000;
const SEEDS_PER_JOB = 50;

// `npm run simulate -- --seed N` tells what happened, and without --seed also the shortest way to it that was found.
async function runSeeds(about: Subject, seeds: number) {
  const jobs = Array.from({ length: seeds / SEEDS_PER_JOB }, (_, index) => ({
    kind: 'seeds' as const,
    from: 1 + index * SEEDS_PER_JOB,
    seeds: SEEDS_PER_JOB,
    about,
  }));
  const results = await runJobs(jobs, { onResult: ({ failures }) => failures.length > 0 });
  return {
    failures: results.flatMap((result) => result?.failures ?? []),
    runs: results.reduce((sum, result) => sum + (result?.runs ?? 0), 0),
  };
}

describe('presence', () => {
  it(`holds P1 to P6 in ${SEEDS} seeds`, async () => {
    const { failures, runs } = await runSeeds('presence', SEEDS);

    expect(failures).toEqual([]);
    expect(runs).toBe(SEEDS);
  }, 1_200_000);
});

describe('messages', () => {
  it(`hold M1 to M5, and P1 to P6, in ${MESSAGE_SEEDS} seeds, and every client shows a part of the log`, async () => {
    const { failures, runs } = await runSeeds('messages', MESSAGE_SEEDS);

    expect(failures).toEqual([]);
    expect(runs).toBe(MESSAGE_SEEDS);
  }, 1_200_000);
});
