import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Claims, Tokens } from '../../domain/ports/ports';
import { isUserId } from '../../protocol/handle';

const KEY_BYTES = 32; // As long as the hash (RFC 2104 §3): more gains nothing, less would be the weaker part.

// The user in base64url, the time in milliseconds, and the signature of both in base64url.
const TOKEN = /^(?<user>[\w-]{1,200})\.(?<expiresAt>\d{1,15})\.(?<signature>[\w-]{43})$/;

/**
 * `<user>.<expiresAt>.<signature>`, signed by HMAC-SHA256 (RFC 2104) with a key of the user's own: a new key ends all tokens of
 * one user, and nobody else's.
 */
export const tokens: Tokens = {
  newKey: () => randomBytes(KEY_BYTES).toString('base64url'),

  issue: (claims, key) => `${signedPart(claims)}.${sign(signedPart(claims), key).toString('base64url')}`,

  claimsOf(token) {
    const { user = '', expiresAt } = TOKEN.exec(token)?.groups ?? {};
    const userId = Buffer.from(user, 'base64url').toString();
    return isUserId(userId) ? { userId, expiresAt: Number(expiresAt) } : undefined;
  },

  isSignedWith(token, key) {
    const end = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(end + 1), 'base64url');
    const right = sign(token.slice(0, Math.max(0, end)), key);
    return signature.length === right.length && timingSafeEqual(signature, right);
  },
};

function signedPart({ userId, expiresAt }: Claims): string {
  return `${Buffer.from(userId).toString('base64url')}.${expiresAt}`;
}

function sign(text: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(text).digest();
}
