/** Makes `src/adapters/node/common-passwords.br`: `npm run generate:passwords`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { dictionary } from '@zxcvbn-ts/language-common';
import { PASSWORD_LENGTH_MIN } from '../src/protocol/limits';
import { codePointLength } from '../src/protocol/text';

/** As many as fit into some 13 KB. OWASP's ASVS asks for the 3,000 most common ones that our rules would let through. */
const ENTRIES = 5_500;

const FILE = join(__dirname, '../src/adapters/node/common-passwords.br');

/** The most common passwords that are long enough, as `normalise` would have them, in order. */
export function commonPasswords(normalise: (password: string) => string): readonly string[] {
  const byFrequency = dictionary['passwords-common'].map((word) => normalise(String(word)));
  const longEnough = byFrequency.filter((word) => codePointLength(word) >= PASSWORD_LENGTH_MIN);
  return [...new Set(longEnough)].slice(0, ENTRIES).sort();
}

/** The content of the generated file. All of it, exactly: a structure that is sometimes wrong would refuse good passwords. */
export function fileOf(words: readonly string[]): Buffer {
  return brotliCompressSync(words.join('\n'));
}

async function main(): Promise<void> {
  const { normalisePassword } = await import('../src/domain/accounts/normalise-password');
  writeFileSync(FILE, fileOf(commonPasswords(normalisePassword)));
}

if (require.main === module) void main();
