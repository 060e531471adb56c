import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { slimSdk } from './slim-sdk';

const root = join(__dirname, '..');

/** Inside the project, so that the paths in the source maps, and with them the hash of the code, are the same everywhere. */
export function cacheFolder(): string {
  const folder = join(root, 'node_modules', '.cache', 'rollcall');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** How a Lambda is bundled, wherever it is put. */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20', // The runtime is newer; but the same bundle also runs on a laptop.
  format: 'cjs',
  // The SDK is bundled: tree-shaken, it loads faster than the one beside the code, and the version that was tested is the
  // version that runs (ARCHITECTURE.md has the figures). `module` first, or esbuild takes the CommonJS builds, which cannot
  // be shaken.
  mainFields: ['module', 'main'],
  minify: true,
  logLevel: 'warning',
  ...slimSdk,
} as const satisfies BuildOptions;

interface BundleOptions {
  readonly folder: string;
  readonly sourcemap: boolean;
}

/**
 * Bundles `lambdas/<name>.ts` for each name into a folder of its own below `folder`.
 *
 * All of them in one run of esbuild: `NodejsFunction`, left to itself, starts a process for each, which is most of a synth.
 */
export function bundleLambdas(names: readonly string[], { folder, sourcemap }: BundleOptions): void {
  buildSync({
    ...bundling,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `lambdas/${name}.ts`])),
    outdir: folder,
    sourcemap,
    sourcesContent: false, // They name file and line; the text is in the repository, and is most of a map's size.
  });
}
