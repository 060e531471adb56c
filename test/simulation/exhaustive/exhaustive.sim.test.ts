import { describe, expect, it } from '@jest/globals';
import { runJobs } from '../pool';
import { handlers } from './handlers';
import { pairs } from './meetings';

/** What it was when this was written: a change of the operations may make it smaller, and then somebody should look. */
const SCHEDULES_MIN = 190_000;

describe('two handlers of one user', () => {
  it('are every pair of connect, login, ping, release, sweep, logout and revoke', () => {
    const names = handlers.map(({ name }) => name);
    const met = names.flatMap((one, index) => names.slice(index).map((other) => `${one} and ${other}`));

    expect(names).toEqual(['connect', 'login', 'ping', 'release', 'sweep', 'logout', 'revoke']);
    expect(pairs.map(({ name }) => name)).toEqual(expect.arrayContaining(met));
  });

  it('hold P1, P2, P4 and P6 in every interleaving, with a crash at every point, and P3 after two sweeps', async () => {
    const jobs = pairs.map(({ name }) => ({ kind: 'pair' as const, name }));

    const results = await runJobs(jobs);

    const schedules = results.reduce((sum, result) => sum + (result?.runs ?? 0), 0);
    console.info(`${schedules} schedules of ${pairs.length} pairs`);
    expect(results.flatMap((result) => result?.failures.slice(0, 3) ?? [])).toEqual([]);
    expect(results).not.toContain(undefined);
    expect(schedules).toBeGreaterThanOrEqual(SCHEDULES_MIN);
  }, 600_000);
});
