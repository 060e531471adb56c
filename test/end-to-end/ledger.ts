import { groupBy } from './group-by';
import { percentile } from './percentile';

interface Record {
  readonly conversation: string;
  readonly writer: string;
  readonly text: string;
  sends: number;
  firstSentAt?: number;
  acks: number;
  ackedAt?: number;
  seq?: number;
}

/** What was written, and when it was sent, acked and shown: milliseconds of the test's own clock. */
export class Ledger {
  readonly #records = new Map<string, Record>();
  readonly #deliveries = { online: [] as number[], away: [] as number[] };
  readonly refused: string[] = [];
  reconnects = 0;
  restarts = 0;

  wrote(id: string, record: Pick<Record, 'conversation' | 'writer' | 'text'>): void {
    this.#records.set(id, { ...record, sends: 0, acks: 0 });
  }

  sent(id: string): void {
    const record = this.#of(id);
    record.sends += 1;
    record.firstSentAt ??= performance.now();
  }

  acked(id: string, seq: number): void {
    const record = this.#of(id);
    record.acks += 1;
    record.ackedAt ??= performance.now();
    record.seq = seq;
  }

  /** Somebody else's device has shown it, which has been logged in since then. */
  shown(id: string, loggedInAt: number): void {
    const { firstSentAt = Number.NaN } = this.#records.get(id) ?? {};
    const took = performance.now() - firstSentAt;
    if (!Number.isNaN(took)) this.#deliveries[loggedInAt <= firstSentAt ? 'online' : 'away'].push(took);
  }

  /** By conversation and writer, in the order in which they were written. */
  written(): ReadonlyMap<string, readonly (Record & { readonly id: string })[]> {
    return groupBy(
      Array.from(this.#records, ([id, record]) => ({ ...record, id })),
      ({ conversation, writer }) => `${conversation} ${writer}`,
    );
  }

  get messages(): number {
    return this.#records.size;
  }

  get retries(): number {
    return [...this.#records.values()].reduce((sum, { sends }) => sum + Math.max(0, sends - 1), 0);
  }

  /** How long it took from the first try to send, in seconds. */
  times(): string {
    const acks = [...this.#records.values()].map(({ ackedAt = 0, firstSentAt = 0 }) => ackedAt - firstSentAt);
    return [
      '| from the first try to send | n | p50 | p90 | p99 | max |',
      '| --- | --: | --: | --: | --: | --: |',
      row('to its ack', acks),
      row('until shown on a device that stayed online', this.#deliveries.online),
      row('until shown on a device that was away', this.#deliveries.away),
    ].join('\n');
  }

  #of(id: string): Record {
    const record = this.#records.get(id);
    if (record === undefined) throw new Error(`Nobody has written ${id}.`);
    return record;
  }
}

function row(what: string, ms: readonly number[]): string {
  const cells = [0.5, 0.9, 0.99, 1].map((share) => (ms.length === 0 ? '' : (percentile(ms, share) / 1000).toFixed(2)));
  return `| ${what} | ${ms.length} | ${cells.join(' | ')} |`;
}
