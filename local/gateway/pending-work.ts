/** What has begun and must not be cut off by a shutdown: open connections, invocations, and the reports of them. */
export class PendingWork {
  #count = 0;
  #onNone: (() => void) | undefined;

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onNone?.();
  }

  async track<T>(promise: Promise<T>): Promise<T> {
    this.begin();
    try {
      return await promise;
    } finally {
      this.end();
    }
  }

  /** Resolves when nothing is left, including what the work itself has begun, and after `waitMs` in any case. */
  async settled(waitMs: number): Promise<void> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.#onNone?.();
    }, waitMs);
    while (this.#count > 0 && !isOver) {
      await new Promise<void>((resolve) => {
        this.#onNone = resolve;
      });
      // Whoever awaited the last of it may be about to begin something.
      await new Promise(setImmediate);
    }
    clearTimeout(timer);
  }
}
