import type { EntryKey, Group, Groups, InboxEntry, Joining } from '../../domain/ports/ports';
import type { Message } from '../../protocol/messages';
import { inKeyOrder, refuseTwice, type Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/groups.ts`, where each says which race it decides. */
export function groupsIn({ groups, members, logs, inboxes }: Tables): Groups {
  const memberOf = ({ conversation, userId }: EntryKey) => members.get(conversation)?.get(userId);
  const isTaken = ({ conversation, seq }: Message) => logs.get(conversation)?.has(seq) === true;
  const append = (entry: Message) =>
    logs.put(entry.conversation, new Map(logs.get(entry.conversation)).set(entry.seq, entry));
  const enter = (joining: Joining) => {
    const { conversation, from: userId, seq: joinedSeq } = joining.entry;
    const member = { userId, role: joining.role, joinedSeq };
    members.put(conversation, new Map(members.get(conversation)).set(userId, member));
    inboxes.put(userId, new Map(inboxes.get(userId)).set(conversation, toEntry(joining)));
    append(joining.entry);
  };

  return {
    async create({ name, description, entry }) {
      const { conversation, from, sentAt } = entry;
      const isMember = memberOf({ conversation, userId: from }) !== undefined;
      if (groups.get(conversation) || isTaken(entry) || isMember) return 'taken';
      const group = { conversation, name, description, creator: from, createdAt: sentAt };
      groups.put(conversation, { ...group, members: 1, version: 1, big: false });
      enter({ entry, role: 'owner', versionSeen: 0, big: false });
      return 'created';
    },

    async find(conversation) {
      return groups.get(conversation);
    },

    async infoOf(conversations) {
      refuseTwice(conversations);
      return {
        groups: conversations.flatMap((conversation) => groups.get(conversation) ?? []),
        left: [],
      };
    },

    async member(key) {
      return memberOf(key);
    },

    async members({ conversation, limit, from }) {
      const all = [...(members.get(conversation)?.values() ?? [])];
      all.sort((one, other) => inKeyOrder(one.userId, other.userId));
      const rest = from === undefined ? all : all.filter(({ userId }) => inKeyOrder(userId, from) > 0);
      const page = rest.slice(0, limit);
      return { members: page, next: page.length === limit ? page.at(-1)?.userId : undefined };
    },

    async join(joining) {
      const { entry, versionSeen, big } = joining;
      const { conversation, from: userId } = entry;
      const group = groups.get(conversation);
      if (memberOf({ conversation, userId })) return 'member';
      if (isTaken(entry)) return 'taken';
      if (group?.version !== versionSeen) return 'changed';
      groups.put(conversation, moved(group, 1, big));
      enter(joining);
      return 'joined';
    },

    async leave(entry) {
      const { conversation, from: userId } = entry;
      const group = groups.get(conversation);
      if (!memberOf({ conversation, userId })) return 'absent';
      if (isTaken(entry)) return 'taken';
      if (!group) return 'absent';
      groups.put(conversation, moved(group, -1, group.big));
      members.put(conversation, without(members.get(conversation), userId));
      inboxes.put(userId, without(inboxes.get(userId), conversation));
      append(entry);
      return 'left';
    },
  };
}

function moved(group: Group, by: number, big: boolean): Group {
  return { ...group, members: group.members + by, version: group.version + 1, big: group.big || big };
}

function without<Key, Value>(map: ReadonlyMap<Key, Value> | undefined, key: Key): ReadonlyMap<Key, Value> {
  return new Map([...(map ?? [])].filter(([name]) => name !== key));
}

function toEntry({ entry: { conversation, seq, sentAt }, role, big }: Joining): InboxEntry {
  const cursors = { lastSeq: seq, ackSeq: seq - 1, readSeq: seq, at: sentAt };
  return { conversation, ...cursors, joinedSeq: seq, role, ...(big ? { big: true as const } : {}) };
}
