import type { Tables } from '../../../src/adapters/memory/tables';
import type { InboxEntry, Member } from '../../../src/domain/ports';
import { type GroupId, groupConversation, type MessageId, type UserId } from '../../../src/protocol/ids';
import type { Message } from '../../../src/protocol/messages';
import { EPOCH_MS } from '../lambdas';

/** A group of all, whose messages go through the queue: what 257 members would have made of it. */
export function populateLarge({ profiles, groups, members, inboxes, logs }: Tables, group: string): void {
  const names = Array.from(profiles.entries(), ([userId]) => userId);
  const conversation = groupConversation(group as GroupId);
  const [owner = '' as UserId] = names;
  const about = { conversation, name: group, creator: owner, createdAt: EPOCH_MS };
  groups.put(conversation, { ...about, members: names.length, version: 1, big: true });
  const join = (from: UserId, index: number): Message => {
    const change = index === 0 ? 'created' : 'joined';
    return { conversation, seq: index + 1, from, change, sentAt: EPOCH_MS, id: `first${index}` as MessageId };
  };
  logs.put(conversation, new Map(names.map((name, index) => [index + 1, join(name, index)])));
  const memberOf = (userId: UserId, index: number): Member => ({ userId, role: 'member', joinedSeq: index + 1 });
  members.put(conversation, new Map(names.map((name, index) => [name, memberOf(name, index)])));
  names.forEach((name, index) => {
    const seqs = { lastSeq: index + 1, ackSeq: index, readSeq: index + 1, joinedSeq: index + 1 };
    const entry: InboxEntry = { conversation, ...seqs, at: EPOCH_MS, role: 'member', big: true };
    inboxes.put(name, new Map([[conversation, entry]]));
  });
}
