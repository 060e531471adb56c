import { expect, it } from '@jest/globals';
import { storesOn } from '../../../src/adapters/lambda/ports';
import { describeOn, type TestEngine } from '../../tooling/engines';
import { aMessage, newConversation } from './fixtures';

export function logContract(engine: TestEngine): void {
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

    it('gives back any text as it was', async () => {
      const message = aMessage({ text: '你好 👩‍👩‍👧 \u0000 \u202e "quoted"\n' });

      await log().put(message);

      expect(await log().head(message.conversation)).toEqual(message);
    });
  });
}
