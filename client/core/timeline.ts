import type { Entry } from './wire';

/** Entries that came before their predecessors. More than one page of them is read again anyhow. */
const AHEAD_MAX = 200;

/** What one device shows of one conversation: a run of its log without a gap, growing at its end, each entry once. */
export class Timeline {
  #cursor: number;
  #newest: number;
  readonly #ahead = new Map<number, Entry>();

  /** `cursor` is the seq after which this device begins to show. */
  constructor(cursor: number) {
    this.#cursor = cursor;
    this.#newest = cursor;
  }

  /** The seq of the last entry that was shown. */
  get cursor(): number {
    return this.#cursor;
  }

  /** How far the log is known to go. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether an entry is known to exist that cannot be shown yet. */
  get hasGap(): boolean {
    return this.#newest > this.#cursor;
  }

  /** The log is known to go on to this seq at least. */
  reaches(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
  }

  /** An entry, from wherever it came; returns what can be shown now, in order: nothing for what was shown before. */
  receive(entry: Entry): readonly Entry[] {
    if (entry.seq <= this.#cursor) return [];
    this.reaches(entry.seq);
    if (entry.seq - this.#cursor <= AHEAD_MAX) this.#ahead.set(entry.seq, entry);
    return this.#run();
  }

  /**
   * A page of the log from just after the cursor, as the server gave it. What is missing at its beginning is not for this
   * user to see, or was deleted by the server's retention.
   */
  receivePage(page: readonly Entry[]): readonly Entry[] {
    if (this.leavesOut(page)) this.#cursor = firstAfter(this.#cursor, page) - 1;
    return page.flatMap((entry) => this.receive(entry));
  }

  /** Whether a page begins later than it was asked for: what lies between will never be seen here. */
  leavesOut(page: readonly Entry[]): boolean {
    return firstAfter(this.#cursor, page) > this.#cursor + 1;
  }

  /** The server has nothing more after the cursor, whatever was said before: what came ahead is not for this user any more. */
  endsHere(): void {
    this.#ahead.clear();
    this.#newest = this.#cursor;
  }

  #run(): readonly Entry[] {
    const shown: Entry[] = [];
    for (let next = this.#ahead.get(this.#cursor + 1); next; next = this.#ahead.get(this.#cursor + 1)) {
      this.#ahead.delete(next.seq);
      this.#cursor = next.seq;
      shown.push(next);
    }
    for (const seq of this.#ahead.keys()) if (seq <= this.#cursor) this.#ahead.delete(seq);
    return shown;
  }
}

/** The seq of the first entry behind the cursor; of none, the next one. */
function firstAfter(cursor: number, page: readonly Entry[]): number {
  return page.find(({ seq }) => seq > cursor)?.seq ?? cursor + 1;
}
