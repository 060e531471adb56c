import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Where a CDK app's sources are, and the file that says how to run it. Whatever is missing is not watched. */
const FOLDERS = ['bin', 'lambdas', 'lib', 'src'];
const FILES = new Set(['cdk.json']);

/** An editor writes in several steps, and "save all" writes several files. */
const QUIET_MS = 100;

/** Sources by hand are a few hundred folders at the most; more would be a generated tree. */
const FOLDERS_MAX = 2_000;

export interface SourceWatcherOptions {
  readonly root: string;
  /** Called once after a burst of changes. */
  readonly onChange: () => void;
  readonly quietMs?: number;
}

/**
 * One watch per folder rather than Node's recursive one, which on Linux loses files that an editor replaces by renaming.
 * It does not keep the process alive.
 */
export class SourceWatcher {
  readonly #options: SourceWatcherOptions;
  readonly #watches = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SourceWatcherOptions) {
    this.#options = options;
    this.#watch(options.root, (name) => FILES.has(name) || FOLDERS.includes(name));
    this.#addFolders();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watches.values()) watcher.close();
    this.#watches.clear();
  }

  #addFolders(): void {
    for (const folder of FOLDERS) this.#addTree(join(this.#options.root, folder));
  }

  #addTree(folder: string): void {
    if (this.#watches.size >= FOLDERS_MAX) return;
    const names = subfolders(folder);
    if (names === undefined) return;
    if (!this.#watches.has(folder)) this.#watch(folder, isSource);
    for (const name of names.filter(isSource)) this.#addTree(join(folder, name));
  }

  #watch(folder: string, isMeant: (name: string) => boolean): void {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null || isMeant(name)) this.#changed();
    });
    // A folder that is deleted: its parent tells of that.
    watcher.on('error', () => this.#drop(folder));
    this.#watches.set(folder, watcher);
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const folder of this.#watches.keys()) if (subfolders(folder) === undefined) this.#drop(folder);
      this.#addFolders();
      this.#options.onChange();
    }, this.#options.quietMs ?? QUIET_MS);
    this.#timer.unref();
  }

  #drop(folder: string): void {
    this.#watches.get(folder)?.close();
    this.#watches.delete(folder);
  }
}

/** Not what tools leave behind: swap files, backups, and packages. */
function isSource(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.') && !name.endsWith('~');
}

/** Undefined if it is not, or no longer, a folder. */
function subfolders(folder: string): readonly string[] | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return undefined;
  }
}
