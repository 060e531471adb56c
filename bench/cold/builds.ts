import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { bundle, bundling } from '../../lib/bundle';

const root = join(__dirname, '../..');

/** How a process loads a build: as Node does, with V8's code cache, or with one that another V8 has made. */
export type Loading = 'plain' | 'cached' | 'stale';

export interface Build {
  readonly name: string;
  readonly loading: Loading;
  /** It cannot answer. */
  readonly isLoadedOnly?: boolean;
  /** Writes a Lambda's bundle for each of these files. */
  readonly write: (files: readonly string[], outdir: string) => void;
}

const entryPointsOf = (files: readonly string[]) => files.map((file) => join(root, 'lambdas', `${file}.ts`));

function esbuilt(options: BuildOptions): Build['write'] {
  const common: BuildOptions = { bundle: true, platform: 'node', format: 'cjs', target: 'node20' };
  return (files, outdir) => buildSync({ ...common, ...options, entryPoints: entryPointsOf(files), outdir });
}

/** Schemas that cost nothing, and hold for nothing. */
const bare: Build['write'] = (files, outdir) =>
  bundle({ entryPoints: entryPointsOf(files), outdir, alias: { valibot: join(__dirname, 'no-schemas.cjs') } });

const slim: Build['write'] = (files, outdir) => bundle({ entryPoints: entryPointsOf(files), outdir });

/** The first is what the others are compared with. */
export const builds: readonly Build[] = [
  {
    name: 'CDK default, SDK external',
    loading: 'plain',
    write: esbuilt({ external: ['@aws-sdk/*', '@smithy/*'] }),
  },
  { name: 'bundled, esbuild’s defaults', loading: 'plain', write: esbuilt({ minify: true }) },
  { name: 'bundled, module,main', loading: 'plain', write: esbuilt(bundling) },
  { name: 'slim (ours)', loading: 'plain', write: slim },
  { name: 'slim, nothing validated', loading: 'plain', write: bare, isLoadedOnly: true },
  { name: 'slim, V8 code cache', loading: 'cached', write: slim },
  { name: 'slim, cache of another V8', loading: 'stale', write: slim },
];
