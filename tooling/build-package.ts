/**
 * Makes what the package consists of: `npm run build`, and before each `npm pack`. With a folder, there; else in the project.
 *
 *   client/dist/    the client, as one module
 *   dist/index.js   lib/, in one file, without the CDK
 *   dist/lambdas/   a bundle per Lambda, so that whoever installs the package needs no bundler
 *   dist/page/      the page, built
 *   dist/types/     the declarations that lib/index.ts and client/index.ts reach, and no others
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { writePage } from '../lib/artifacts';
import { bundleLambdas } from '../lib/bundle';
import { LAMBDA_FILES } from '../lib/chat-functions';
import { AUTHORIZER_FILE } from '../lib/identity';
import { bundleClient } from './bundle-client';
import { writeDeclarations } from './write-declarations';

const root = join(__dirname, '..');

/** The one place where the package differs from the repository: what is built there is already built here. */
const builtBefore: Plugin = {
  name: 'built-before',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/artifacts$/ }, () => ({ path: join(root, 'lib', 'packaged-artifacts.ts') })),
};

async function bundleConstructs(dist: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['lib/index.ts'],
    outfile: join(dist, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Node reads the names of its exports, so that `import` takes it as well as `require`.
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['aws-cdk-lib', 'constructs'],
    plugins: [builtBefore],
    logLevel: 'warning',
  });
}

async function main(folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  await bundleClient(folder);
  await bundleConstructs(dist);
  // Without maps: they are twice the bundles, and the same sources make the same ones again.
  bundleLambdas([...LAMBDA_FILES, AUTHORIZER_FILE], { folder: join(dist, 'lambdas'), sourcemap: false });
  for (const part of ['assets', 'index'] as const) writePage(part, join(dist, 'page', part));
  writeDeclarations(root, join(dist, 'types'));
}

main(resolve(process.argv[2] ?? root));
