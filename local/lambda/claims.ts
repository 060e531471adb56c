/**
 * An environment is sent invocations ahead of time. Which of them its thread has begun must be certain on both sides at
 * every moment, or one could be run twice or never. So they are numbered, and one shared cell holds the number of the next
 * that may begin: the thread moves it on by one to begin, the host moves it past all that were sent to take them back.
 */
const NUMBERS = 2 ** 30; // They go round. An Int32 holds them, and nobody sends that many ahead.

export type Cell = Int32Array;

export function newCell(): Cell {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

export function after(number: number): number {
  return (number + 1) % NUMBERS;
}

/** In the thread: true if the invocation with this number may begin now; otherwise it was taken back. */
export function claim(cell: Cell, number: number): boolean {
  return Atomics.compareExchange(cell, 0, number, after(number)) === number;
}

/** In the host: nothing that was sent before `next` begins any more. Returns the number of the first that had not. */
export function takeBack(cell: Cell, next: number): number {
  return Atomics.exchange(cell, 0, next);
}
