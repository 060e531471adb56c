import type { Command } from '../protocol/commands';
import { Refusal } from '../protocol/refusal';
import { type BindPorts, bindConnection } from './bind-connection';
import { loginSnapshot, type SnapshotPorts } from './login-snapshot';
import type { Caller, Done } from './operation';
import type { Accounts, Passwords } from './ports';

export interface LoginPorts extends BindPorts, SnapshotPorts {
  readonly presence: BindPorts['presence'] & SnapshotPorts['presence'];
  readonly accounts: SnapshotPorts['accounts'] & Pick<Accounts, 'passwordHashOf'>;
  readonly passwords: Pick<Passwords, 'verify'>;
}

/**
 * Binds the caller's connection to the user and answers with the snapshot. Refuses `wrong_credentials`, with the same work
 * and the same words for a wrong password and for an unknown user; and whatever `bindConnection` refuses.
 *
 * M-order: the snapshot is read after the bind. See `deliverMessage`.
 */
export async function login(ports: LoginPorts, { connectionId }: Caller, command: Command<'login'>): Promise<Done> {
  const userId = command.user;
  const hash = await ports.accounts.passwordHashOf(userId);
  if (!(await ports.passwords.verify(command.password, hash))) throw new Refusal('wrong_credentials');
  await bindConnection(ports, { connectionId, userId, heartbeatSeconds: command.heartbeat });
  return { userId, fields: await loginSnapshot(ports, userId) };
}
