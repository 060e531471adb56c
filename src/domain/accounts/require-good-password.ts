import type { UserId } from '../../protocol/ids';
import { PASSWORD_BESIDE_HANDLE_MAX } from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import { codePointLength } from '../../protocol/text';
import type { CommonPasswords } from '../ports/ports';
import { normalisePassword } from './normalise-password';

export interface GoodPasswordPorts {
  readonly commonPasswords: CommonPasswords;
}

/**
 * Refuses `common_password` for a new password that guessers try first: one of the most common, or little more than the
 * user's own name. NIST SP 800-63B §3.1.1.2 asks for such a list, and for nothing like "one digit, one symbol".
 */
export function requireGoodPassword({ commonPasswords }: GoodPasswordPorts, userId: UserId, password: string): void {
  const normal = normalisePassword(password);
  if (commonPasswords.has(normal) || isMostly(userId, normal)) throw new Refusal('common_password');
}

/** The name once or several times, and at most a few digits and signs: `ann`, `annannann`, `ann-2026`. */
function isMostly(userId: UserId, password: string): boolean {
  const rest = password.replaceAll(userId, '');
  return rest !== password && codePointLength(rest) <= PASSWORD_BESIDE_HANDLE_MAX && !/\p{L}/u.test(rest);
}
