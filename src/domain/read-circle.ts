import type { UserId } from '../protocol/ids';
import { LOGIN_FRIENDS_BYTES_MAX } from '../protocol/limits';
import { firstBytes } from './fit-bytes';
import type { Friend, Snapshot } from './ports';
import { type FriendsPorts, readFriends } from './read-friends';
import { readPresences } from './read-presences';
import type { ProfilesPorts } from './read-profiles';

export type CirclePorts = FriendsPorts & ProfilesPorts;

/**
 * Friends with their presence, requests, and whom the user has blocked. The presence is read after the bind: either this
 * sees a flip, or whoever announces the flip sees this connection.
 */
export async function readCircle(ports: CirclePorts, userId: UserId, { friends, complete }: Snapshot) {
  // One page of a user with thousands of conversations has not got to the friends.
  const entries = complete ? friends : await readFriends(ports, userId);
  const presences = await readPresences(ports, entries);
  const requests = entries.filter(isShownRequest).map(toRequest);
  const kept = firstBytes([...presences, ...requests], LOGIN_FRIENDS_BYTES_MAX);
  return {
    friends: kept.slice(0, presences.length),
    requests: kept.slice(presences.length),
    blocked: entries.filter(({ blocked }) => blocked).map((entry) => entry.userId),
    more: kept.length < presences.length + requests.length,
  };
}

/** What somebody asks whom the user has blocked waits for the end of the block. */
function isShownRequest({ state, blocked }: Friend): boolean {
  return state === 'outgoing' || (state === 'incoming' && !blocked);
}

function toRequest({ userId, state, since }: Friend) {
  return { user: userId, state, since };
}
