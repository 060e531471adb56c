import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** `'./tables'` and `'../src/protocol/ids'`, in `from '…'` and `import('…')`. */
const OWN_IMPORT = /(?<=(?:from |import\()['"])(\.\.?\/[^'"]+)(?=['"])/g;

/** Whose declarations these are: a CommonJS module, or an ES module, which names its files in full. */
interface Entry {
  readonly path: string;
  readonly suffix: '.d.ts' | '.d.mts';
}

const ENTRIES: readonly Entry[] = [
  { path: 'lib/index', suffix: '.d.ts' },
  { path: 'client/index', suffix: '.d.mts' },
];

/** Has the compiler write all declarations, and keeps those that an entry reaches. */
export function writeDeclarations(root: string, folder: string): void {
  const all = mkdtempSync(join(tmpdir(), 'rollcall-types-'));
  try {
    const project = join(root, 'tooling', 'tsconfig.declarations.json');
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [compiler, '--project', project, '--outDir', all], { cwd: root, stdio: 'inherit' });
    for (const entry of ENTRIES) keepReachable(entry, { all, folder });
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

function keepReachable({ path: entry, suffix }: Entry, { all, folder }: { all: string; folder: string }): void {
  const seen = new Set([entry]);
  // A set hands out what is added while it is walked through.
  for (const path of seen) {
    const source = join(all, `${path}.d.ts`);
    if (!existsSync(source)) throw new Error(`${entry} reaches ${path}, for which the compiler wrote no declarations.`);
    const text = readFileSync(source, 'utf8');
    for (const [own] of text.matchAll(OWN_IMPORT)) seen.add(join(dirname(path), own));
    const target = join(folder, `${path}${suffix}`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, suffix === '.d.mts' ? text.replace(OWN_IMPORT, '$1.mjs') : text);
  }
}
