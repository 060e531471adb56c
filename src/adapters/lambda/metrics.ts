import type { Counted, Measured, Meter } from '../../domain/ports/meter';

export const NAMESPACE = 'Rollcall';

/** The dimension of every metric: which API of the account it is of. */
export const API = 'Api';

/** The second dimension of `Refused`: the code. */
export const CODE = 'Code';

/** CloudWatch takes no more values of one metric from a line (embedded metric format, "Target members"). */
export const VALUES_MAX = 100;

/** What is on the line, in CloudWatch's embedded metric format; empty if nothing has happened. */
type MetricFields = Readonly<Record<string, unknown>>;

interface Metrics extends Meter {
  /** A command was refused. An invocation answers one command: the last one counts. */
  refuse(code: string): void;
  /** All since the last call, for the line that ends an invocation. */
  take(now: number): MetricFields;
}

/**
 * Collects the metrics of one execution environment, which runs one invocation at a time. Each combination of dimensions is
 * paid for as a metric of its own, so there are no others: ARCHITECTURE.md, "Decisions", has the price.
 */
export function metricsOf(api: string): Metrics {
  let counts: Partial<Record<Counted, number>> = {};
  let samples: Partial<Record<Measured, Sample>> = {};
  let code: string | undefined;
  return {
    count(what, by = 1) {
      if (by > 0) counts[what] = (counts[what] ?? 0) + by;
    },
    measure(what, ms) {
      samples[what] ??= new Sample();
      samples[what].add(Math.max(0, Math.round(ms)));
    },
    refuse(refused) {
      code = refused;
    },
    take(now) {
      const values = Object.entries(samples).map(([what, sample]) => [what, sample.values] as const);
      const directives = [
        ...directive([API], [...Object.keys(counts).map(countOf), ...values.map(([what]) => timeOf(what))]),
        ...directive([API, CODE], code === undefined ? [] : [countOf('Refused')]),
      ];
      const fields = {
        ...counts,
        ...Object.fromEntries(values),
        ...(code !== undefined && { [CODE]: code, Refused: 1 }),
      };
      counts = {};
      samples = {};
      code = undefined;
      if (directives.length === 0) return {};
      return { _aws: { Timestamp: now, CloudWatchMetrics: directives }, [API]: api, ...fields };
    },
  };
}

function directive(dimensions: readonly string[], metrics: readonly object[]): readonly object[] {
  return metrics.length === 0 ? [] : [{ Namespace: NAMESPACE, Dimensions: [dimensions], Metrics: metrics }];
}

/** A count has no unit: it would be 15 bytes more, each time, of what is paid for by the byte. */
const countOf = (Name: string) => ({ Name });
const timeOf = (Name: string) => ({ Name, Unit: 'Milliseconds' });

/** Of many values, evenly some: every second one is dropped when there are too many, and from then on only every second kept. */
class Sample {
  values: number[] = [];
  #seen = 0;
  #stride = 1;

  add(value: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.values.push(value);
    if (this.values.length <= VALUES_MAX) return;
    this.values = this.values.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }
}
