import type { AppDescription, LambdaDescription } from '../app/description';
import { compareApps } from './compare-apps';

export interface ReloaderOptions {
  /** What is served now. */
  readonly app: AppDescription;
  /** Reads the sources anew; the assets of what it describes need to be there only until `swap` has ended. */
  readonly readApp: (signal: AbortSignal) => Promise<AppDescription>;
  /** From now on, invocations of these functions run the new code. Resolves to them as they are served. */
  readonly swap: (changed: readonly LambdaDescription[]) => Promise<readonly LambdaDescription[]>;
  readonly notice: (text: string) => void;
  readonly error: (error: unknown) => void;
  /** In milliseconds. */
  readonly now: () => number;
}

/**
 * Brings changed sources into a running gateway, one reload at a time. Whatever fails, or cannot be taken over, leaves the
 * old code in service, whole: half of a change may be worse than none.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #stop = new AbortController();
  #app: AppDescription;
  #running: Promise<void> | undefined;
  #isStale = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#app = options.app;
  }

  /** The sources have changed. What changes during a reload is looked at once more after it. */
  changed(): void {
    this.#isStale = true;
    if (this.#stop.signal.aborted) return;
    this.#running ??= this.#reloadUntilFresh();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('closing'));
    await this.#running;
  }

  async #reloadUntilFresh(): Promise<void> {
    while (this.#isStale && !this.#stop.signal.aborted) {
      this.#isStale = false;
      await this.#reload();
    }
    this.#running = undefined;
  }

  async #reload(): Promise<void> {
    const { readApp, swap, notice, error, now } = this.#options;
    const startedAt = now();
    try {
      const app = await readApp(this.#stop.signal);
      const { restartFor, changed } = compareApps(this.#app, app);
      if (restartFor.length > 0) return notice(`restart needed: ${listOf(restartFor)} changed`);
      if (changed.length === 0) return;
      const served = await swap(changed);
      this.#app = withFunctions(this.#app, served);
      notice(`reloaded ${namesOf(app, changed).join(', ')} (${((now() - startedAt) / 1000).toFixed(1)} s)`);
    } catch (cause) {
      // A synth that was cut off by the end of the gateway is nobody's concern.
      if (this.#stop.signal.aborted) return;
      error(cause);
      notice('not reloaded: the code of before is still served');
    }
  }
}

function withFunctions(app: AppDescription, served: readonly LambdaDescription[]): AppDescription {
  const functions = new Map([...app.functions, ...served.map((lambda) => [lambda.logicalId, lambda] as const)]);
  return { ...app, functions };
}

/** By their routes, which is how people know them; by the logical id where there is no route. */
function namesOf(app: AppDescription, changed: readonly LambdaDescription[]): readonly string[] {
  return changed.flatMap(({ logicalId }) => {
    const routes = [...app.routes.values()].filter((route) => Object(route).functionId === logicalId);
    return routes.length > 0 ? routes.map(({ routeKey }) => routeKey) : [logicalId];
  });
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
