import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatabaseOption } from '../cli/options';
import { ClearError, messageOf } from './clear-error';
import { lockFolder } from './folder-lock';

const DEFAULT_FOLDER = '.rollcall';

/** Everything that one start keeps on the disk. */
export interface StateFolder {
  readonly folder: string;
  /** Undefined if the data lies elsewhere. */
  readonly databaseFile?: string;
  readonly journalPath: string;
  readonly cloudAssembly: string;
  close(): Promise<void>;
}

/**
 * Makes and locks the folder for the chosen database. Where nothing is to be kept it is a temporary one, with a file
 * all the same: only a file's stream can be indexed. For a database with a URL it is named after that: the connections that
 * a killed gateway left there are still to be disconnected by the next one.
 *
 * @throws ClearError if the folder cannot be made, or another process has it.
 */
export async function openStateFolder(
  database: DatabaseOption,
  { root, port }: { readonly root: string; readonly port: number },
): Promise<StateFolder> {
  const folder = await makeFolder(database, root);
  const lock = await lockFolder(folder, port);
  const isTemporary = database.kind === 'memory';
  return {
    folder,
    ...(database.kind !== 'url' && { databaseFile: join(folder, 'database.sqlite') }),
    journalPath: join(folder, 'connections.journal'),
    cloudAssembly: join(folder, 'cdk.out'),
    close: () => (isTemporary ? rm(folder, { recursive: true, force: true }) : lock.release()),
  };
}

async function makeFolder(database: DatabaseOption, root: string): Promise<string> {
  if (database.kind === 'memory') return mkdtemp(join(tmpdir(), 'rollcall-'));
  const folder = database.kind === 'folder' ? resolve(root, database.folder) : folderOfUrl(database.url, root);
  try {
    await mkdir(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw new ClearError(`cannot use the folder ${folder} (${messageOf(error)}): pass --database with another one`, {
      cause: error,
    });
  }
}

function folderOfUrl(url: string, root: string): string {
  return join(root, DEFAULT_FOLDER, `at-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`);
}
