import { expect, it } from '@jest/globals';
import type { UserId } from '../../../src/protocol/ids';
import { describeOn, type Engine, storesOn } from '../subjects';
import { newUserId, registered } from './fixtures';

export function friendsContract(engine: Engine): void {
  describeOn(engine, `friends on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const friends = () => ports().friends;
    const blocks = { mine: false, theirs: false };
    const two = async () => ({ userId: await registered(ports()), other: await registered(ports()) });
    const turned = ({ userId, other }: { userId: UserId; other: UserId }) => ({ userId: other, other: userId });

    it('are nothing to each other at first', async () => {
      expect(await friends().find(await two())).toBeUndefined();
    });

    it('have a request on both sides once one has asked', async () => {
      const pair = await two();

      expect(await friends().ask(pair, 5)).toBe('asked');
      expect(await friends().find(pair)).toEqual({ userId: pair.other, state: 'outgoing', since: 5 });
      expect(await friends().find(turned(pair))).toEqual({ userId: pair.userId, state: 'incoming', since: 5 });
    });

    it('cannot be asked for who does not exist', async () => {
      const pair = { userId: await registered(ports()), other: newUserId() };

      expect(await friends().ask(pair, 5)).toBe('absent');
      expect(await friends().find(pair)).toBeUndefined();
      expect(await friends().find(turned(pair))).toBeUndefined();
    });

    it('are not asked again where there is something between them, from either side', async () => {
      const pair = await two();
      await friends().ask(pair, 5);

      expect(await friends().ask(pair, 6)).toBe('changed');
      expect(await friends().ask(turned(pair), 6)).toBe('changed');
      expect(await friends().find(pair)).toMatchObject({ state: 'outgoing', since: 5 });
    });

    it('are friends on both sides once the one who was asked accepts', async () => {
      const pair = await two();
      await friends().ask(pair, 5);

      expect(await friends().accept(turned(pair), 7)).toBe('accepted');
      expect(await friends().find(pair)).toEqual({ userId: pair.other, state: 'friends', since: 7 });
      expect(await friends().find(turned(pair))).toEqual({ userId: pair.userId, state: 'friends', since: 7 });
      expect(await friends().ask(pair, 8)).toBe('changed');
    });

    it('are not accepted by the one who asked, nor without a request, nor twice', async () => {
      const pair = await two();

      expect(await friends().accept(pair, 4)).toBe('changed');
      await friends().ask(pair, 5);
      expect(await friends().accept(pair, 6)).toBe('changed');
      await friends().accept(turned(pair), 7);
      expect(await friends().accept(turned(pair), 8)).toBe('changed');
      expect(await friends().find(pair)).toMatchObject({ since: 7 });
    });

    it('are nothing to each other again after either has removed the other', async () => {
      const pair = await two();
      await friends().ask(pair, 5);
      await friends().accept(turned(pair), 7);

      expect(await friends().remove({ ...turned(pair), blocks })).toBe('removed');
      expect(await friends().find(pair)).toBeUndefined();
      expect(await friends().find(turned(pair))).toBeUndefined();
      expect(await friends().remove({ ...pair, blocks })).toBe('absent');
    });

    it('that both ask at once leave one request or a conflict to try again, never two', async () => {
      const pair = await two();

      const outcomes = await Promise.all([friends().ask(pair, 5), friends().ask(turned(pair), 5)]);

      expect(outcomes.filter((outcome) => outcome === 'asked').length).toBeLessThanOrEqual(1);
      const sides = [await friends().find(pair), await friends().find(turned(pair))].map((side) => side?.state);
      expect([',', 'incoming,outgoing', 'outgoing,incoming']).toContain(sides.join());
    });

    it('are paged in order, and counted by state', async () => {
      const userId = await registered(ports());
      const others = [await registered(ports()), await registered(ports()), await registered(ports())].sort();
      const [friend, asked, asking] = others as [UserId, UserId, UserId];
      await friends().ask({ userId, other: friend }, 1);
      await friends().accept({ userId: friend, other: userId }, 2);
      await friends().ask({ userId, other: asked }, 3);
      await friends().ask({ userId: asking, other: userId }, 4);

      const first = await friends().page({ userId, limit: 2 });
      const second = await friends().page({ userId, limit: 2, from: first.next });

      expect(first.friends.map((entry) => entry.userId)).toEqual([friend, asked]);
      expect(first.next).toBe(asked);
      expect(second).toEqual({ friends: [{ userId: asking, state: 'incoming', since: 4 }] });
      expect(await friends().count(userId)).toEqual({ friends: 1, outgoing: 1, incoming: 1, blocked: 0 });
      expect(await friends().count(newUserId())).toEqual({ friends: 0, outgoing: 0, incoming: 0, blocked: 0 });
    });

    it('and requests are in the snapshot of both', async () => {
      const pair = await two();
      await friends().ask(pair, 5);

      const snapshots = [pair.userId, pair.other].map((userId) => ports().accounts.snapshotOf(userId));

      expect(await Promise.all(snapshots)).toMatchObject([
        { friends: [{ userId: pair.other, state: 'outgoing', since: 5 }] },
        { friends: [{ userId: pair.userId, state: 'incoming', since: 5 }] },
      ]);
    });
  });
}
