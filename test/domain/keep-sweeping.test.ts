import { describe, expect, it } from '@jest/globals';
import { keepSweeping } from '../../src/domain/presence/keep-sweeping';
import type { SweepPorts } from '../../src/domain/presence/sweep';
import { silentMeter } from '../tooling/silent-meter';

const START = 1_000_000;

/** An empty table, and a clock that moves while somebody sleeps or reads. */
function emptyTable({ passMs }: { readonly passMs: number }) {
  const begins: number[] = [];
  let now = START;
  const never = () => Promise.reject(new Error('There is nothing to do this to.'));
  const ports: SweepPorts = {
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    meter: silentMeter,
    chance: { fraction: () => 0, groupId: (() => 'g') as never, messageId: never as never },
    report: () => undefined,
    connections: {
      expired: async ({ segment, segments }) => {
        if (segment === 0) begins.push(now - START);
        now += passMs / segments;
        return { connections: [], scanned: 1 };
      },
      find: never,
      forgetUnbound: never,
      renew: never,
    },
    presence: { releaseLast: never, releaseOneOfSeveral: never },
    sockets: { probe: never, close: never },
  };
  return { ports, begins };
}

describe('a shift of the sweep', () => {
  it('loops through its minute by its period', async () => {
    const { ports, begins } = emptyTable({ passMs: 2_000 });

    const counts = await keepSweeping(ports, { periodMs: 20_000, beginUntil: START + 60_000, until: START + 90_000 });

    expect(begins).toEqual([0, 20_000, 40_000]);
    expect(counts).toMatchObject({ passes: 3, scanned: 12, failed: 0 });
  });

  it('begins the next pass at once after one that took longer than the period', async () => {
    const { ports, begins } = emptyTable({ passMs: 40_000 });

    await keepSweeping(ports, { periodMs: 20_000, beginUntil: START + 100_000, until: START + 90_000 });

    expect(begins).toEqual([0, 40_000, 80_000]);
  });

  it('has one pass, even where there is no time for a second', async () => {
    const { ports, begins } = emptyTable({ passMs: 2_000 });

    const counts = await keepSweeping(ports, { periodMs: 20_000, beginUntil: START, until: START });

    expect(begins).toEqual([0]);
    expect(counts).toMatchObject({ passes: 1 });
  });
});
