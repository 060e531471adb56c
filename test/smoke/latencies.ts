import { percentile } from '../../bench/report/percentile';

/** From a command to its reply; from `send` to the other's device; from a socket's end or login to a friend's device. */
export type Kind = 'reply' | 'delivery' | 'presence';

export interface Latency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How long things took, by kind. */
export class Latencies {
  readonly #samples: Record<Kind, number[]> = { reply: [], delivery: [], presence: [] };

  add(kind: Kind, ms: number): void {
    this.#samples[kind].push(ms);
  }

  /** Those kinds that were measured. */
  summary(): Partial<Readonly<Record<Kind, Latency>>> {
    const measured = Object.entries(this.#samples).filter(([, samples]) => samples.length > 0);
    return Object.fromEntries(measured.map(([kind, samples]) => [kind, summaryOf(samples)]));
  }
}

function summaryOf(samples: readonly number[]): Latency {
  const at = (share: number) => Math.round(percentile(samples, share));
  return { count: samples.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
