import type { Command } from '../protocol/commands';
import { Refusal } from '../protocol/refusal';
import type { Caller, Done } from './operation';
import type { Accounts, Passwords, Tokens } from './ports';
import { type SettlePorts, settle } from './settle';

export interface RegPorts extends SettlePorts {
  readonly accounts: Pick<Accounts, 'create'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly tokens: Pick<Tokens, 'newKey'>;
}

/** Creates an account, offline. Refuses `user_taken`. */
export async function reg(ports: RegPorts, _caller: Caller, { user, password }: Command<'reg'>): Promise<Done<'reg'>> {
  const passwordHash = await ports.passwords.hash(password);
  const account = { userId: user, passwordHash, tokenKey: ports.tokens.newKey(), now: ports.clock.now() };
  const outcome = await settle(ports, () => ports.accounts.create(account));
  if (outcome === 'taken') throw new Refusal('user_taken');
  return { userId: user, fields: { user } };
}
