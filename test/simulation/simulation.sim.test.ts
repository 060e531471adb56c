import { describe, expect, it } from '@jest/globals';
import { realOperations } from './operations';
import { runSeed } from './run-seed';

describe('presence', () => {
  it('holds P1 to P6 in a first share of the seeds', async () => {
    for (let seed = 1; seed <= 500; seed++) {
      const { violation } = await runSeed(seed, { operations: realOperations });
      expect({ seed, violation }).toEqual({ seed, violation: undefined });
    }
  }, 300_000);
});
