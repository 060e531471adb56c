import type { Command } from '../protocol/commands';
import { Refusal } from '../protocol/refusal';
import type { Caller, Done } from './operation';
import { requirePasswords } from './passwords-off';
import type { Accounts, Passwords, Tokens, Tuned } from './ports';
import { type GoodPasswordPorts, requireGoodPassword } from './require-good-password';
import { type SettlePorts, settle } from './settle';

export interface RegPorts extends SettlePorts, GoodPasswordPorts, Tuned {
  readonly accounts: Pick<Accounts, 'create'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly tokens: Pick<Tokens, 'newKey'>;
}

/** Creates an account, offline. Refuses `user_taken`, `common_password`; `password_login_off`. */
export async function reg(ports: RegPorts, _caller: Caller, { user, password }: Command<'reg'>): Promise<Done<'reg'>> {
  requirePasswords(ports);
  requireGoodPassword(ports, user, password);
  const passwordHash = await ports.passwords.hash(password);
  const account = { userId: user, passwordHash, tokenKey: ports.tokens.newKey(), now: ports.clock.now() };
  const outcome = await settle(ports, () => ports.accounts.create(account));
  if (outcome === 'taken') throw new Refusal('user_taken');
  return { userId: user, fields: { user } };
}
