import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(__dirname, '..');

/** `rollcall/client` as one module, below `folder`. */
export async function bundleClient(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['client/index.ts'],
    outfile: join(folder, 'client', 'dist', 'rollcall-client.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  });
}
