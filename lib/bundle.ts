import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { slimSdk } from './slim-sdk';

const root = join(__dirname, '..');

/** Inside the project, so that the paths in the source maps, and with them the hash of the code, are the same everywhere. */
export function cacheFolder(): string {
  const folder = join(root, 'node_modules', '.cache', 'rollcall');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** How a Lambda is bundled, but for what is left out of the SDK. */
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
  charset: 'utf8',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** What may differ from one bundle to another. */
type Bundle = Pick<
  BuildOptions,
  'entryPoints' | 'outdir' | 'outfile' | 'minify' | 'keepNames' | 'sourcemap' | 'sourcesContent' | 'alias'
>;

/** Bundles with the slim SDK, and with the packed files of what is bundled. @throws where esbuild fails, which says on stderr why */
export function bundle(options: Bundle): Metafile {
  const alias = { ...slimSdk.alias, ...options.alias };
  const asked = { ...bundling, ...slimSdk, ...options, alias, metafile: true };
  const output = execFileSync(process.execPath, [join(__dirname, 'bundle-slim.cjs')], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: METAFILE_BYTES_MAX,
  });
  const metafile: Metafile = JSON.parse(output);
  copyPacked(metafile);
  return metafile;
}

/** Of all Lambdas it has 6 MB. */
const METAFILE_BYTES_MAX = 64 * 1024 * 1024;

/** A list that is long and seldom asked lies beside the module that reads it, under its name; and so it does beside that module's bundle. */
function copyPacked({ outputs }: Metafile): void {
  for (const [output, { inputs }] of Object.entries(outputs)) {
    const modules = Object.keys(inputs).filter((input) => input.endsWith('.ts'));
    const packed = modules.map((module) => join(root, module.replace(/ts$/, 'br')));
    for (const file of packed) if (existsSync(file)) copyFileSync(file, join(root, dirname(output), basename(file)));
  }
}

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
  bundle({
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `lambdas/${name}.ts`])),
    outdir: folder,
    sourcemap,
    sourcesContent: false, // They name file and line; the text is in the repository, and is most of a map's size.
  });
}
