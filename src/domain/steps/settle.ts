import { ATTEMPTS_MAX, BACKOFF_FIRST_MS, BACKOFF_MAX_MS } from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import type { Metered } from '../ports/meter';
import type { Chance, Clock } from '../ports/ports';

interface RetryPorts {
  readonly clock: Clock;
  readonly chance: Chance;
}

export interface SettlePorts extends RetryPorts, Metered {}

/** A conflict is an outcome by itself, or the state of one. */
type Conflict = 'conflict' | { readonly state: 'conflict' };

/**
 * Runs `step` until it returns something other than a conflict, at most ATTEMPTS_MAX times, with full jitter between
 * (AWS Architecture Blog, "Exponential Backoff And Jitter"). Refuses `busy` when no attempt settles it.
 */
export async function settle<T>(ports: SettlePorts, step: () => Promise<T | Conflict>): Promise<Exclude<T, Conflict>> {
  return retry(ports, ATTEMPTS_MAX, async () => {
    const outcome = await step();
    if (!isConflict(outcome)) return outcome as Exclude<T, Conflict>;
    ports.meter.count('Conflicts');
    return 'again';
  });
}

function isConflict(outcome: unknown): boolean {
  return outcome === 'conflict' || (outcome as { readonly state?: unknown } | undefined)?.state === 'conflict';
}

/** As `settle`, for a `step` that did not fail at a race, and asks for another try: it is not counted as a conflict. */
export async function retry<T>(
  { clock, chance }: RetryPorts,
  attemptsMax: number,
  step: () => Promise<T | 'again'>,
): Promise<T> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await clock.sleep(chance.fraction() * backoffRangeMs(attempt));
    const outcome = await step();
    if (outcome !== 'again') return outcome;
  }
  throw new Refusal('busy');
}

function backoffRangeMs(attempt: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
}
