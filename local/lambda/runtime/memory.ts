import { getHeapStatistics } from 'node:v8';

const MEMORY_EVERY_MS = 5;

/** Asking V8 takes longer than a short handler does, so it is not asked again within a few milliseconds. */
export class Memory {
  #bytes = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  bytes(): number {
    const now = performance.now();
    if (now - this.#askedAt >= MEMORY_EVERY_MS) {
      const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
      this.#bytes = heap + external;
      this.#askedAt = now;
    }
    return this.#bytes;
  }
}
