import type { Friend, FriendState, Friends } from '../../domain/ports';
import type { UserId } from '../../protocol/ids';
import { inKeyOrder, type Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/friends.ts`, where each says which race it decides. */
export function friendsIn({ profiles, friends }: Tables): Friends {
  const standing = (userId: UserId, other: UserId) => friends.get(userId)?.get(other);
  const stand = (userId: UserId, friend: Friend) =>
    friends.put(userId, new Map(friends.get(userId)).set(friend.userId, friend));
  const forget = (userId: UserId, other: UserId) =>
    friends.put(userId, new Map([...(friends.get(userId) ?? [])].filter(([friend]) => friend !== other)));

  return {
    async find({ userId, other }) {
      return standing(userId, other);
    },

    async ask({ userId, other }, now) {
      if (!profiles.get(other)) return 'absent';
      if (standing(userId, other) || standing(other, userId)) return 'changed';
      stand(userId, { userId: other, state: 'outgoing', since: now });
      stand(other, { userId, state: 'incoming', since: now });
      return 'asked';
    },

    async accept({ userId, other }, now) {
      const isAsked = standing(userId, other)?.state === 'incoming' && standing(other, userId)?.state === 'outgoing';
      if (!isAsked) return 'changed';
      stand(userId, { userId: other, state: 'friends', since: now });
      stand(other, { userId, state: 'friends', since: now });
      return 'accepted';
    },

    async remove({ userId, other }) {
      if (!standing(userId, other) || !standing(other, userId)) return 'absent';
      forget(userId, other);
      forget(other, userId);
      return 'removed';
    },

    async page({ userId, limit, from }) {
      const all = friendsInOrder(friends.get(userId));
      const rest = from === undefined ? all : all.filter((friend) => inKeyOrder(friend.userId, from) > 0);
      const page = rest.slice(0, limit);
      return { friends: page, next: page.length === limit ? page.at(-1)?.userId : undefined };
    },

    async count(userId) {
      const counts: Record<FriendState, number> = { outgoing: 0, incoming: 0, friends: 0 };
      for (const { state } of friends.get(userId)?.values() ?? []) counts[state]++;
      return counts;
    },
  };
}

export function friendsInOrder(friends: ReadonlyMap<UserId, Friend> | undefined): readonly Friend[] {
  return [...(friends?.values() ?? [])].sort((one, other) => inKeyOrder(one.userId, other.userId));
}
