import { describe, expect, it } from '@jest/globals';
import { tokens } from '../../src/adapters/node/tokens';
import type { UserId } from '../../src/protocol/ids';
import { HANDLE_LENGTH_MAX, TOKEN_LENGTH_MAX } from '../../src/protocol/limits';

const claims = { userId: '张三' as UserId, expiresAt: 1_800_000_000_000 };
const key = tokens.newKey();

describe('tokens', () => {
  it('say who and until when, and are signed with one key only', () => {
    const token = tokens.issue(claims, key);

    expect(tokens.claimsOf(token)).toEqual(claims);
    expect(tokens.isSignedWith(token, key)).toBe(true);
    expect(tokens.isSignedWith(token, tokens.newKey())).toBe(false);
  });

  it('are signed by HMAC-SHA256, as openssl computes it', () => {
    // printf '5byg5LiJ.1800000000000' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0000…00 -binary | basenc --base64url
    const zeros = Buffer.alloc(32).toString('base64url');

    expect(tokens.issue(claims, zeros)).toBe('5byg5LiJ.1800000000000.ihCzlmJIW9LLLk7tu3YsKg9fKN9H3qK_VGkKeNCSiGw');
  });

  it('are worth nothing when any character of them is another', () => {
    const token = tokens.issue(claims, key);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const forged = token.slice(0, at) + other + token.slice(at + 1);
      // The last character of base64url may carry bits that mean nothing.
      if (at === token.length - 1 && Buffer.from(forged, 'base64url').equals(Buffer.from(token, 'base64url'))) continue;
      expect(tokens.isSignedWith(forged, key)).toBe(false);
    }
  });

  it.each(['', '.', '..', 'a.b.c', 'x', `${'A'.repeat(171)}.1.${'A'.repeat(43)}`, `LSE.1.${'A'.repeat(43)}`])(
    'are not %j',
    (text) => {
      expect(tokens.claimsOf(text)).toBeUndefined();
      expect(tokens.isSignedWith(text, key)).toBe(false);
    },
  );

  it('fit into their field with the longest name', () => {
    const userId = '𠮷'.repeat(HANDLE_LENGTH_MAX) as UserId;
    const token = tokens.issue({ userId, expiresAt: Number.MAX_SAFE_INTEGER }, key);

    expect(token.length).toBeLessThanOrEqual(TOKEN_LENGTH_MAX);
    expect(tokens.isSignedWith(token, key)).toBe(true);
  });
});
