import type { Rates, Settings } from '../../src/domain/ports/ports';
import { Random } from '../simulation/random';

/** What a seed decides beforehand. Steps draw from chance of their own, so that leaving some out leaves the others as they were. */
export interface Plan {
  readonly seed: number;
  readonly steps: readonly number[];
  readonly settings: Partial<Settings>;
  readonly faultRate: number;
  /** How many addresses the connections come from. */
  readonly addresses: number;
  /** The share of steps that run beside the next one. */
  readonly crowding: number;
  /** The share of frames that are correct. */
  readonly goodness: number;
}

const STEPS = 500;

/** Few commands at once, and a connection is soon closed: on such days floods are met. */
const STRICT: Rates = {
  connection: { costMs: 2_000, debtMaxMs: 8_000 },
  user: { costMs: 1_000, debtMaxMs: 6_000 },
  prepaid: 3,
  refusalsMax: 3,
};

export function planOf(seed: number, steps = STEPS): Plan {
  const random = new Random(`hostile/${seed}`);
  return {
    seed,
    steps: Array.from({ length: steps }, (_, step) => step),
    settings: {
      devicesMax: random.pick([2, 3, 20]),
      directMembersMax: random.pick([2, 3, 256]),
      retentionMs: random.pick([undefined, undefined, 60_000]),
      rates: random.pick([undefined, undefined, STRICT]),
    },
    faultRate: random.pick([0, 0, 0.01, 0.05]),
    addresses: random.pick([1, 3, 1_000]),
    crowding: random.pick([0, 0.5, 0.8]),
    goodness: random.pick([0.3, 0.5, 0.8]),
  };
}

/** Steps that run side by side. */
export function batchesOf({ seed, steps, crowding }: Plan): readonly (readonly number[])[] {
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const step of steps) {
    batch.push(step);
    if (new Random(`hostile/${seed}/${step}/beside`).chance(crowding)) continue;
    batches.push(batch);
    batch = [];
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
