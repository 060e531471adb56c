import type { Command } from '../../protocol/commands';
import { type FriendsPorts, readFriends } from '../friends/read-friends';
import type { BoundCaller, Done } from '../ports/operation';
import type { Friend } from '../ports/ports';
import type { ProfilesPorts } from '../pushes/read-profiles';
import { readPresences } from './read-presences';

export type PresencePorts = FriendsPorts & ProfilesPorts;

/**
 * State and last seen of those among `users` whom the caller may watch: friends, and oneself. Of all others the reply says
 * nothing, not even whether they exist.
 */
export async function presence(
  ports: PresencePorts,
  { userId }: BoundCaller,
  { users }: Command<'presence'>,
): Promise<Done<'presence'>> {
  const friends = new Map((await readFriends(ports, userId)).map((friend) => [friend.userId, friend]));
  const self: Friend = { userId, state: 'friends', since: 0 };
  const asked = [...new Set(users)].flatMap((user) => (user === userId ? self : (friends.get(user) ?? [])));
  return { userId, fields: { presence: await readPresences(ports, asked) } };
}
