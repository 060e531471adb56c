import type { Random } from './random';

/**
 * Everything that may go wrong, and how often it does at the most where a seed has it at all: per invocation, per step, per
 * frame, per close or per post, whatever the fault belongs to.
 */
export const FAULTS = {
  // $disconnect
  disconnectLost: 0.6,
  disconnectLate: 0.6,
  disconnectDoubled: 0.5,
  disconnectEarly: 1,
  // Frames
  frameLate: 0.2,
  // Lambdas
  crashBefore: 0.03,
  crashAfter: 0.03,
  freeze: 0.03,
  throttled: 0.1,
  invokedTwice: 0.15,
  skewed: 1,
  // Stores
  requestLost: 0.04,
  answerLost: 0.04,
  retried: 0.08,
  landsLate: 0.08,
  conflict: 0.15,
  indexStale: 1,
  // Sweep and stream
  sweepMissed: 0.5,
  sweepDoubled: 0.5,
  batchTwice: 0.3,
  // Posts
  falseGone: 0.3,
  postThrottled: 0.2,
} as const;

export type Fault = keyof typeof FAULTS;
export type Rates = Readonly<Partial<Record<Fault, number>>>;

/**
 * Swarm testing (Groce et al., ISSTA 2012): each seed has a random subset of the faults, at random rates. A run with all of
 * them would hide what needs some to be absent.
 */
export function drawRates(random: Random): Rates {
  const share = random.pick([0, 0.15, 0.3, 0.5, 0.8]);
  const names = Object.keys(FAULTS) as Fault[];
  const drawn = names.filter(() => random.chance(share));
  return Object.fromEntries(drawn.map((name) => [name, FAULTS[name] * random.between(0.1, 1)]));
}

/** One thing that went wrong: which occurrence of which fault. */
export type Injection = `${Fault}#${number}`;

/** Decides when something goes wrong. Each fault draws from chance of its own. */
export class Faults {
  /** What went wrong, in order. */
  readonly injected: Injection[] = [];
  readonly #rates: Rates;
  readonly #spared: ReadonlySet<Injection>;
  readonly #randoms = new Map<Fault, Random>();
  readonly #counts = new Map<Fault, number>();
  readonly #random: Random;
  #isOver = false;

  constructor(random: Random, rates: Rates, spared: ReadonlySet<Injection>) {
    this.#random = random;
    this.#rates = rates;
    this.#spared = spared;
  }

  /** Nothing goes wrong from now on: what has gone wrong may still have its effects. */
  end(): void {
    this.#isOver = true;
  }

  happens(fault: Fault): boolean {
    const rate = this.#rates[fault];
    if (rate === undefined || this.#isOver || !this.of(fault).chance(rate)) return false;
    const count = (this.#counts.get(fault) ?? 0) + 1;
    this.#counts.set(fault, count);
    if (this.#spared.has(`${fault}#${count}`)) return false;
    this.injected.push(`${fault}#${count}`);
    return true;
  }

  /** The chance that belongs to a fault: when, for how long, which one. */
  of(fault: Fault): Random {
    const known = this.#randoms.get(fault);
    if (known) return known;
    const random = this.#random.fork(fault);
    this.#randoms.set(fault, random);
    return random;
  }
}
