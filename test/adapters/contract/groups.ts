import { expect, it } from '@jest/globals';
import type { ConversationId, UserId } from '../../../src/protocol/ids';
import type { Message } from '../../../src/protocol/messages';
import { describeOn, type Engine, storesOn } from '../subjects';
import { aMessage, newConversation, registered } from './fixtures';

export function groupsContract(engine: Engine): void {
  describeOn(engine, `groups on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const groups = () => ports().groups;
    const newGroup = () => `group:${newConversation()}` as ConversationId;

    const created = async () => {
      const [conversation, owner] = [newGroup(), await registered(ports())];
      const entry = change({ conversation, from: owner, change: 'created', sentAt: 77 });
      await groups().create({ name: 'Choir', description: 'Tuesdays', entry });
      return { conversation, owner, entry };
    };
    const change = ({ text: _, ...fields }: Partial<Message>) => {
      const { text: __, ...entry } = aMessage(fields);
      return entry;
    };
    const joining = (conversation: ConversationId, from: UserId, seq: number) => ({
      entry: change({ conversation, from, seq, change: 'joined' }),
      role: 'member' as const,
      versionSeen: seq - 1,
      big: false,
    });
    const entryOf = async (userId: UserId, conversation: ConversationId) =>
      (await ports().inboxes.entriesOf([{ userId, conversation }])).entries[0];

    it('begin with their creator as owner, an entry in the log, and one in the inbox', async () => {
      const { conversation, owner, entry } = await created();

      const group = { conversation, name: 'Choir', description: 'Tuesdays', creator: owner, createdAt: 77 };
      expect(await groups().find(conversation)).toEqual({ ...group, members: 1, version: 1, big: false });
      expect(await groups().member({ conversation, userId: owner })).toEqual({
        userId: owner,
        role: 'owner',
        joinedSeq: 1,
      });
      expect(await ports().log.head(conversation)).toEqual(entry);
      const cursors = { lastSeq: 1, ackSeq: 0, readSeq: 1, at: 77 };
      expect(await entryOf(owner, conversation)).toEqual({
        ...{ userId: owner, conversation, role: 'owner', joinedSeq: 1 },
        ...cursors,
      });
    });

    it('are created once', async () => {
      const { conversation, owner } = await created();
      const other = await registered(ports());
      const entry = change({ conversation, from: other, change: 'created' });

      expect(await groups().create({ name: 'Choir 2', entry })).toBe('taken');
      expect(await groups().find(conversation)).toMatchObject({ name: 'Choir', creator: owner });
      expect(await groups().member({ conversation, userId: other })).toBeUndefined();
    });

    it('are nothing where nobody has created them', async () => {
      const conversation = newGroup();

      expect(await groups().find(conversation)).toBeUndefined();
      expect(await groups().member({ conversation, userId: await registered(ports()) })).toBeUndefined();
      expect(await groups().members({ conversation, limit: 5 })).toEqual({ members: [] });
    });

    it('grow by who joins, with the log and the inbox', async () => {
      const { conversation } = await created();
      const userId = await registered(ports());
      const join = joining(conversation, userId, 2);

      expect(await groups().join(join)).toBe('joined');
      expect(await groups().find(conversation)).toMatchObject({ members: 2, version: 2, big: false });
      expect(await groups().member({ conversation, userId })).toEqual({ userId, role: 'member', joinedSeq: 2 });
      expect(await ports().log.head(conversation)).toEqual(join.entry);
      const entry = { lastSeq: 2, ackSeq: 1, readSeq: 2, joinedSeq: 2, role: 'member' };
      expect(await entryOf(userId, conversation)).toMatchObject(entry);
    });

    it('do not grow when their log, their number or the membership is not as it was seen', async () => {
      const { conversation } = await created();
      const userId = await registered(ports());
      const join = joining(conversation, userId, 2);

      expect(await groups().join({ ...join, versionSeen: 7 })).toBe('changed');
      expect(await groups().join(joining(conversation, userId, 1))).toBe('taken');
      expect(await entryOf(userId, conversation)).toBeUndefined();
      await groups().join(join);
      expect(await groups().join({ ...joining(conversation, userId, 3), versionSeen: 2 })).toBe('member');
      expect(await groups().find(conversation)).toMatchObject({ members: 2 });
      expect((await ports().log.head(conversation))?.seq).toBe(2);
    });

    it('are large from the join on that says so, and its entry says so too', async () => {
      const { conversation, owner } = await created();
      const userId = await registered(ports());

      expect(await groups().join({ ...joining(conversation, userId, 2), big: true })).toBe('joined');
      expect(await groups().find(conversation)).toMatchObject({ big: true });
      expect(await entryOf(userId, conversation)).toMatchObject({ big: true });
      expect(await entryOf(owner, conversation)).not.toHaveProperty('big');
    });

    it('lose who leaves, with the inbox, and the log says so', async () => {
      const { conversation } = await created();
      const userId = await registered(ports());
      await groups().join(joining(conversation, userId, 2));
      const entry = change({ conversation, from: userId, seq: 3, change: 'left' });

      expect(await groups().leave({ ...entry, seq: 2 })).toBe('taken');
      expect(await groups().member({ conversation, userId })).toBeDefined();
      expect(await groups().leave(entry)).toBe('left');
      expect(await groups().member({ conversation, userId })).toBeUndefined();
      expect(await entryOf(userId, conversation)).toBeUndefined();
      expect(await groups().find(conversation)).toMatchObject({ members: 1, version: 3 });
      expect(await ports().log.head(conversation)).toEqual(entry);
      expect(await groups().leave({ ...entry, seq: 4 })).toBe('absent');
      expect((await ports().log.head(conversation))?.seq).toBe(3);
    });

    it('list their members in order, in pages', async () => {
      const { conversation, owner } = await created();
      const others = [await registered(ports()), await registered(ports()), await registered(ports())];
      for (const [index, other] of others.entries()) await groups().join(joining(conversation, other, index + 2));
      const all = [owner, ...others].sort();

      const first = await groups().members({ conversation, limit: 2 });
      const second = await groups().members({ conversation, limit: 3, from: first.next });

      expect(first.members.map(({ userId }) => userId)).toEqual(all.slice(0, 2));
      expect(first.next).toBe(all[1]);
      expect(second.members.map(({ userId }) => userId)).toEqual(all.slice(2));
      expect(second.next).toBeUndefined();
    });

    it('are read many at once, and counted for each user', async () => {
      const [one, other] = [await created(), await created()];
      const both = [one.conversation, other.conversation];

      const { groups: found, left } = await groups().infoOf([...both, newGroup()]);

      expect(found.map(({ conversation }) => conversation).sort()).toEqual(both.sort());
      expect(left).toEqual([]);
      expect(await ports().inboxes.countGroups(one.owner)).toBe(1);
      expect(await ports().inboxes.countGroups(await registered(ports()))).toBe(0);
    });

    it('of two who join at once let one in, and the other look again', async () => {
      const { conversation } = await created();
      const [one, other] = [await registered(ports()), await registered(ports())];

      const outcomes = await Promise.all([one, other].map((userId) => groups().join(joining(conversation, userId, 2))));

      expect(outcomes.filter((outcome) => outcome === 'joined').length).toBeLessThanOrEqual(1);
      const { members } = await groups().members({ conversation, limit: 9 });
      expect((await groups().find(conversation))?.members).toBe(members.length);
      expect((await ports().log.head(conversation))?.seq).toBe(members.length);
    });
  });
}
