import type { UserId } from '../../protocol/ids';
import type { UserPresence } from '../../protocol/messages';
import type { Friend } from '../ports/ports';
import { type ProfilesPorts, readProfiles, toFrozenPresence, toPresence } from '../pushes/read-profiles';

/** The presence of those of the entries who are friends: of one who has blocked the user, as it was then. */
export async function readPresences(
  ports: ProfilesPorts,
  entries: readonly Friend[],
): Promise<readonly UserPresence[]> {
  const friends = entries.filter(({ state }) => state === 'friends');
  const live = await readLive(
    ports,
    friends.filter(({ frozen }) => frozen === undefined).map(({ userId }) => userId),
  );
  return friends.flatMap(({ userId, frozen }) =>
    frozen ? toFrozenPresence(userId, frozen) : (live.get(userId) ?? []),
  );
}

async function readLive(ports: ProfilesPorts, users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>> {
  const profiles = await readProfiles(ports, users);
  return new Map(profiles.map((profile) => [profile.userId, toPresence(profile)]));
}
