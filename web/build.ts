import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, buildSync, type OutputFile } from 'esbuild';

/** The page's files by their paths below its root. Of those in `assets/`, the name changes with the content. */
export type PageFiles = ReadonlyMap<string, Uint8Array>;

const options = {
  absWorkingDir: __dirname,
  entryPoints: ['src/main.tsx'],
  outdir: 'assets',
  entryNames: '[name]-[hash]',
  bundle: true,
  write: false,
  platform: 'browser',
  // Every browser that has had an update in the last two years.
  target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  // Half the size of `\u4f60`; a module is read as UTF-8 whatever its server says.
  charset: 'utf8',
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** @throws esbuild's `BuildFailure`, whose message names files and lines. */
export async function buildPage(): Promise<PageFiles> {
  const { outputFiles } = await build(options);
  return withIndex(outputFiles);
}

/** For the CDK, which synthesises without waiting. */
export function buildPageSync(): PageFiles {
  return withIndex(buildSync(options).outputFiles);
}

/** `index.html` names the sources; here it names what has become of them. */
function withIndex(outputs: readonly OutputFile[]): PageFiles {
  const assets = outputs.map(({ path, contents }) => [`assets/${basename(path)}`, contents] as const);
  let index = readFileSync(join(__dirname, 'index.html'), 'utf8');
  for (const [path] of assets) {
    const source = path.endsWith('.css') ? 'main.css' : 'main.tsx';
    index = index.replace(`"${source}"`, `"${path}"`);
  }
  return new Map([['index.html', Buffer.from(index)], ...assets]);
}
