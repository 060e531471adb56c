import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { OPEN_FACTS, type OpenFact } from '../conformance/open-facts';

const root = join(__dirname, '../..');
const document = readFileSync(join(root, 'CONFORMANCE.md'), 'utf8');
const facts: readonly (readonly [string, OpenFact])[] = Object.entries(OPEN_FACTS);

describe('CONFORMANCE.md', () => {
  const rows = document
    .slice(document.indexOf('\n## Open facts'), document.indexOf('\n## What no test'))
    .split('\n')
    .filter((line) => line.startsWith('| §'));

  it.each(facts)('has the open fact %s with its default and its option', (name, { section, byDefault, option }) => {
    const row = rows.find((line) => line.includes(`| \`${name}\` |`));

    expect(row).toContain(`| §${section} |`);
    expect(row).toContain(`| \`${JSON.stringify(byDefault)}\` |`);
    if (option !== undefined) expect(row).toContain(`| \`${option}\` |`);
  });

  it('has no other', () => {
    expect(rows).toHaveLength(facts.length);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...document.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script);

    expect(named).toContain('conformance');
    expect(named.filter((script) => !Object.keys(scripts).includes(String(script)))).toEqual([]);
  });
});

describe('the gateway’s README', () => {
  it('says of each of its files which fact is there, and of no other', () => {
    const folder = join(root, 'local/gateway');
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const named = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/`([a-z-]+\.ts)`/g)];

    expect([...new Set(named.map(([, file]) => file))].sort()).toEqual(files.sort());
  });
});
