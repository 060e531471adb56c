import type { Command } from '../../protocol/commands';
import { Refusal } from '../../protocol/refusal';
import type { Caller, Done } from '../ports/operation';
import type { Accounts, Lookalikes, Passwords, Tokens, Tuned } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';
import { requirePasswords } from './passwords-off';
import { type GoodPasswordPorts, requireGoodPassword } from './require-good-password';

export interface RegPorts extends SettlePorts, GoodPasswordPorts, Tuned {
  readonly accounts: Pick<Accounts, 'create'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly tokens: Pick<Tokens, 'newKey'>;
  readonly lookalikes: Lookalikes;
}

/** Creates an account, offline. Refuses `user_taken`, `looks_alike`, `mixed_scripts`, `common_password`; `password_login_off`. */
export async function reg(ports: RegPorts, _caller: Caller, { user, password }: Command<'reg'>): Promise<Done<'reg'>> {
  requirePasswords(ports);
  if (ports.lookalikes.isMixed(user)) throw new Refusal('mixed_scripts');
  requireGoodPassword(ports, user, password);
  const passwordHash = await ports.passwords.hash(password);
  const secrets = { passwordHash, tokenKey: ports.tokens.newKey() };
  const skeleton = ports.lookalikes.skeletonOf(user);
  const account = { userId: user, skeleton, ...secrets, now: ports.clock.now() };
  const outcome = await settle(ports, () => ports.accounts.create(account));
  if (outcome === 'taken') throw new Refusal('user_taken');
  if (outcome === 'looks_alike') throw new Refusal('looks_alike');
  return { userId: user, fields: { user } };
}
