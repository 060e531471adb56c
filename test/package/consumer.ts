import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** What `npm pack` tells of a tarball. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Builds and packs as `npm pack` does, but beside the project, where other tests may be building at the same time.
 *
 * @returns the tarball's path, with what npm tells of it.
 */
export function pack(): Packed & { readonly tarball: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pack-'));
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(root, file), join(folder, file));
  run(root, [process.execPath, '--import', 'tsx', 'tooling/build-package.ts', folder]);
  // What must not come along.
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src', 'secret.ts'), '');
  const [packed] = JSON.parse(run(folder, ['npm', 'pack', '--json', '--ignore-scripts'])) as Packed[];
  if (packed === undefined) throw new Error('npm has packed nothing.');
  return { ...packed, tarball: join(folder, packed.filename) };
}

/**
 * An empty project that has installed the tarball, without a network: so npm finds all that the package depends on in it. The CDK,
 * which such a project has anyway, is that of this repository, and with it what checks types.
 */
export function install(tarball: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-consumer-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  run(folder, ['npm', 'install', '--offline', '--no-audit', '--no-fund', tarball]);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@types'));
  for (const name of ['aws-cdk-lib', 'constructs', '@types/node']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  return folder;
}

/** @throws with all that the command has said. */
export function run(
  cwd: string,
  [command = '', ...args]: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): string {
  try {
    const env = { ...process.env, NODE_PATH: '', ...environment };
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
