import type { Clock } from '../../../local/sources/clock';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted || ms <= 0) return resolve();
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#sleepers.push({ at: this.#now + ms, wake });
      signal.addEventListener('abort', wake, { once: true });
    });

  /** Moves on, from sleeper to sleeper, letting each do what it woke for. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = Math.min(...this.#sleepers.map(({ at }) => at));
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      const due = this.#sleepers.filter(({ at }) => at <= next);
      this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
      for (const { wake } of due) wake();
      await settle();
    }
    this.#now = end;
  }

  /** A laptop's lid was closed: time has passed, and nobody woke. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** How long the sleepers still have, the shortest first. */
  get waits(): readonly number[] {
    return this.#sleepers.map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }
}

/** Lets promises that depend on nothing but each other run dry. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
