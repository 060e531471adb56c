import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = join(__dirname, '../..');
const locked: Record<string, Package & { readonly resolved?: string }> = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
).packages;

/** As Node looks for it: beside the package, then in every folder above. */
function isLocked(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder}${folder && '/'}node_modules/${name}` in locked) return true;
    if (folder === '' || !folder.includes('/node_modules/')) return `node_modules/${name}` in locked;
  }
}

describe('package-lock.json', () => {
  it('names the optional packages of every platform, or `npm ci` would fail on the others', () => {
    const missing = Object.entries(locked).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isLocked(path, name))
        .map((name) => `${path} needs ${name}`),
    );

    expect(missing).toEqual([]);
  });

  it('names no place that a package was fetched from', () => {
    expect(Object.values(locked).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
  });
});

describe.each(['package.json', 'tooling/engine/package.json'])('%s', (file) => {
  it('pins exact versions', () => {
    const { dependencies, devDependencies, optionalDependencies }: Package = JSON.parse(
      readFileSync(join(root, file), 'utf8'),
    );
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });

    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
