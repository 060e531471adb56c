/** Calls back after so many milliseconds, and returns what calls it off. */
export type Timer = (callback: () => void, ms: number) => () => void;

const SYSTEM_TIMER: Timer = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

/** Waits that can all be cut short: a gateway that shuts down waits for nothing that was only to be late. */
export class Delays {
  readonly #timer: Timer;
  readonly #waiting = new Set<() => void>();
  #isHurried = false;

  constructor(timer: Timer = SYSTEM_TIMER) {
    this.#timer = timer;
  }

  wait(ms: number): Promise<void> {
    if (ms === 0 || this.#isHurried) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#timer(wake, ms);
      this.#waiting.add(wake);
    });
  }

  hurry(): void {
    this.#isHurried = true;
    for (const wake of [...this.#waiting]) wake();
  }
}
