import type { Command } from '../../protocol/commands';
import type { UserId } from '../../protocol/ids';
import { Refusal, type RefusalCode } from '../../protocol/refusal';
import type { Caller, Done } from '../ports/operation';
import type { Accounts, Credential, Passwords, Tokens } from '../ports/ports';
import { type BindPorts, bindConnection } from '../presence/bind-connection';
import { unbindConnection } from '../presence/release-connection';
import { inParallel } from '../steps/in-parallel';
import { type FreshTokenPorts, freshToken } from './fresh-token';
import { loginSnapshot, type SnapshotPorts } from './login-snapshot';
import { requirePasswords } from './passwords-off';
import { type IdentityPorts, proveIdentity } from './prove-identity';
import { type ProvePasswordPorts, provePassword } from './prove-password';

export interface LoginPorts extends BindPorts, SnapshotPorts, FreshTokenPorts, ProvePasswordPorts {
  readonly presence: BindPorts['presence'] & SnapshotPorts['presence'];
  readonly accounts: SnapshotPorts['accounts'] &
    IdentityPorts['accounts'] &
    Pick<Accounts, 'credentialOf' | 'changeCredential'>;
  readonly passwords: Pick<Passwords, 'verify' | 'hash' | 'isOutdated'>;
  readonly tokens: Pick<Tokens, 'issue' | 'claimsOf' | 'isSignedWith'>;
}

/** Who somebody is, and what it was proved by. */
type Proved =
  | {
      readonly userId: UserId;
      readonly by: 'password' | 'token';
      readonly credential: Credential;
      /** See `ProvedPassword`. */
      readonly forgive?: () => Promise<unknown>;
    }
  /** The provider's word: there is nothing here that it is held to, nor that could sign a token. */
  | { readonly userId: UserId; readonly by: 'identity'; readonly credential?: never; readonly forgive?: never };

/**
 * Binds the caller's connection to the user and answers with the snapshot and a fresh token. Refuses `wrong_credentials`, and
 * whatever `provePassword` and `bindConnection` refuse.
 *
 * M-order: the snapshot is read after the bind. See `deliverMessage`.
 */
export async function login(ports: LoginPorts, caller: Caller, command: Command<'login'>): Promise<Done<'login'>> {
  const { heartbeat } = command;
  const proved = await proveAndCount(ports, caller, command);
  const { userId, credential, forgive } = proved;
  const bind = () => bindConnection(ports, { connectionId: caller.connectionId, userId, heartbeatSeconds: heartbeat });
  await inParallel([bind, ...(forgive ? [forgive] : [])], 2, (run) => run());
  const [snapshot] = await Promise.all([loginSnapshot(ports, userId), holdToProof(ports, caller, proved)]);
  return { userId, fields: { ...snapshot, ...(credential && freshToken(ports, userId, credential.tokenKey)) } };
}

/** Whoever guesses is slowed down after a while, and still guesses. */
const FAILURES: readonly RefusalCode[] = ['wrong_credentials', 'too_many_attempts'];

const COUNTED_AS = { password: 'LoginsByPassword', token: 'LoginsByToken', identity: 'LoginsByIdentity' } as const;

/** Counted where it is decided: what comes after it may fail for other reasons. */
async function proveAndCount(ports: LoginPorts, caller: Caller, command: Command<'login'>): Promise<Proved> {
  try {
    const proved = await prove(ports, caller, command);
    ports.meter.count(COUNTED_AS[proved.by]);
    return proved;
  } catch (cause) {
    if (cause instanceof Refusal && FAILURES.includes(cause.code)) ports.meter.count('LoginsFailed');
    throw cause;
  }
}

/** By what the command carries; or, if it carries nothing, by what the connection was opened with. */
async function prove(ports: LoginPorts, caller: Caller, command: Command<'login'>): Promise<Proved> {
  const { principal } = caller;
  const carriesNothing = command.user === undefined && command.token === undefined;
  if (carriesNothing && principal) return { userId: await proveIdentity(ports, principal), by: 'identity' };
  requirePasswords(ports);
  if (carriesNothing) throw new Refusal('bad_field', { message: 'send "user" and "password", or "token".' });
  return command.token === undefined ? byPassword(ports, caller, command) : byToken(ports, command.token);
}

async function byPassword(
  ports: LoginPorts,
  caller: Caller,
  { user, password = '' }: Command<'login'>,
): Promise<Proved> {
  if (!user) throw new Refusal('wrong_credentials');
  const { credential, forgive } = await provePassword(ports, caller, { userId: user, password, closes: true });
  await rehashIfOutdated(ports, user, { password, seenHash: credential.passwordHash });
  return { userId: user, by: 'password', credential, forgive };
}

interface Rehash {
  readonly password: string;
  readonly seenHash: string;
}

/** Only now is the password known. If somebody else has just changed it, theirs is the newer one. */
async function rehashIfOutdated(ports: LoginPorts, userId: UserId, { password, seenHash }: Rehash): Promise<void> {
  if (!ports.passwords.isOutdated(seenHash)) return;
  const passwordHash = await ports.passwords.hash(password);
  await ports.accounts.changeCredential({ userId, passwordHash, seenHash });
}

async function byToken(ports: LoginPorts, token: string): Promise<Proved> {
  const claims = ports.tokens.claimsOf(token);
  if (!claims || claims.expiresAt <= ports.clock.now()) throw noSuchToken();
  const { userId } = claims;
  const credential = await ports.accounts.credentialOf(userId);
  if (!credential || !ports.tokens.isSignedWith(token, credential.tokenKey)) throw noSuchToken();
  return { userId, by: 'token', credential };
}

/**
 * Whoever ends what others may log in by writes that first, and then releases the connections that are there. So a connection
 * that was bound by it, and not released, sees the change here: never read before you have written, on either side.
 */
async function holdToProof(ports: LoginPorts, { connectionId }: Caller, proved: Proved): Promise<void> {
  if (proved.by === 'identity') return;
  const { userId } = proved;
  if (isStillGood(proved, await ports.accounts.credentialOf(userId))) return;
  await unbindConnection(ports, { connectionId, userId });
  throw proved.by === 'token' ? noSuchToken() : new Refusal('wrong_credentials');
}

/** A new hash alone is the same password, hashed anew; a new key alone ends tokens only; another password changes both. */
function isStillGood({ by, credential }: Exclude<Proved, { by: 'identity' }>, now: Credential | undefined): boolean {
  const hasSameKey = now?.tokenKey === credential.tokenKey;
  return hasSameKey || (by === 'password' && now?.passwordHash === credential.passwordHash);
}

function noSuchToken(): Refusal {
  return new Refusal('wrong_credentials', {
    message: 'The token has expired, or was revoked. Log in with the password.',
  });
}
