import type { UserId } from '../../protocol/ids';
import { FRIENDS_PAGE_MAX, FRIENDS_PAGES_MAX } from '../../protocol/limits';
import type { Friend, Friends } from '../ports/ports';

export interface FriendsPorts {
  readonly friends: Pick<Friends, 'page'>;
}

/** All friends and requests of a user, strongly consistent: one request for each FRIENDS_PAGE_MAX. */
export async function readFriends(ports: FriendsPorts, userId: UserId): Promise<readonly Friend[]> {
  const all: Friend[] = [];
  let from: UserId | undefined;
  for (let page = 0; page < FRIENDS_PAGES_MAX; page++) {
    const { friends, next } = await ports.friends.page({ userId, limit: FRIENDS_PAGE_MAX, from });
    all.push(...friends);
    if (next === undefined) break;
    from = next;
  }
  return all;
}

/** The ids of those who are friends, not only asked or asking. */
export function friendsAmong(entries: readonly Friend[]): readonly UserId[] {
  return entries.filter(({ state }) => state === 'friends').map(({ userId }) => userId);
}
