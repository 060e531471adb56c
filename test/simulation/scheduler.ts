interface Event {
  readonly time: number;
  readonly serial: number;
  readonly run: () => unknown;
}

/**
 * Virtual time. Events run in the order of their time, those of one time in the order in which they were planned. After an
 * event that let some operation go on, every promise that can go on has gone on before the next event: that takes a turn of
 * the event loop, about a microsecond.
 */
export class Scheduler {
  now = 0;
  /** Events that have run. */
  count = 0;
  readonly #queue: Event[] = [];
  #serial = 0;
  #isStopped = false;
  #hasResumed = false;

  after(ms: number, run: () => unknown): void {
    this.at(this.now + ms, run);
  }

  at(time: number, run: () => unknown): void {
    push(this.#queue, { time: Math.max(time, this.now), serial: this.#serial++, run });
  }

  /** Some promise has been settled, or some operation started. */
  resumes(): void {
    this.#hasResumed = true;
  }

  /** Ends the run after the event at hand. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Runs what is due up to `until`, which may move while it runs. */
  async run(until: () => number): Promise<void> {
    while (!this.#isStopped) {
      const event = this.#queue[0];
      if (!event || event.time > until()) break;
      pop(this.#queue);
      this.now = event.time;
      this.count++;
      // Only a real database's steps return a promise.
      const pending = event.run();
      if (pending instanceof Promise) await pending;
      if (!this.#hasResumed) continue;
      this.#hasResumed = false;
      await turn();
    }
    this.now = Math.max(this.now, until());
  }
}

/** All microtasks, and the microtasks that they start, are done when this resolves. */
export function turn(): Promise<void> {
  return new Promise(setImmediate);
}

function isBefore(one: Event, other: Event): boolean {
  return one.time < other.time || (one.time === other.time && one.serial < other.serial);
}

function push(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Event;
    if (!isBefore(event, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event;
  if (heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
    if (!isBefore(heap[child] as Event, last)) break;
    heap[index] = heap[child] as Event;
    index = child;
  }
  heap[index] = last;
}
