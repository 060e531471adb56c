/** A timeout that can be refreshed cheaply, as with every message, and whose time can be made to pass faster. */
export class DueTimer {
  readonly #ms: number;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout;
  /** What it was last set to: less than the whole time once time has been made to pass. */
  #setMs: number;
  #setAt = performance.now();

  constructor(ms: number, onDue: () => void) {
    this.#ms = ms;
    this.#setMs = ms;
    this.#onDue = onDue;
    this.#timer = setTimeout(onDue, ms);
  }

  /** The whole time again. */
  refresh(): void {
    this.#setAt = performance.now();
    if (this.#setMs === this.#ms) this.#timer.refresh();
    else this.#set(this.#ms);
  }

  /** As if so many milliseconds had passed. */
  advance(ms: number): void {
    this.#set(Math.max(0, this.#setMs - (performance.now() - this.#setAt) - ms));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #set(ms: number): void {
    clearTimeout(this.#timer);
    this.#setMs = ms;
    this.#setAt = performance.now();
    this.#timer = setTimeout(this.#onDue, ms);
  }
}
