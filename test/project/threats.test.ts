import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const LETTERS = 'STRIDE';
const REFERENCE = /`([^`›]+\.ts) › ([^`]+)`/g;
const NONE = /not held by a test: \S/;

interface Line {
  readonly letter: string;
  readonly threat: string;
  readonly heldBy: string;
}

const lines: readonly Line[] = read('THREATS.md')
  .split('\n')
  .flatMap((row) => {
    const [, letter = '', threat = '', , heldBy = ''] = row.split('|').map((cell) => cell.trim());
    return letter.length === 1 ? [{ letter, threat, heldBy }] : [];
  });

const named = lines.flatMap(({ threat, heldBy }) =>
  [...heldBy.matchAll(REFERENCE)].map(([, file = '', name = '']) => ({ threat, file: `test/${file}`, name })),
);

/** A title stands alone between its quotes, right behind a parenthesis, and a function follows. */
function hasTest(file: string, name: string): boolean {
  const title = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${title}\\1\\s*,`).test(read(file));
}

describe('THREATS.md', () => {
  it('has lines for each letter of STRIDE, and for nothing else', () => {
    expect(lines.length).toBeGreaterThan(30);
    expect([...new Set(lines.map(({ letter }) => letter))].sort()).toEqual([...LETTERS].sort().filter(isNew));
  });

  it('says of each threat which test holds it, or that none does, and why', () => {
    const silent = lines.filter(({ heldBy }) => !NONE.test(heldBy) && [...heldBy.matchAll(REFERENCE)].length === 0);

    expect(silent).toEqual([]);
  });

  it('names only tests that exist', () => {
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ file, name }) => !existsSync(join(root, file)) || !hasTest(file, name))).toEqual([]);
  });

  it('is linked where somebody looks for it', () => {
    expect(read('README.md')).toContain('(THREATS.md)');
  });
});

function isNew(letter: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(letter) === index;
}
