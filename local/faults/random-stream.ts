/** Numbers from 0 up to 1, the same for the same seed and name. Streams of different names know nothing of each other. */
export function randomStream(seed: number, name: string): () => number {
  let state = hash(`${seed} ${name}`);
  // The mixer of splitmix32: a counter, and a bijection that scatters it. Good enough to decide faults with.
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of Buffer.from(text)) value = Math.imul(value ^ character, 0x01000193);
  return value;
}
