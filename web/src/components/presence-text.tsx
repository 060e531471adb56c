import type { Presence } from '../../../client';
import { now } from '../state/clock';
import { locale, t } from '../state/preferences';
import { timeAgo } from '../view/times';

/** Whether they are online, or since when not. */
export function PresenceText({ presence }: { readonly presence: Presence | undefined }) {
  return <span class={presence?.state === 'online' ? 'presence is-online' : 'presence'}>{inWords(presence)}</span>;
}

function inWords(presence: Presence | undefined): string {
  const words = t.value;
  if (presence === undefined) return words.notAFriend;
  if (presence.state === 'online') return words.online;
  if (presence.lastSeen === undefined) return words.neverSeen;
  return words.lastSeen(timeAgo(presence.lastSeen, now.value, locale.value) ?? words.justNow);
}
