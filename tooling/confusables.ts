/**
 * Makes `src/adapters/node/confusables-table.ts` from Unicode's confusables.txt (UTS #39): `npm run generate:confusables -- FILE`.
 * The file is at https://www.unicode.org/Public/security/17.0.0/confusables.txt
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { normaliseHandle } from '../src/protocol/handle';

const FILE = join(__dirname, '../src/adapters/node/confusables-table.ts');
const LINE = /^(?<from>[0-9A-F]+) ;\t(?<to>[0-9A-F ]+) ;\tMA/;
const IN_HANDLES = /^[\p{L}\p{M}\p{Nd}]$/u;

/** What a handle may be decomposed into, and what each looks like: `а` and `a`, one pair of texts per line. */
export function confusables(text: string): readonly string[] {
  const pairs = text.split('\n').flatMap((line) => {
    const { from, to } = LINE.exec(line)?.groups ?? {};
    return from && to ? [[charactersOf(from), charactersOf(to)] as const] : [];
  });
  return pairs
    .filter(([from]) => IN_HANDLES.test(from) && normaliseHandle(from) === from)
    .map(([from, to]) => `${from}${to}`)
    .sort();
}

const charactersOf = (hex: string) => String.fromCodePoint(...hex.split(' ').map((code) => Number.parseInt(code, 16)));

/** Named in the head of the generated file. */
export function versionOf(text: string): string {
  return /^# Version: (?<version>[\d.]+)/m.exec(text)?.groups?.version ?? 'unknown';
}

function fileOf(text: string): string {
  const lines = confusables(text);
  const packed = brotliCompressSync(lines.join('\n')).toString('base64');
  return `// Made by tooling/confusables.ts from Unicode's confusables.txt, changed: only what names here may be made of. Do not edit.
// © 2025 Unicode, Inc. Unicode License V3: LICENSE has its text.

export const UNICODE_VERSION = '${versionOf(text)}';

/** ${lines.length.toLocaleString('en')} characters, each followed by what it looks like, one per line, compressed by Brotli, in base64. */
export const PACKED_TABLE =
  '${packed}';
`;
}

if (require.main === module) {
  const [source] = process.argv.slice(2);
  if (source === undefined) throw new Error('Name the file: npm run generate:confusables -- confusables.txt');
  writeFileSync(FILE, fileOf(readFileSync(source, 'utf8')));
}
