import type { UserId } from '../../protocol/ids';
import { LOGIN_FRIENDS_BYTES_MAX } from '../../protocol/limits';
import type { UserPresence } from '../../protocol/messages';
import type { FriendRequest } from '../../protocol/replies';
import type { Friend, Snapshot } from '../ports/ports';
import { readPresences } from '../presence/read-presences';
import type { ProfilesPorts } from '../pushes/read-profiles';
import { firstBytes } from '../steps/fit-bytes';
import { type FriendsPorts, readFriends } from './read-friends';

export type CirclePorts = FriendsPorts & ProfilesPorts;

/**
 * Friends with their presence, requests, and whom the user has blocked. The presence is read after the bind: either this
 * sees a flip, or whoever announces the flip sees this connection.
 */
export async function readCircle(ports: CirclePorts, userId: UserId, { friends, complete }: Snapshot) {
  // One page of a user with thousands of conversations has not got to the friends.
  const entries = complete ? friends : await readFriends(ports, userId);
  const presences = await readPresences(ports, entries);
  const requests = entries.flatMap(toShownRequest);
  const kept = firstBytes<UserPresence | FriendRequest>([...presences, ...requests], LOGIN_FRIENDS_BYTES_MAX);
  return {
    friends: kept.filter((entry) => 'version' in entry),
    requests: kept.filter((entry) => 'since' in entry),
    blocked: entries.filter(({ blocked }) => blocked).map((entry) => entry.userId),
    more: kept.length < presences.length + requests.length,
  };
}

/** What somebody asks whom the user has blocked waits for the end of the block. */
function toShownRequest({ userId, state, since, blocked }: Friend): readonly FriendRequest[] {
  const isShown = state === 'outgoing' || (state === 'incoming' && !blocked);
  return isShown ? [{ user: userId, state, since }] : [];
}
