import { describe, expect, it } from '@jest/globals';
import { runJobs } from '../pool';
import { handlers } from './handlers';
import { type Pair, pairs } from './meetings';
import { talkPairs } from './talk-meetings';

/** What it was when this was written: a change of the operations may make it smaller, and then somebody should look. */
const SCHEDULES_MIN = 270_000;
const TALK_SCHEDULES_MIN = 20_500;

async function exploreAll(pairs: readonly Pair[]) {
  const results = await runJobs(pairs.map(({ name }) => ({ kind: 'pair' as const, name })));
  const schedules = results.reduce((sum, result) => sum + (result?.runs ?? 0), 0);
  console.info(`${schedules} schedules of ${pairs.length} pairs`);
  return { results, schedules, failures: results.flatMap((result) => result?.failures.slice(0, 3) ?? []) };
}

describe('two handlers of one user', () => {
  it('are every pair of connect, login, ping, release, sweep, logout and revoke', () => {
    const names = handlers.map(({ name }) => name);
    const met = names.flatMap((one, index) => names.slice(index).map((other) => `${one} and ${other}`));

    expect(names).toEqual(['connect', 'login', 'ping', 'release', 'sweep', 'logout', 'revoke']);
    expect(pairs.map(({ name }) => name)).toEqual(expect.arrayContaining(met));
  });

  it('hold P1, P2, P4 and P6 in every interleaving, with a crash at every point, and P3 after two sweeps', async () => {
    const { results, schedules, failures } = await exploreAll(pairs);

    expect(failures).toEqual([]);
    expect(results).not.toContain(undefined);
    expect(schedules).toBeGreaterThanOrEqual(SCHEDULES_MIN);
  }, 1_200_000);
});

describe('a send and what its recipient does at that moment', () => {
  it('are another send, the same once more, login, join, leave, block, unblock, ack, sync and history', () => {
    const names = talkPairs.map(({ name }) => name);

    const direct = ['answer', 'send again', 'login', 'block', 'unblock', 'ack', 'sync', 'history'];
    const group = ['answer in the group', 'login', 'join', 'leave', 'leave, elsewhere', 'ack in the group', 'sync'];
    expect(names).toEqual(expect.arrayContaining(direct.map((other) => `send and ${other}`)));
    expect(names).toEqual(expect.arrayContaining(group.map((other) => `send to the group and ${other}`)));
  });

  it('hold M1, M2, M3, M4 and M5 in every interleaving, with a crash at every point, after which the client asks again', async () => {
    const { results, schedules, failures } = await exploreAll(talkPairs);

    expect(failures).toEqual([]);
    expect(results).not.toContain(undefined);
    expect(schedules).toBeGreaterThanOrEqual(TALK_SCHEDULES_MIN);
  }, 1_200_000);
});
