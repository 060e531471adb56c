import type { Blocking, Blocks, Friend, InboxEntry, Unblocking } from '../../domain/ports/ports';
import type { UserId } from '../../protocol/ids';
import type { Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/blocks.ts`, where each says which race it decides. */
export function blocksIn({ profiles, friends, inboxes }: Tables): Blocks {
  const standing = (userId: UserId, other: UserId) => friends.get(userId)?.get(other);
  const stand = (userId: UserId, friend: Friend) =>
    friends.put(userId, new Map(friends.get(userId)).set(friend.userId, friend));
  const forget = (userId: UserId, other: UserId) =>
    friends.put(userId, new Map([...(friends.get(userId) ?? [])].filter(([friend]) => friend !== other)));
  const keep = (userId: UserId, entry: InboxEntry) =>
    inboxes.put(userId, new Map(inboxes.get(userId)).set(entry.conversation, entry));

  return {
    async block(blocking) {
      const { userId, other, stateSeen, now, frozen } = blocking;
      const [mine, theirs, profile] = [standing(userId, other), standing(other, userId), profiles.get(userId)];
      const isAsSeen = (mine?.state ?? 'none') === stateSeen && !mine?.blocked;
      if (!isAsSeen || profile?.version !== blocking.versionSeen || (stateSeen !== 'none' && !theirs)) return 'changed';
      stand(userId, { ...mine, userId: other, state: stateSeen, since: mine?.since ?? now, blocked: true });
      if (theirs && stateSeen !== 'none') stand(other, { ...theirs, frozen });
      keep(userId, blockedEntry(inboxes.get(userId)?.get(blocking.conversation), blocking));
      return 'blocked';
    },

    async unblock(unblocking) {
      const { userId, other, stateSeen, conversation } = unblocking;
      const [mine, theirs] = [standing(userId, other), standing(other, userId)];
      const [entry, profile] = [inboxes.get(userId)?.get(conversation), profiles.get(userId)];
      if (!mine?.blocked || mine.state !== stateSeen || !entry || !isWhole(unblocking, theirs, profile))
        return 'changed';
      const { blocked: _, ...unblocked } = mine;
      if (stateSeen === 'none') forget(userId, other);
      else stand(userId, unblocked);
      if (theirs && stateSeen !== 'none') stand(other, thawed(theirs));
      const { block: __, ...open } = entry;
      keep(userId, open);
      if (profile && stateSeen === 'friends') profiles.put(userId, { ...profile, version: profile.version + 2 });
      return 'unblocked';
    },
  };
}

/** Whatever the transaction would change besides is there. */
function isWhole({ stateSeen }: Unblocking, theirs: Friend | undefined, profile: object | undefined): boolean {
  return (stateSeen === 'none' || theirs !== undefined) && (stateSeen !== 'friends' || profile !== undefined);
}

function thawed({ frozen: _, ...friend }: Friend): Friend {
  return friend;
}

function blockedEntry(entry: InboxEntry | undefined, { conversation, now }: Blocking): InboxEntry {
  const { lastSeq, ackSeq, readSeq } = entry ?? { lastSeq: 0, ackSeq: 0, readSeq: 0 };
  const block = { after: lastSeq, ackSeq, readSeq };
  return { ...entry, conversation, lastSeq, ackSeq, readSeq, at: entry?.at ?? now, block };
}
