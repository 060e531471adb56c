import { expect, it } from '@jest/globals';
import type { UserId } from '../../../src/protocol/ids';
import { describeOn, type Engine, storesOn } from '../subjects';
import { aMessage, newConversation, registered } from './fixtures';

export function inboxesContract(engine: Engine): void {
  describeOn(engine, `inboxes on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const reader = async () => ({ userId: await registered(ports()), conversation: newConversation() });
    const entryOf = async (userId: UserId) => (await ports().accounts.snapshotOf(userId)).inbox[0];

    it('only ever moves forward', async () => {
      const { userId, conversation } = await reader();

      const outcomes = [];
      for (const seq of [2, 1, 2, 3])
        outcomes.push(
          await ports().inboxes.arrive({ userId, message: aMessage({ conversation, seq }), creates: true }),
        );

      expect(outcomes).toEqual(['arrived', 'known', 'known', 'arrived']);
      expect(await entryOf(userId)).toMatchObject({ lastSeq: 3, ackSeq: 0, readSeq: 0 });
    });

    it('counts what one sent as read, but not as acked by all of one’s devices', async () => {
      const { userId, conversation } = await reader();

      await ports().inboxes.arrive({
        userId,
        message: aMessage({ conversation, from: userId, seq: 4 }),
        creates: true,
      });

      expect(await entryOf(userId)).toMatchObject({ lastSeq: 4, ackSeq: 0, readSeq: 4 });
    });

    it('moves a cursor forward, not back, not beyond the last message, and not where there is none', async () => {
      const { userId, conversation } = await reader();
      await ports().inboxes.arrive({ userId, message: aMessage({ conversation, seq: 3 }), creates: true });
      const advance = (seq: number) => ports().inboxes.advance({ userId, conversation, name: 'ackSeq', seq });

      const outcomes = [await advance(2), await advance(1), await advance(2), await advance(4), await advance(3)];

      expect(outcomes.map(({ state }) => state)).toEqual(['advanced', 'already', 'already', 'beyond', 'advanced']);
      expect(await entryOf(userId)).toMatchObject({ ackSeq: 3, readSeq: 0 });
      const elsewhere = { userId, conversation: newConversation(), name: 'readSeq', seq: 0 } as const;
      expect(await ports().inboxes.advance(elsewhere)).toEqual({ state: 'absent' });
    });

    it('begin with a message only where they may', async () => {
      const { userId, conversation } = await reader();
      const arrive = (seq: number, creates: boolean) =>
        ports().inboxes.arrive({ userId, message: aMessage({ conversation, seq }), creates });

      expect([await arrive(1, false), await arrive(1, true), await arrive(2, false)]).toEqual([
        ...['absent', 'arrived', 'arrived'],
      ]);
    });

    it('say how far a cursor stood before it moved', async () => {
      const { userId, conversation } = await reader();
      await ports().inboxes.arrive({ userId, message: aMessage({ conversation, seq: 3 }), creates: true });
      const advance = (seq: number) => ports().inboxes.advance({ userId, conversation, name: 'ackSeq', seq });

      expect(await advance(2)).toMatchObject({ state: 'advanced', entry: { conversation, ackSeq: 0, lastSeq: 3 } });
      expect(await advance(3)).toMatchObject({ state: 'advanced', entry: { ackSeq: 2 } });
      expect(await advance(1)).toMatchObject({ state: 'already', entry: { ackSeq: 3 } });
    });

    it('are marked as large, and not made by it', async () => {
      const { userId, conversation } = await reader();
      const mark = () => ports().inboxes.markBig({ userId, conversation });

      expect(await mark()).toBe('absent');
      await ports().inboxes.arrive({ userId, message: aMessage({ conversation }), creates: true });
      expect(await mark()).toBe('marked');
      expect(await entryOf(userId)).toMatchObject({ lastSeq: 1, big: true });
    });

    it('are listed for a user, and read for many users at once', async () => {
      const [one, other] = [await reader(), await reader()];
      for (const { userId, conversation } of [one, other])
        await ports().inboxes.arrive({ userId, message: aMessage({ conversation }), creates: true });

      const { entries, left } = await ports().inboxes.entriesOf([one, other, { ...one, userId: other.userId }]);

      expect(entries.map(({ userId }) => userId).sort()).toEqual([one.userId, other.userId].sort());
      expect(left).toEqual([]);
      const listed = await ports().inboxes.listOf(one.userId);
      expect(listed).toMatchObject({ entries: [{ conversation: one.conversation }], complete: true });
    });
  });
}
