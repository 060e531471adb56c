interface Timer {
  readonly at: number;
  readonly serial: number;
  readonly run: () => void;
}

/** No five minutes of any test have more. */
const EVENTS_MAX = 20_000;

/** All promises that can go on have gone on when this resolves: a turn of the event loop, about a microsecond. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A clock that moves only when it is told to. */
export class VirtualTime {
  now = 1_000_000;
  #timers: Timer[] = [];
  #serial = 0;

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + Math.max(0, ms), serial: this.#serial++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Everything that is due within so many milliseconds happens, one after the other. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await turn();
    let events = 0;
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      if (++events > EVENTS_MAX)
        throw new Error(`More than ${EVENTS_MAX} events in ${ms} ms: something goes in circles.`);
      this.#timers = this.#timers.filter((other) => other !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await turn();
    }
    this.now = until;
  }

  /** The machine sleeps: time passes, and nothing happens; what was due comes late. */
  sleep(ms: number): void {
    this.now += ms;
  }

  #next(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, timer) =>
        first && (first.at < timer.at || (first.at === timer.at && first.serial < timer.serial)) ? first : timer,
      undefined,
    );
  }
}
