import { percentile } from '../report/percentile';

/** One latency: what was measured, when it began (in milliseconds since the run's start), and how long it took. */
interface Sample {
  readonly at: number;
  readonly ms: number;
}

export interface Summary {
  readonly name: string;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Latencies by name, and errors by code. Kept whole: a run of an hour at 100 a second is under a million numbers. */
export class Recorder {
  readonly #startedAt = performance.now();
  readonly #samples = new Map<string, Sample[]>();
  readonly errors = new Map<string, number>();

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** @param from of `performance.now()`: when it began. It ends now. */
  took(name: string, from: number): void {
    const samples = this.#samples.get(name) ?? [];
    samples.push({ at: from - this.#startedAt, ms: performance.now() - from });
    this.#samples.set(name, samples);
  }

  failed(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  samplesOf(name: string): readonly Sample[] {
    return this.#samples.get(name) ?? [];
  }

  get summaries(): readonly Summary[] {
    return [...this.#samples].map(([name, samples]) => {
      const times = samples.map(({ ms }) => ms);
      const [p50, p99, max] = [percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)];
      return { name, count: times.length, p50, p99, max };
    });
  }
}
