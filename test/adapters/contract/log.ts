import { expect, it } from '@jest/globals';
import { describeOn, type Engine, rowsOf, storesOn } from '../subjects';
import { aMessage, newConversation } from './fixtures';

export function logContract(engine: Engine): void {
  describeOn(engine, `log on ${engine.name}`, (database) => {
    const log = () => storesOn(database()).log;

    it('has no head while it is empty', async () => {
      expect(await log().head(newConversation())).toBeUndefined();
      expect(await log().from({ conversation: newConversation(), fromSeq: 0, limit: 5 })).toEqual([]);
    });

    it('keeps what was put first at a seq', async () => {
      const message = aMessage({});

      expect(await log().put(message)).toBe('stored');
      expect(await log().put({ ...message, text: 'late' })).toBe('taken');
      expect(await log().head(message.conversation)).toEqual(message);
    });

    it('orders seqs as numbers, and pages from one on', async () => {
      const { conversation } = aMessage({});
      for (const seq of [11, 2, 9, 10]) await log().put(aMessage({ conversation, seq }));

      const page = await log().from({ conversation, fromSeq: 9, limit: 2 });

      expect(page.map(({ seq }) => seq)).toEqual([9, 10]);
      expect((await log().head(conversation))?.seq).toBe(11);
    });

    it('pages back from one, oldest first', async () => {
      const { conversation } = aMessage({});
      for (const seq of [1, 2, 3, 4]) await log().put(aMessage({ conversation, seq }));
      const upTo = async (toSeq: number) => (await log().upTo({ conversation, toSeq, limit: 2 })).map(({ seq }) => seq);

      expect(await upTo(3)).toEqual([2, 3]);
      expect(await upTo(1)).toEqual([1]);
      expect(await upTo(0)).toEqual([]);
      expect(await upTo(Number.MAX_SAFE_INTEGER)).toEqual([3, 4]);
    });

    it('marks what is hidden or expires, and makes up nothing that is not there', async () => {
      const { text: _, ...message } = aMessage({ change: 'joined' });
      const place = { conversation: message.conversation, seq: 1 };
      await log().put(message);

      expect(await log().hide(place)).toBe('hidden');
      expect(await log().expire({ ...place, at: 5_001 })).toBe('expiring');
      expect(await log().head(message.conversation)).toEqual({ ...message, hidden: true });
      const row = (await rowsOf(database())).chat.find(({ id }) => id?.S === message.id);
      expect(row?.expiresAt).toEqual({ N: '6' });
      const nowhere = { conversation: message.conversation, seq: 2 };
      expect([await log().hide(nowhere), await log().expire({ ...nowhere, at: 1 })]).toEqual(['absent', 'absent']);
      expect((await log().head(message.conversation))?.seq).toBe(1);
    });

    it('gives back any text as it was', async () => {
      const message = aMessage({ text: '你好 👩‍👩‍👧 \u0000 \u202e "quoted"\n' });

      await log().put(message);

      expect(await log().head(message.conversation)).toEqual(message);
    });
  });
}
