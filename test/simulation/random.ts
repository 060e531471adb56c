/**
 * The one source of chance of a simulation: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state, seeded from text. Forks
 * are independent of each other and of how much was drawn before, so taking one part out of a run leaves the others as they
 * were: that is what lets a failure shrink.
 */
export class Random {
  readonly #label: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(label: string) {
    this.#label = label;
    [this.#a, this.#b, this.#c] = [hash(label, 1), hash(label, 2), hash(label, 3)];
    for (let round = 0; round < 12; round++) this.fraction();
  }

  fork(part: string): Random {
    return new Random(`${this.#label}/${part}`);
  }

  /** From 0 up to, but not including, 1. */
  fraction(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  /** A whole number, both ends included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)] as T;
  }
}

/** FNV-1a with a twist by `salt`, and a finaliser (murmur3's), so that labels that differ in one character differ in all bits. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
