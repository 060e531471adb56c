import { ATTEMPTS_MAX, BACKOFF_FIRST_MS, BACKOFF_MAX_MS } from '../protocol/limits';
import { Refusal } from '../protocol/refusal';
import type { Chance, Clock } from './ports';

export interface SettlePorts {
  readonly clock: Clock;
  readonly chance: Chance;
}

/**
 * Runs `step` until it returns something other than `'conflict'`, at most `attemptsMax` times, with full jitter between
 * (AWS Architecture Blog, "Exponential Backoff And Jitter"). Refuses `busy` when no attempt settles it.
 */
export async function settle<T>(
  { clock, chance }: SettlePorts,
  step: () => Promise<T | 'conflict'>,
  attemptsMax = ATTEMPTS_MAX,
): Promise<T> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await clock.sleep(chance.fraction() * backoffRangeMs(attempt));
    const outcome = await step();
    if (outcome !== 'conflict') return outcome;
  }
  throw new Refusal('busy');
}

function backoffRangeMs(attempt: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
}
