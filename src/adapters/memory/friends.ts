import type { Friend, Friends, Removal } from '../../domain/ports/ports';
import type { UserId } from '../../protocol/ids';
import { inKeyOrder, refuseTwice, type Tables } from './tables';

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
      refuseTwice([userId, other]);
      if (!profiles.get(other)) return 'absent';
      const theirs = standing(other, userId);
      if (standing(userId, other) || (theirs && theirs.state !== 'none')) return 'changed';
      stand(userId, { userId: other, state: 'outgoing', since: now });
      stand(other, { ...theirs, userId, state: 'incoming', since: now });
      return 'asked';
    },

    async accept({ userId, other }, now) {
      refuseTwice([userId, other]);
      const [mine, theirs] = [standing(userId, other), standing(other, userId)];
      if (mine?.state !== 'incoming' || mine.blocked || theirs?.state !== 'outgoing') return 'changed';
      stand(userId, { ...mine, state: 'friends', since: now });
      stand(other, { ...theirs, state: 'friends', since: now });
      return 'accepted';
    },

    async remove({ userId, other, blocks }) {
      refuseTwice([userId, other]);
      const sides = [
        { userId, other, keepsBlock: blocks.mine },
        { userId: other, other: userId, keepsBlock: blocks.theirs },
      ];
      const found = sides.map((side) => ({ ...side, friend: standing(side.userId, side.other) }));
      const refused = found.filter(({ friend, keepsBlock }) => !mayEnd(friend, keepsBlock));
      if (refused.length > 0) return refused.some(({ friend }) => friend) ? 'changed' : 'absent';
      for (const { keepsBlock, friend, ...side } of found) {
        if (keepsBlock && friend) stand(side.userId, { ...friend, state: 'none', frozen: undefined });
        else forget(side.userId, side.other);
      }
      return 'removed';
    },

    async page({ userId, limit, from }) {
      const all = friendsInOrder(friends.get(userId));
      const rest = from === undefined ? all : all.filter((friend) => inKeyOrder(friend.userId, from) > 0);
      const page = rest.slice(0, limit);
      return { friends: page, next: page.length === limit ? page.at(-1)?.userId : undefined };
    },

    async count(userId) {
      const counts = { outgoing: 0, incoming: 0, friends: 0, blocked: 0 };
      for (const { state, blocked } of friends.get(userId)?.values() ?? []) {
        if (state !== 'none') counts[state]++;
        if (blocked) counts.blocked++;
      }
      return counts;
    },
  };
}

/** Whether one side of a removal is as it was seen: without a block, or with one and something else. */
function mayEnd(friend: Friend | undefined, keepsBlock: Removal['blocks']['mine']): boolean {
  if (!friend) return false;
  return keepsBlock ? friend.blocked === true && friend.state !== 'none' : !friend.blocked;
}

export function friendsInOrder(friends: ReadonlyMap<UserId, Friend> | undefined): readonly Friend[] {
  return [...(friends?.values() ?? [])].sort((one, other) => inKeyOrder(one.userId, other.userId));
}
