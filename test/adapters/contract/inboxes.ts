import { expect, it } from '@jest/globals';
import { storesOn } from '../../../src/adapters/lambda/ports';
import type { UserId } from '../../../src/protocol/ids';
import { describeOn, type TestEngine } from '../../tooling/engines';
import { aMessage, newConversation, registered } from './fixtures';

export function inboxesContract(engine: TestEngine): void {
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
  });
}
