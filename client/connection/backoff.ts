import { BACKOFF_FIRST_MS, BACKOFF_MS_MAX, BACKOFF_MS_MIN } from '../limits';

/** How long to wait after so many failures in a row (1, 2, …): full jitter, within bounds. */
export function backoffMs(failures: number, random: () => number): number {
  const range = Math.min(BACKOFF_MS_MAX, BACKOFF_FIRST_MS * 2 ** (failures - 1));
  return Math.max(BACKOFF_MS_MIN, Math.floor(random() * range));
}
