/**
 * Texts from one thread to another through memory that both see. `postMessage` costs a copy in V8's own format and a turn of
 * the other thread's event loop each time; this costs the bytes, and a wake-up only if the other one sleeps.
 *
 * A ring of records: an Int32 with the text's length in bytes, then its UTF-8. One thread writes, one reads; each moves only
 * its own end, after it is done with the bytes, so neither ever sees half a record.
 */
const CAPACITY = 64 * 1024; // A few dozen events. Each environment has two of these.

const LENGTH_BYTES = Int32Array.BYTES_PER_ELEMENT;

/** Instead of a length: the record is not here but at the port, or the ring goes on at its beginning. */
const AT_PORT = -1;
const AT_START = -2;

/** The shared cells. `SLEEPS` is 1 while the reader waits to be woken. */
const HEAD = 0;
const TAIL = 1;
const SLEEPS = 2;
const CELLS = 3;

/** Kept free for records that are at the port: as many as may ever be under way take no more. */
const RESERVED_BYTES = 2 * 1024;

/** Longer texts go by the port. */
export const RECORD_BYTES_MAX = CAPACITY / 4 - RESERVED_BYTES;

/** The reader wakes nobody when it makes room, which is hardly ever waited for. */
const ROOM_POLL_MS = 5;

/** The three bytes that a UTF-16 code unit takes in UTF-8 at the most. */
const BYTES_PER_UNIT = 3;

export type SharedMemory = SharedArrayBuffer;

export function newSharedMemory(): SharedMemory {
  return new SharedArrayBuffer(CELLS * LENGTH_BYTES + CAPACITY);
}

export class SharedQueue {
  readonly #cells: Int32Array;
  readonly #bytes: Buffer;

  constructor(memory: SharedMemory) {
    this.#cells = new Int32Array(memory, 0, CELLS);
    this.#bytes = Buffer.from(memory, CELLS * LENGTH_BYTES);
  }

  /** False if there is no room, or the text is too long to be here at all. */
  write(text: string): boolean {
    const most = text.length * BYTES_PER_UNIT;
    if (most > RECORD_BYTES_MAX && Buffer.byteLength(text) > RECORD_BYTES_MAX) return false;
    const at = this.#roomFor(LENGTH_BYTES + Math.min(most, RECORD_BYTES_MAX) + RESERVED_BYTES);
    if (at === undefined) return false;
    const length = this.#bytes.write(text, at + LENGTH_BYTES);
    this.#bytes.writeInt32LE(length, at);
    this.#moveHead(at + LENGTH_BYTES + length);
    return true;
  }

  /** False only when more than was ever agreed on is under way. */
  writeAtPort(): boolean {
    const at = this.#roomFor(LENGTH_BYTES);
    if (at === undefined) return false;
    this.#bytes.writeInt32LE(AT_PORT, at);
    this.#moveHead(at + LENGTH_BYTES);
    return true;
  }

  /** The next text; `'at-port'` if it is there; undefined if there is none. */
  read(): { readonly text: string } | 'at-port' | undefined {
    const tail = this.#cells[TAIL] ?? 0;
    if (Atomics.load(this.#cells, HEAD) === tail) return undefined;
    const length = tail + LENGTH_BYTES > CAPACITY ? AT_START : this.#bytes.readInt32LE(tail);
    if (length === AT_START) {
      Atomics.store(this.#cells, TAIL, 0);
      return this.read();
    }
    if (length === AT_PORT) {
      Atomics.store(this.#cells, TAIL, tail + LENGTH_BYTES);
      return 'at-port';
    }
    const start = tail + LENGTH_BYTES;
    const text = this.#bytes.toString('utf8', start, start + length);
    Atomics.store(this.#cells, TAIL, start + length);
    return { text };
  }

  /** For the reader: from now on the writer has to wake it. False if something has come in the meantime. */
  fallAsleep(): boolean {
    Atomics.store(this.#cells, SLEEPS, 1);
    if (Atomics.load(this.#cells, HEAD) === this.#cells[TAIL]) return true;
    Atomics.store(this.#cells, SLEEPS, 0);
    return false;
  }

  /** For a reader that has nothing else to do: its thread stands still until it is woken. */
  waitUntilWoken(): void {
    Atomics.wait(this.#cells, SLEEPS, 1);
  }

  /** For the writer: true if the reader slept, once each time. */
  wake(): boolean {
    if (Atomics.exchange(this.#cells, SLEEPS, 0) === 0) return false;
    Atomics.notify(this.#cells, SLEEPS);
    return true;
  }

  /** For a writer that found no room: stands still until the reader may have made some. */
  waitForRoom(): void {
    Atomics.wait(this.#cells, TAIL, Atomics.load(this.#cells, TAIL), ROOM_POLL_MS);
  }

  /** Where so many bytes in a row are free; moves to the beginning where the end has no room. */
  #roomFor(bytes: number): number | undefined {
    const head = this.#cells[HEAD] ?? 0;
    const tail = Atomics.load(this.#cells, TAIL);
    // Head and tail may only meet when the ring is empty.
    if (head < tail) return head + bytes < tail ? head : undefined;
    if (head + bytes <= CAPACITY) return head;
    if (bytes >= tail) return undefined;
    if (head + LENGTH_BYTES <= CAPACITY) this.#bytes.writeInt32LE(AT_START, head);
    this.#moveHead(0);
    return 0;
  }

  #moveHead(to: number): void {
    Atomics.store(this.#cells, HEAD, to);
  }
}
