import type { Kept, KeptUser } from '../types';

/**
 * What one device had of a user, taken over by another. A draft that was sent may have been stored, and the new device may have
 * shown that already: it is looked for from where it was first sent on (`isPinned`, see core/outbox.ts).
 */
export function mergeUser(mine: KeptUser | undefined, theirs: KeptUser): KeptUser {
  if (!mine) return theirs;
  const drafts = theirs.drafts.map((draft) =>
    draft.after === undefined ? draft : { ...draft, isPinned: true as const },
  );
  return { cursors: mine.cursors, drafts: [...mine.drafts, ...drafts] };
}

/** Without the user; `undefined` if nothing is left that is still good for anything. The tab may be back, and be logged in. */
export function withoutUser(kept: Kept, user: string, now: number): Kept | undefined {
  const { [user]: _, ...users } = kept.users;
  const isGood = kept.session !== undefined && (kept.session.expiresAt ?? now + 1) > now;
  return isGood || Object.keys(users).length > 0 ? { ...kept, users } : undefined;
}

/** Somebody has logged out: nobody comes back by a tab that was closed before. */
export function withoutSession(kept: Kept, user: string): Kept {
  const { session, ...rest } = kept;
  return session?.user === user ? rest : kept;
}
