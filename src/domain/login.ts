import type { Command } from '../protocol/commands';
import type { UserId } from '../protocol/ids';
import { TOKEN_MS } from '../protocol/limits';
import type { ReplyFields } from '../protocol/messages';
import { Refusal } from '../protocol/refusal';
import { type BindPorts, bindConnection } from './bind-connection';
import { loginSnapshot, type SnapshotPorts } from './login-snapshot';
import type { Caller, Done } from './operation';
import type { Accounts, Credential, Passwords, Tokens } from './ports';
import { releaseConnection } from './release-connection';

export interface LoginPorts extends BindPorts, SnapshotPorts {
  readonly presence: BindPorts['presence'] & SnapshotPorts['presence'];
  readonly accounts: SnapshotPorts['accounts'] & Pick<Accounts, 'credentialOf'>;
  readonly passwords: Pick<Passwords, 'verify'>;
  readonly tokens: Pick<Tokens, 'issue' | 'claimsOf' | 'isSignedWith'>;
}

/** Who somebody is, as was proved. */
interface Proved {
  readonly userId: UserId;
  readonly tokenKey: string;
}

/**
 * Binds the caller's connection to the user and answers with the snapshot and a fresh token. Refuses `wrong_credentials`, with
 * the same work and the same words for a wrong password and for an unknown user; and whatever `bindConnection` refuses.
 *
 * M-order: the snapshot is read after the bind. See `deliverMessage`.
 */
export async function login(ports: LoginPorts, caller: Caller, command: Command<'login'>): Promise<Done> {
  const { token, heartbeat } = command;
  const proved = token === undefined ? await byPassword(ports, command) : await byToken(ports, token);
  const { userId } = proved;
  const { connectionId } = caller;
  await bindConnection(ports, { connectionId, userId, heartbeatSeconds: heartbeat });
  const [snapshot] = await Promise.all([
    loginSnapshot(ports, userId),
    token === undefined ? undefined : holdToKey(ports, caller, proved),
  ]);
  return { userId, fields: { ...snapshot, ...freshToken(ports, proved) } };
}

async function byPassword(ports: LoginPorts, { user, password = '' }: Command<'login'>): Promise<Proved> {
  const credential = user && (await ports.accounts.credentialOf(user));
  const isRight = await ports.passwords.verify(password, credential?.passwordHash);
  if (!user || !credential || !isRight) throw new Refusal('wrong_credentials');
  return { userId: user, tokenKey: credential.tokenKey };
}

async function byToken(ports: LoginPorts, token: string): Promise<Proved> {
  const claims = ports.tokens.claimsOf(token);
  if (!claims || claims.expiresAt <= ports.clock.now()) throw noSuchToken();
  const { userId } = claims;
  const credential = await ports.accounts.credentialOf(userId);
  if (!credential || !ports.tokens.isSignedWith(token, credential.tokenKey)) throw noSuchToken();
  return { userId, tokenKey: credential.tokenKey };
}

/**
 * Whoever ends a user's tokens writes the new key first, and then releases the connections that are there. So a connection
 * that was bound by a token, and not released, sees the new key here: never read before you have written, on either side.
 */
async function holdToKey(ports: LoginPorts, { connectionId }: Caller, { userId, tokenKey }: Proved): Promise<void> {
  const credential: Credential | undefined = await ports.accounts.credentialOf(userId);
  if (credential?.tokenKey === tokenKey) return;
  const keepUnboundUntil = ports.clock.now() + ports.settings.loginGraceMs;
  await releaseConnection(ports, { connectionId, of: userId, keepUnboundUntil });
  throw noSuchToken();
}

function noSuchToken(): Refusal {
  return new Refusal('wrong_credentials', {
    message: 'The token has expired, or was revoked. Log in with the password.',
  });
}

function freshToken({ tokens, clock }: LoginPorts, { userId, tokenKey }: Proved): ReplyFields {
  const tokenExpiresAt = clock.now() + TOKEN_MS;
  return { token: tokens.issue({ userId, expiresAt: tokenExpiresAt }, tokenKey), tokenExpiresAt };
}
