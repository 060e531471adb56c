import type { Rates } from '../../src/domain/ports/ports';

/** Commands that cost nothing: nobody ever owes anything, so each takes the same steps, whenever it comes. */
export const FREE_RATES: Rates = {
  connection: { costMs: 0, debtMaxMs: 60_000 },
  user: { costMs: 0, debtMaxMs: 60_000 },
  prepaid: 1_000_000,
  refusalsMax: 1_000_000,
};
