import { setTimeout as delay } from 'node:timers/promises';

/** `setTimeout` holds no more; the longest pause ends by a signal. */
export const PAUSE_MS_MAX = 2 ** 31 - 1;

/** Ends early at any of the signals. */
export async function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  const signal = AbortSignal.any([...signals]);
  await delay(Math.min(ms, PAUSE_MS_MAX), undefined, { signal }).catch(() => undefined);
}
