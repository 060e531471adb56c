import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUserId, normaliseHandle } from '../../src/protocol/handle';
import { directConversation, type UserId } from '../../src/protocol/ids';

const anyText = fc.string({ unit: 'binary' });
const anyUserId = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map(normaliseHandle).filter(isUserId);

describe('a handle', () => {
  it('is normalised once and for all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = normaliseHandle(text);

        expect(normaliseHandle(once)).toBe(once);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is normalised once and for all, for every single character', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const once = normaliseHandle(String.fromCodePoint(codePoint));
      if (normaliseHandle(once) !== once) throw new Error(`U+${codePoint.toString(16)} is not normalised by one pass.`);
    }
  });

  it('holds nothing that a key, a log line or an eye would trip over', () => {
    fc.assert(
      fc.property(anyUserId, (userId) => {
        expect(userId).not.toMatch(/[\s:#\p{C}\p{P}\p{S}\p{Z}]/u);
      }),
    );
  });
});

describe('a direct conversation', () => {
  it('is the same for both users, and another for any other pair', () => {
    const pair = fc.tuple(anyUserId, anyUserId);
    fc.assert(
      fc.property(pair, pair, ([one, other], [third, fourth]) => {
        const conversation = directConversation(one as UserId, other as UserId);
        const samePair = [one, other].sort().join() === [third, fourth].sort().join();

        expect(directConversation(other as UserId, one as UserId)).toBe(conversation);
        expect(directConversation(third as UserId, fourth as UserId) === conversation).toBe(samePair);
      }),
    );
  });
});
