import { randomStream } from '../../local/faults/random-stream';

/** What one actor of a test decides by chance: the same for the same seed and name, whatever others decide. */
export class Dice {
  readonly fraction: () => number;

  constructor(seed: number, name: string) {
    this.fraction = randomStream(seed, name);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  between(from: number, to: number): number {
    return from + this.fraction() * (to - from);
  }

  oneOf<const T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.fraction() * choices.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from.');
    return chosen;
  }

  /** So many different ones of them. */
  some<T>(choices: readonly T[], count: number): readonly T[] {
    const drawn = choices.map((choice) => ({ choice, at: this.fraction() }));
    return drawn
      .toSorted((one, other) => one.at - other.at)
      .slice(0, count)
      .map(({ choice }) => choice);
  }
}
