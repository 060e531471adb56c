import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface EngineCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** How long it may take until it listens. */
  readonly startMsMax: number;
}

/** A binary listens within 50 ms; a busy machine, or one that scans new binaries, may take seconds. */
const BINARY_START_MS_MAX = 15_000;

/** npx has to download the binary (10 MB) first. */
const NPX_START_MS_MAX = 120_000;

export interface Surroundings {
  /** Where a package of this name is installed, or undefined. */
  readonly folderOf: (packageName: string) => string | undefined;
  readonly path: string;
}

/** The embedded database's command: the installed package, else one on the PATH, else by way of npx. */
export function findEngineCommand(surroundings: Surroundings = actualSurroundings()): EngineCommand | undefined {
  const installed = surroundings.folderOf(`@dynoxide/${process.platform}-${process.arch}`);
  const candidates = [...(installed === undefined ? [] : [installed]), ...surroundings.path.split(delimiter)];
  const binary = findBinary('dynoxide', candidates);
  if (binary !== undefined) return { command: binary, args: [], startMsMax: BINARY_START_MS_MAX };
  const npx = findBinary('npx', candidates);
  return npx === undefined ? undefined : { command: npx, args: ['--yes', 'dynoxide'], startMsMax: NPX_START_MS_MAX };
}

function findBinary(name: string, folders: readonly string[]): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const files = folders
    .filter((folder) => folder !== '')
    .flatMap((folder) => suffixes.map((s) => join(folder, name + s)));
  return files.find((file) => existsSync(file));
}

function actualSurroundings(): Surroundings {
  return { folderOf: installedFolder, path: process.env.PATH ?? '' };
}

function installedFolder(packageName: string): string | undefined {
  try {
    return dirname(require.resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}
