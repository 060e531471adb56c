import { brotliDecompressSync } from 'node:zlib';
import type { CommonPasswords } from '../../domain/ports/ports';
import { PACKED_LIST } from './common-passwords-list';

let known: ReadonlySet<string> | undefined;

/** Unpacked when it is first asked: a few milliseconds, beside a hash that takes a few hundred. */
export const commonPasswords: CommonPasswords = {
  has(password) {
    known ??= new Set(unpack());
    return known.has(password);
  },
};

export function unpack(): readonly string[] {
  return brotliDecompressSync(Buffer.from(PACKED_LIST, 'base64')).toString().split('\n');
}
