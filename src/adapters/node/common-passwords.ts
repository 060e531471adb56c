import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { CommonPasswords } from '../../domain/ports/ports';

/**
 * One password per line, compressed by Brotli. Made by tooling/common-passwords.ts from @zxcvbn-ts/language-common (MIT, Copyright (c)
 * MrWook and Dropbox, Inc.). It lies beside this file, and beside the bundle that this file is in (lib/bundle.ts).
 */
const PACKED_LIST = join(__dirname, 'common-passwords.br');

let known: ReadonlySet<string> | undefined;

/** Read and unpacked when it is first asked: a few milliseconds, beside a hash that takes a few hundred. */
export const commonPasswords: CommonPasswords = {
  has(password) {
    known ??= new Set(unpack());
    return known.has(password);
  },
};

export function unpack(): readonly string[] {
  return brotliDecompressSync(readFileSync(PACKED_LIST)).toString().split('\n');
}
