import { accountsOn } from '../../src/adapters/dynamodb/accounts';
import type { Database } from '../../src/adapters/dynamodb/database';
import { passwords } from '../../src/adapters/node/passwords';
import type { UserId } from '../../src/protocol/ids';

export const PASSWORD = 'correct horse';

/** Straight into the tables, with one hash for all: this is no test of `reg`, nor of the machine's scrypt. */
export async function createUsers(database: Database, users: Iterable<string>): Promise<void> {
  const [accounts, now] = [accountsOn(database), Date.now()];
  const passwordHash = await passwords.hash(PASSWORD);
  for (const user of users) await accounts.create({ userId: user as UserId, passwordHash, tokenKey: 'key', now });
}

/** Once it has logged in, a device needs no password; to check one takes a core a fifth of a second. */
export function proofOf(user: string, token: unknown): Readonly<Record<string, unknown>> {
  return token === undefined ? { user, password: PASSWORD } : { token };
}
