import type { Command } from '../protocol/commands';
import { PUSHES_PARALLEL_MAX } from '../protocol/limits';
import { inParallel } from './in-parallel';
import type { BoundCaller, Done } from './operation';
import type { Accounts, Presence, Sockets, Tokens, Tuned } from './ports';
import { type ReleasePorts, releaseConnection } from './release-connection';
import { settle } from './settle';

export interface LogoutPorts extends ReleasePorts, Tuned {
  readonly accounts: Pick<Accounts, 'replaceTokenKey'>;
  readonly tokens: Pick<Tokens, 'newKey'>;
  readonly presence: ReleasePorts['presence'] & Pick<Presence, 'connectionsOf'>;
  readonly sockets: Pick<Sockets, 'close'>;
}

/**
 * Unbinds the caller's connection; its socket stays open, and somebody may log in on it again. With `everywhere`, the
 * caller's tokens are ended and the other connections released and closed before: if that fails midway, the caller can still
 * repeat it. In this order: a device that logs in with an old token meanwhile is either released, or sees the new key (`login`).
 */
export async function logout(ports: LogoutPorts, caller: BoundCaller, command: Command<'logout'>): Promise<Done> {
  const { connectionId, userId } = caller;
  if (command.everywhere) {
    await settle(ports, () => ports.accounts.replaceTokenKey(userId, ports.tokens.newKey()));
    await releaseOthers(ports, caller);
  }
  const keepUnboundUntil = ports.clock.now() + ports.settings.loginGraceMs;
  await releaseConnection(ports, { connectionId, of: userId, keepUnboundUntil });
  return { userId, fields: {} };
}

/** All that were there when the set was read; a device that logs in later has proved again who it is. */
async function releaseOthers(ports: LogoutPorts, { connectionId, userId }: BoundCaller): Promise<void> {
  const bound = (await ports.presence.connectionsOf(userId)) ?? [];
  const others = bound.filter((id) => id !== connectionId);
  await inParallel(others, PUSHES_PARALLEL_MAX, async (other) => {
    const { state } = await releaseConnection(ports, { connectionId: other, of: userId });
    if (state === 'released') await ports.sockets.close(other);
  });
}
