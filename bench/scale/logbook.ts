/** Of all, whose time is told. */
const SHARES = { half: 0.5, nearlyAll: 0.99, all: 1 } as const;

const NAMES = Object.keys(SHARES) as (keyof typeof SHARES)[];

const WINDOW_SECONDS = 10;

/** What is told of a return: when so many were back, and how much came at once. */
export class Logbook {
  readonly #stepsPerSecond: number;
  readonly #window = { handshakes: 0, requests: 0 };
  readonly #peak = { handshakes: 0, requests: 0 };
  readonly #reached: Partial<Record<keyof typeof SHARES, number>> = {};
  /** The most that there was. */
  #backShare = 0;

  constructor(stepsPerSecond: number) {
    this.#stepsPerSecond = stepsPerSecond;
  }

  get isOver(): boolean {
    return this.#reached.all !== undefined;
  }

  /** In seconds; absent where it never came to it. */
  get reached() {
    const { half, nearlyAll, all } = this.#reached;
    return { half, nearlyAll, all };
  }

  /** Of a second, over ten of them. */
  get peak() {
    this.#closeWindow();
    return { ...this.#peak };
  }

  count(name: 'handshakes' | 'requests'): void {
    this.#window[name]++;
  }

  /** After each step: how many of all are back. */
  note(step: number, backShare: number): void {
    if (backShare > this.#backShare) this.#noteMore(step, backShare);
    if ((step + 1) % (WINDOW_SECONDS * this.#stepsPerSecond) === 0) this.#closeWindow();
  }

  #noteMore(step: number, backShare: number): void {
    this.#backShare = backShare;
    for (const name of NAMES) if (backShare >= SHARES[name]) this.#reached[name] ??= step / this.#stepsPerSecond;
  }

  #closeWindow(): void {
    for (const name of ['handshakes', 'requests'] as const) {
      this.#peak[name] = Math.max(this.#peak[name], this.#window[name] / WINDOW_SECONDS);
      this.#window[name] = 0;
    }
  }
}
