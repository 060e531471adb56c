import { type ClientStorage, indexedDbStorage, type Kept, type Session } from '../../../client';

const KEY = 'rollcall.session';

/**
 * What is queued goes to IndexedDB, from where another tab takes over what a closed one has left. The login stays with the tab: it
 * survives a reload, and ends with the tab. So several people can sit in the tabs of one browser, and nobody becomes somebody else.
 */
export function tabStorage(): ClientStorage {
  const shared = indexedDbStorage('rollcall', { shareLogin: false });
  const withOwn = (kept: Kept | undefined): Kept => ({ users: kept?.users ?? {}, session: ownSession() });
  return {
    load: async () => withOwn(await shared.load()),
    save({ session, ...kept }) {
      keepSession(session);
      return shared.save(kept);
    },
    claim: async (user, { session, ...kept }) => withOwn((await shared.claim?.(user, kept)) ?? kept),
    close: () => shared.close?.(),
  };
}

function ownSession(): Session | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : JSON.parse(text);
}

function keepSession(session: Session | undefined): void {
  if (session === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(session));
}
