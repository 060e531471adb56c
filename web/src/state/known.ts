/** What is known of oneself, as signals: written by `session.ts`, read by everybody. */
import { computed, signal } from '@preact/signals';
import type { ChatState, Draft, ErrorCode, Me } from '../../../client';

export type Login =
  | { readonly is: 'unknown' }
  /** `isEnded`: not by oneself. */
  | { readonly is: 'out'; readonly isEnded: boolean }
  | { readonly is: 'in'; readonly user: string };

/** A message that the server would not take: it is gone from the outbox, and only this tab knows of it. */
export interface RefusedDraft {
  readonly draft: Draft;
  readonly code: ErrorCode;
}

export const login = signal<Login>({ is: 'unknown' });
/** Who is logged in, connected or not; '' if nobody is. */
export const ownName = computed(() => (login.value.is === 'in' ? login.value.user : ''));
export const connection = signal<ChatState>({ state: 'connecting', reason: { code: 'starting' } });
export const me = signal<Me | undefined>(undefined);
export const drafts = signal<readonly Draft[]>([]);
export const refusedDrafts = signal<readonly RefusedDraft[]>([]);

export function forgetRefused(id: string): void {
  refusedDrafts.value = refusedDrafts.value.filter(({ draft }) => draft.id !== id);
}
