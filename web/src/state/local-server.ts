/** What `npm start` lets its own page do to the gateway: see `local/process/forward-control.ts`. */
import { signal } from '@preact/signals';

/** Whether the page is served by `npm start`, and may try out what happens when a client vanishes. */
export const isLocal = signal(false);

type Disturbance = 'cut' | 'freeze' | 'thaw';

/** Does this to an open connection of the local gateway. Rejects if it could not. */
export async function disturb(connection: string, how: Disturbance): Promise<void> {
  const { ok, status } = await fetch(`_local/connections/${encodeURIComponent(connection)}/${how}`, { method: 'POST' });
  if (!ok) throw new Error(`The local server answered ${status}.`);
}
