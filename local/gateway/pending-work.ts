/** What has begun and must not be cut off by a shutdown: invocations, and the reports of them. */
export class PendingWork {
  readonly #promises = new Set<Promise<unknown>>();

  track<T>(promise: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = promise.then(
      () => this.#promises.delete(settled),
      () => this.#promises.delete(settled),
    );
    this.#promises.add(settled);
    return promise;
  }

  /** Resolves when nothing is left, including what the work itself has begun, and after `waitMs` in any case. */
  async settled(waitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), waitMs);
    });
    while (this.#promises.size > 0) {
      if ((await Promise.race([Promise.all(this.#promises), timeout])) === 'timeout') break;
    }
    clearTimeout(timer);
  }
}
