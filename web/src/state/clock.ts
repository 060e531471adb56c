import { signal } from '@preact/signals';

/** The time, as far as "5 minutes ago" needs it. */
export const now = signal(Date.now());

const TICK_MS = 20_000;

export function startClock(): void {
  setInterval(() => {
    now.value = Date.now();
  }, TICK_MS);
}
