import type { Command } from '../../protocol/commands';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Accounts, Passwords, Tokens, Tuned } from '../ports/ports';
import { settle } from '../steps/settle';
import { type FreshTokenPorts, freshToken } from './fresh-token';
import { requirePasswords } from './passwords-off';
import { type ProvePasswordPorts, provePassword } from './prove-password';
import { type ReleaseOthersPorts, releaseOthers } from './release-others';
import { type GoodPasswordPorts, requireGoodPassword } from './require-good-password';

export interface PasswdPorts extends ReleaseOthersPorts, FreshTokenPorts, ProvePasswordPorts, GoodPasswordPorts, Tuned {
  readonly accounts: Pick<Accounts, 'changeCredential'>;
  readonly passwords: Pick<Passwords, 'hash' | 'verify'>;
  readonly tokens: Pick<Tokens, 'issue' | 'newKey'>;
}

/**
 * Changes the caller's password, ends all tokens and all other connections, and answers with a fresh token. Refuses
 * `wrong_credentials` if the password is not the caller's, or is no longer: of two changes at once, one is done. An open
 * session is no place to guess from: a wrong password counts as it does with a login.
 */
export async function passwd(
  ports: PasswdPorts,
  caller: BoundCaller,
  command: Command<'passwd'>,
): Promise<Done<'passwd'>> {
  requirePasswords(ports);
  const { userId } = caller;
  // To a client, a close means that it was signed out: whoever has forgotten their password would lose the last device they have.
  const claim = { userId, password: command.password, closes: false };
  const { credential, forgive } = await provePassword(ports, caller, claim);
  requireGoodPassword(ports, userId, command.newPassword);
  const passwordHash = await ports.passwords.hash(command.newPassword);
  const tokenKey = ports.tokens.newKey();
  const change = { userId, passwordHash, tokenKey, seenHash: credential.passwordHash };
  const [outcome] = await Promise.all([settle(ports, () => ports.accounts.changeCredential(change)), forgive()]);
  if (outcome === 'refused') throw new Refusal('wrong_credentials');
  await releaseOthers(ports, caller);
  return { userId, fields: freshToken(ports, userId, tokenKey) };
}
