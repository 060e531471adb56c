import { scryptSync } from 'node:crypto';
import { accountsOn } from '../../src/adapters/dynamodb/accounts';
import type { Database } from '../../src/adapters/dynamodb/database';
import type { UserId } from '../../src/protocol/ids';

export const PASSWORD = 'correct horse';

/** Straight into the tables, with a hash that is quickly verified: this is no test of `reg`, nor of the machine's scrypt. */
export async function createUsers(database: Database, users: Iterable<string>): Promise<void> {
  const [accounts, now] = [accountsOn(database), Date.now()];
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const salt = Buffer.from('sixteen bytes...');
  const hash = scryptSync(PASSWORD, salt, 32, { N: 2 ** 4, r: 8, p: 1 });
  const passwordHash = `$scrypt$ln=4,r=8,p=1$${base64(salt)}$${base64(hash)}`;
  for (const user of users) await accounts.create({ userId: user as UserId, passwordHash, tokenKey: 'key', now });
}
