import type { UserPresence } from '../protocol/messages';
import type { Friend } from './ports';
import { friendsAmong } from './read-friends';
import { type ProfilesPorts, readProfiles, toPresence } from './read-profiles';

/** The presence of those of the entries who are friends: of one who has blocked the user, as it was then. */
export async function readPresences(
  ports: ProfilesPorts,
  entries: readonly Friend[],
): Promise<readonly UserPresence[]> {
  const profiles = await readProfiles(ports, friendsAmong(entries.filter(({ frozen }) => frozen === undefined)));
  const live = new Map(profiles.map((profile) => [profile.userId, toPresence(profile)]));
  return entries.flatMap((entry) => toFrozen(entry) ?? live.get(entry.userId) ?? []);
}

function toFrozen({ userId, state, frozen }: Friend): UserPresence | undefined {
  return state === 'friends' && frozen ? { user: userId, state: 'offline', ...frozen } : undefined;
}
