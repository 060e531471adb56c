import { expect, it } from '@jest/globals';
import { directConversation, type UserId } from '../../../src/protocol/ids';
import { describeOn, type Engine, profileOf, storesOn } from '../subjects';
import { aMessage, registered } from './fixtures';

export function blocksContract(engine: Engine): void {
  describeOn(engine, `blocks on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const two = async () => {
      const [userId, other] = [await registered(ports()), await registered(ports())];
      return { userId, other, conversation: directConversation(userId, other) };
    };
    const turned = ({ userId, other }: { userId: UserId; other: UserId }) => ({ userId: other, other: userId });
    const friends = async () => {
      const pair = await two();
      await ports().friends.ask(pair, 1);
      await ports().friends.accept(turned(pair), 2);
      return pair;
    };
    const frozen = { version: 1, lastSeen: 8 };
    const seen = { now: 9, frozen, versionSeen: 0 };
    const entryOf = async ({ userId, conversation }: Awaited<ReturnType<typeof two>>) =>
      (await ports().inboxes.entriesOf([{ userId, conversation }])).entries[0];

    it('leave no trace on the side of a stranger', async () => {
      const pair = await two();

      expect(await ports().blocks.block({ ...pair, ...seen, stateSeen: 'none' })).toBe('blocked');
      expect(await ports().friends.find(pair)).toEqual({ userId: pair.other, state: 'none', since: 9, blocked: true });
      expect(await ports().friends.find(turned(pair))).toBeUndefined();
      expect(await entryOf(pair)).toMatchObject({ lastSeq: 0, block: { after: 0, ackSeq: 0, readSeq: 0 } });
      expect(await ports().friends.count(pair.userId)).toEqual({ friends: 0, outgoing: 0, incoming: 0, blocked: 1 });
    });

    it('freeze what a friend is shown, until they end', async () => {
      const pair = await friends();

      expect(await ports().blocks.block({ ...pair, ...seen, stateSeen: 'friends' })).toBe('blocked');
      expect(await ports().friends.find(pair)).toMatchObject({ state: 'friends', blocked: true });
      expect(await ports().friends.find(turned(pair))).toMatchObject({ state: 'friends', frozen });
      expect(await ports().blocks.unblock({ ...pair, stateSeen: 'friends' })).toBe('unblocked');
      expect(await ports().friends.find(pair)).toEqual({ userId: pair.other, state: 'friends', since: 2 });
      expect(await ports().friends.find(turned(pair))).toEqual({ userId: pair.userId, state: 'friends', since: 2 });
      expect(await profileOf(database(), pair.userId)).toMatchObject({ version: { N: '2' } });
    });

    it('of a stranger end without a trace', async () => {
      const pair = await two();
      await ports().blocks.block({ ...pair, ...seen, stateSeen: 'none' });

      expect(await ports().blocks.unblock({ ...pair, stateSeen: 'none' })).toBe('unblocked');
      expect(await ports().friends.find(pair)).toBeUndefined();
      expect(await entryOf(pair)).not.toHaveProperty('block');
      expect(await ports().blocks.unblock({ ...pair, stateSeen: 'none' })).toBe('changed');
    });

    it('do not begin when friendship or presence is not as it was seen, nor twice', async () => {
      const pair = await friends();
      const block = { ...pair, ...seen, stateSeen: 'friends' as const };

      expect(await ports().blocks.block({ ...block, stateSeen: 'none' })).toBe('changed');
      expect(await ports().blocks.block({ ...block, stateSeen: 'outgoing' })).toBe('changed');
      expect(await ports().blocks.block({ ...block, versionSeen: 3 })).toBe('changed');
      expect(await ports().friends.find(pair)).not.toHaveProperty('blocked');
      expect(await ports().blocks.block(block)).toBe('blocked');
      expect(await ports().blocks.block(block)).toBe('changed');
    });

    it('turn away what arrives, and know what came before', async () => {
      const pair = await two();
      const { userId, other, conversation } = pair;
      const arrive = (seq: number, from = other) =>
        ports().inboxes.arrive({ userId, message: aMessage({ conversation, from, seq }), creates: true });
      await arrive(3);
      await ports().inboxes.advance({ userId, conversation, name: 'ackSeq', seq: 2 });
      await ports().blocks.block({ ...pair, ...seen, stateSeen: 'none' });

      expect([await arrive(3), await arrive(4), await arrive(6, userId), await arrive(5)]).toEqual([
        ...['known', 'blocked', 'arrived', 'blocked'],
      ]);
      expect(await entryOf(pair)).toMatchObject({ lastSeq: 6, block: { after: 3, ackSeq: 2, readSeq: 0 } });
    });

    it('hide requests from the blocker only, and keep the blocker from accepting', async () => {
      const pair = await two();
      await ports().blocks.block({ ...pair, ...seen, stateSeen: 'none' });

      expect(await ports().friends.ask(turned(pair), 5)).toBe('asked');
      expect(await ports().friends.find(turned(pair))).toEqual({ userId: pair.userId, state: 'outgoing', since: 5 });
      expect(await ports().friends.find(pair)).toMatchObject({ state: 'incoming', blocked: true });
      expect(await ports().friends.accept(pair, 6)).toBe('changed');
    });

    it('outlast a friendship', async () => {
      const pair = await friends();
      await ports().blocks.block({ ...pair, ...seen, stateSeen: 'friends' });
      const remove = (mine: boolean, theirs: boolean) => ports().friends.remove({ ...pair, blocks: { mine, theirs } });

      expect(await remove(false, false)).toBe('changed');
      expect(await remove(true, false)).toBe('removed');
      expect(await ports().friends.find(pair)).toMatchObject({ state: 'none', blocked: true });
      expect(await ports().friends.find(turned(pair))).toBeUndefined();
      expect(await ports().friends.ask(turned(pair), 5)).toBe('asked');
    });
  });
}
