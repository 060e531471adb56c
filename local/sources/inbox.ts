import type { Clock } from './clock';

/** A queue between whoever reads a source and whoever forms its batches. */
export class Inbox<T> {
  readonly #items: T[] = [];
  #watch: { readonly count: number; readonly wake: () => void } | undefined;

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
    if (this.#watch && this.#items.length >= this.#watch.count) this.#watch.wake();
  }

  /** Resolves when `count` items are there, after `ms`, or when the signal is aborted. */
  async filled(count: number, ms: number, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
    if (this.#items.length >= count || ms <= 0 || signal.aborted) return;
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#watch = { count, wake };
    signal.addEventListener('abort', wake, { once: true });
    await clock.wait(ms, woken.signal);
    signal.removeEventListener('abort', wake);
    this.#watch = undefined;
  }

  /** As many items, oldest first, as there are up to `count`, with at most `sizeMax` in all; but always one. */
  take(count: number, sizeOf: (item: T) => number, sizeMax: number): readonly T[] {
    let size = 0;
    let taken = 0;
    for (const item of this.#items.slice(0, count)) {
      size += sizeOf(item);
      if (taken > 0 && size > sizeMax) break;
      taken += 1;
    }
    return this.#items.splice(0, taken);
  }
}
