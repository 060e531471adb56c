import type { Command } from '../../protocol/commands';
import type { BoundCaller, Done } from '../ports/operation';
import type { Accounts, Tokens, Tuned } from '../ports/ports';
import { unbindConnection } from '../presence/release-connection';
import { settle } from '../steps/settle';
import { type ReleaseOthersPorts, releaseOthers } from './release-others';

export interface LogoutPorts extends ReleaseOthersPorts, Tuned {
  readonly accounts: Pick<Accounts, 'changeCredential'>;
  readonly tokens: Pick<Tokens, 'newKey'>;
}

/**
 * Unbinds the caller's connection; its socket stays open, and somebody may log in on it again. With `everywhere`, the
 * caller's tokens are ended and the other connections released and closed before: if that fails midway, the caller can still
 * repeat it. In this order: a device that logs in with an old token meanwhile is either released, or sees the new key (`login`).
 */
export async function logout(
  ports: LogoutPorts,
  caller: BoundCaller,
  command: Command<'logout'>,
): Promise<Done<'logout'>> {
  const { userId } = caller;
  if (command.everywhere) {
    const tokenKey = ports.tokens.newKey();
    await settle(ports, () => ports.accounts.changeCredential({ userId, tokenKey }));
    await releaseOthers(ports, caller);
  }
  await unbindConnection(ports, caller);
  return { userId, fields: {} };
}
