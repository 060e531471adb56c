import { SYNC_CURSORS_MAX, SYNC_PAGES_MAX } from './limits';
import type { Mailbox } from './mailbox';
import type { Requests } from './requests';

/** Brings what a login had no room for: of conversations that it did not even list. Whatever is left comes with the next login. */
export async function syncRest(requests: Pick<Requests, 'ask'>, mailbox: Mailbox): Promise<void> {
  const shownSoFar = () => [...mailbox.cursors.values()].reduce((sum, cursor) => sum + cursor, 0);
  const cursors = () => ({ cursors: Object.fromEntries([...mailbox.cursors].slice(-SYNC_CURSORS_MAX)) });
  for (let page = 0; page < SYNC_PAGES_MAX; page += 1) {
    // Whatever ends the session, or refuses this, the next login begins it anew.
    const reply = await requests.ask('sync', cursors).catch(() => undefined);
    const before = shownSoFar();
    mailbox.synced(reply?.messages ?? []);
    if (!reply?.more || shownSoFar() === before) return;
  }
}
