import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AppDescription, LambdaDescription } from '../app/description';
import { codeOf } from '../process/clear-error';
import { Reloader } from './reloader';
import type { ServedFunctions } from './served-functions';
import { SourceWatcher } from './source-watcher';

/** Where a reload tells how it went. */
export interface WatchReports {
  readonly notice: (text: string) => void;
  readonly error: (error: unknown) => void;
}

export interface WatchAppOptions extends WatchReports {
  readonly root: string;
  readonly app: AppDescription;
  readonly functions: ServedFunctions;
  /** The folder of the start's cloud assembly: the code that is served lies there. */
  readonly cloudAssembly: string;
  /** Synthesises into a folder, and reads what came out. */
  readonly readApp: (cloudAssembly: string, signal: AbortSignal) => Promise<AppDescription>;
}

/** Serves changed sources as soon as they synthesise. @returns what ends it. */
export function watchApp(options: WatchAppOptions): () => Promise<void> {
  const { root, app, functions, cloudAssembly, notice, error } = options;
  // Not the folder that is served from: a synth empties its own first.
  const fresh = `${cloudAssembly}.next`;
  const reloader = new Reloader({
    ...{ app, notice, error },
    now: () => performance.now(),
    readApp: (signal) => options.readApp(fresh, signal),
    async swap(changed) {
      const served = await Promise.all(changed.map((lambda) => moveCode(lambda, cloudAssembly)));
      for (const lambda of served) functions.replace(lambda);
      return served;
    },
  });
  const watcher = new SourceWatcher({ root, onChange: () => reloader.changed() });
  return async () => {
    watcher.close();
    await reloader.close();
    await rm(fresh, { recursive: true, force: true });
  };
}

/** Only what changed is kept, beside the rest, until the next start. Equal names are equal content: they are hashes. */
async function moveCode(lambda: LambdaDescription, folder: string): Promise<LambdaDescription> {
  const codeDirectory = join(folder, basename(lambda.codeDirectory));
  await mkdir(folder, { recursive: true });
  try {
    await rename(lambda.codeDirectory, codeDirectory);
  } catch (error) {
    // It is there already: an edit was taken back, or another function has the same code and came first.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
  }
  return { ...lambda, codeDirectory };
}
