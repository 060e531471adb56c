import { expect, it } from '@jest/globals';
import { describeOn, type Engine, storesOn } from '../subjects';
import { newConversation, registered } from './fixtures';

/** DynamoDB refuses a batch or a transaction that names an item twice: whoever calls must know, whichever engine is behind it. */
export function itemsOnceContract(engine: Engine): void {
  describeOn(engine, `a request on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('that reads a batch names each item once', async () => {
      const userId = await registered(ports());
      const conversation = newConversation();
      const key = { userId, conversation };

      await expect(ports().inboxes.entriesOf([key, key])).rejects.toThrow();
      await expect(ports().presence.profilesOf([userId, userId])).rejects.toThrow();
      await expect(ports().groups.infoOf([conversation, conversation])).rejects.toThrow();
    });

    it('that changes how two stand to each other names two', async () => {
      const userId = await registered(ports());
      const pair = { userId, other: userId };
      const { friends } = ports();

      expect(await orRefused(friends.ask(pair, 1))).not.toBe('asked');
      expect(await orRefused(friends.accept(pair, 1))).not.toBe('accepted');
      expect(await orRefused(friends.remove({ ...pair, blocks: { mine: false, theirs: false } }))).not.toBe('removed');
      expect(await friends.find(pair)).toBeUndefined();
    });
  });
}

/** DynamoDB Local tries the conditions first, one after the other, and says then what they objected to. */
function orRefused<T>(asked: Promise<T>): Promise<T | 'refused'> {
  return asked.catch(() => 'refused' as const);
}
