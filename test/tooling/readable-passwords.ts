import type { Passwords } from '../../src/domain/ports/ports';

/** Hashing is slow on purpose; here it only has to be right. */
export const readablePasswords: Passwords = {
  hash: async (password) => `hash of ${password}`,
  verify: async (password, hash) => hash === `hash of ${password}`,
  isOutdated: () => false,
};
