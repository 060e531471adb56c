import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { commonPasswords, unpack } from '../../src/adapters/node/common-passwords';
import { normalisePassword } from '../../src/domain/accounts/normalise-password';
import { commonPasswords as fromTheSource } from '../../tooling/common-passwords';

const BYTES_MAX = 16 * 1024;

it('is what the generator makes of its source, and small', () => {
  // Not byte by byte: another version of Brotli may pack the same list in another way.
  expect(unpack()).toEqual(fromTheSource(normalisePassword));
  expect(statSync(join(__dirname, '../../src/adapters/node/common-passwords.br')).size).toBeLessThan(BYTES_MAX);
});

it.each(['password', '12345678', 'football', 'iloveyou', 'qwertyuiop'])('has %s', (password) => {
  expect(commonPasswords.has(password)).toBe(true);
});

it.each(['correct horse', 'battery staple', '', 'passwor', '张三的密码很长'])('does not have %j', (password) => {
  expect(commonPasswords.has(password)).toBe(false);
});
