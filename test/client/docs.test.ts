import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(__dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
/** Line by line, however deep. */
const lines = (code: string) => code.split('\n').map((line) => line.trim());

const examples = new Set(lines(read('test', 'client', 'types', 'examples.ts')));

describe.each([
  ['client/README.md', 7],
  ['README.md', 1],
])('%s', (file, count) => {
  const blocks = [...read(file).matchAll(/^```ts\n(.*?)^```/gms)]
    .map(([, code]) => code ?? '')
    // The README also has one of the construct.
    .filter((code) => !code.includes("from 'rollcall';"))
    .map(lines);

  it('has only examples that compile', () => {
    expect(blocks.flat().filter((line) => !examples.has(line) && !line.startsWith('import '))).toEqual([]);
    expect(blocks).toHaveLength(count);
  });
});

describe('client/README.md', () => {
  it('explains every reason', () => {
    const reasons = read('client', 'types.ts').split('export type Reason =')[1]?.split(';\n\n')[0] ?? '';
    const codes = [...reasons.matchAll(/code: '(\w+)'/g)].map(([, code]) => code);
    const table = read('client', 'README.md').split('| code | then |')[1]?.split('\n\n')[0] ?? '';

    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !table.includes(`\`${code}\``))).toEqual([]);
  });
});
