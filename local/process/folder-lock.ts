import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClearError, codeOf } from './clear-error';
import { identityOf, isAlive } from './process-identity';

const LOCK_FILE = 'lock.json';

/** Each failed attempt means that another process took or left the folder meanwhile; nobody does so three times. */
const ATTEMPTS_MAX = 3;

interface Holder {
  readonly pid: number;
  readonly port: number;
  readonly identity?: string | undefined;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Two engines on one SQLite file would each cache what the other writes, so a folder has one process at a time.
 *
 * @throws ClearError naming the process that has the folder. The lock of a process that is gone is taken over: its pid
 *   must be dead, or belong by now to a process that started at another time.
 */
export async function lockFolder(folder: string, port: number): Promise<FolderLock> {
  const path = join(folder, LOCK_FILE);
  const own: Holder = { pid: process.pid, port, identity: await identityOf(process.pid) };
  const text = JSON.stringify(own);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (await claim(path, text)) return { release: () => release(path, text) };
    await evictIfGone(path, folder);
  }
  throw new ClearError(
    `${folder} is being taken by another process: try again, or pass --database with another folder`,
  );
}

/** Writing beside and linking makes the lock appear whole or not at all, and fails if there is one. */
async function claim(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function evictIfGone(path: string, folder: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder !== undefined && (await stillRuns(holder))) {
    throw new ClearError(
      `${folder} is in use by process ${holder.pid} (port ${holder.port}): stop it, or pass --database with another folder`,
    );
  }
  await evict(path, text);
}

// Two starters may both find the same dead holder. The slower one would remove the faster one's fresh lock, so what was
// moved away is read again, and put back if it is not what was judged.
async function evict(path: string, judged: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== judged) await link(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function release(path: string, own: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === own) await rm(path, { force: true });
}

async function stillRuns(holder: Holder): Promise<boolean> {
  if (!isAlive(holder.pid)) return false;
  const identity = await identityOf(holder.pid);
  return holder.identity === undefined || identity === undefined || identity === holder.identity;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, port, identity } = value as Record<string, unknown>;
    if (!Number.isSafeInteger(pid) || typeof pid !== 'number' || pid <= 0 || typeof port !== 'number') return undefined;
    return { pid, port, ...(typeof identity === 'string' && { identity }) };
  } catch {
    return undefined;
  }
}
