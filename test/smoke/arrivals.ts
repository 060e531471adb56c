/** Something that came, and when, by `performance.now()`. */
export interface Arrived<T> {
  readonly item: T;
  readonly at: number;
}

interface Waiting<T> {
  readonly matches: (item: T) => boolean;
  readonly resolve: (arrived: Arrived<T>) => void;
}

/** What comes without being asked for. Each is handed out once: to whoever waits for it, or to whoever asks later. */
export class Arrivals<T> {
  #unclaimed: readonly Arrived<T>[] = [];
  #waiting: readonly Waiting<T>[] = [];

  push(item: T): void {
    const arrived = { item, at: performance.now() };
    const waiting = this.#waiting.find(({ matches }) => matches(item));
    if (waiting === undefined) {
      this.#unclaimed = [...this.#unclaimed, arrived];
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    waiting.resolve(arrived);
  }

  /** Rejects, naming what did not come. */
  async next(what: string, matches: (item: T) => boolean, withinMs: number): Promise<Arrived<T>> {
    const early = this.#unclaimed.find(({ item }) => matches(item));
    if (early !== undefined) {
      this.#unclaimed = this.#unclaimed.filter((other) => other !== early);
      return early;
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(new Error(`after ${withinMs / 1000} s, still no ${what}`));
      }, withinMs);
      const waiting: Waiting<T> = {
        matches,
        resolve: (arrived) => {
          clearTimeout(timer);
          resolve(arrived);
        },
      };
      this.#waiting = [...this.#waiting, waiting];
    });
  }

  /** Whether something of the kind has come that nobody has asked for. */
  has(matches: (item: T) => boolean): boolean {
    return this.#unclaimed.some(({ item }) => matches(item));
  }
}
