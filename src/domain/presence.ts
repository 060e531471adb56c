import type { Command } from '../protocol/commands';
import type { BoundCaller, Done } from './operation';
import { type FriendsPorts, friendsAmong, readFriends } from './read-friends';
import { type ProfilesPorts, readProfiles, toPresence } from './read-profiles';

export type PresencePorts = FriendsPorts & ProfilesPorts;

/**
 * State and last seen of those among `users` whom the caller may watch: friends, and oneself. Of all others the reply says
 * nothing, not even whether they exist.
 */
export async function presence(
  ports: PresencePorts,
  { userId }: BoundCaller,
  { users }: Command<'presence'>,
): Promise<Done> {
  const watched = new Set([userId, ...friendsAmong(await readFriends(ports, userId))]);
  const profiles = await readProfiles(
    ports,
    users.filter((user) => watched.has(user)),
  );
  return { userId, fields: { presence: profiles.map(toPresence) } };
}
