import { percentile } from '../../bench/report/percentile';
import { groupBy } from './group-by';
import { Reads } from './reads';

interface Written {
  readonly conversation: string;
  readonly user: string;
  /** The device that wrote it. */
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
  readonly #written = new Map<string, Written>();
  readonly #deliveries = { online: [] as number[], away: [] as number[] };
  readonly reads = new Reads();
  readonly refused: string[] = [];
  /** What the server said to those who tried to write to a group, or to read it, before they were members. */
  readonly trespasses: string[] = [];
  kills = 0;
  restarts = 0;
  /** Entries that came to a device which had got them before. */
  duplicates = 0;

  wrote(id: string, message: Pick<Written, 'conversation' | 'user' | 'writer' | 'text'>): void {
    this.#written.set(id, { ...message, sends: 0, acks: 0 });
  }

  sent(id: string): void {
    const message = this.#of(id);
    message.sends += 1;
    message.firstSentAt ??= performance.now();
  }

  acked(id: string, seq: number): void {
    const message = this.#of(id);
    message.acks += 1;
    message.ackedAt ??= performance.now();
    message.seq = seq;
  }

  /** Somebody else's device has shown it, which has been logged in since then. */
  shown(id: string, loggedInAt: number): void {
    const { firstSentAt = Number.NaN } = this.#written.get(id) ?? {};
    const took = performance.now() - firstSentAt;
    if (!Number.isNaN(took)) this.#deliveries[loggedInAt <= firstSentAt ? 'online' : 'away'].push(took);
  }

  /** By conversation and writer, in the order in which they were written. */
  written(): ReadonlyMap<string, readonly (Written & { readonly id: string })[]> {
    return groupBy(
      Array.from(this.#written, ([id, message]) => ({ ...message, id })),
      ({ conversation, writer }) => `${conversation} ${writer}`,
    );
  }

  get messages(): number {
    return this.#written.size;
  }

  get resent(): number {
    return [...this.#written.values()].reduce((sum, { sends }) => sum + Math.max(0, sends - 1), 0);
  }

  table(): string {
    return [
      '| messages | sent again | sockets killed | of them with the process | duplicates dropped |',
      '| --: | --: | --: | --: | --: |',
      `| ${this.messages} | ${this.resent} | ${this.kills} | ${this.restarts} | ${this.duplicates} |`,
      '',
      '| seconds from the first try to send | n | p50 | p90 | p99 | max |',
      '| --- | --: | --: | --: | --: | --: |',
      row('to its ack', this.#ackTimes()),
      row('until shown on a device that stayed online', this.#deliveries.online),
      row('until shown on a device that was away', this.#deliveries.away),
    ].join('\n');
  }

  #ackTimes(): readonly number[] {
    const messages = [...this.#written.values()];
    return messages.flatMap(({ ackedAt, firstSentAt }) => (ackedAt && firstSentAt ? [ackedAt - firstSentAt] : []));
  }

  #of(id: string): Written {
    const message = this.#written.get(id);
    if (message === undefined) throw new Error(`Nobody has written ${id}.`);
    return message;
  }
}

function row(what: string, ms: readonly number[]): string {
  const cells = [0.5, 0.9, 0.99, 1].map((share) => (ms.length === 0 ? '' : (percentile(ms, share) / 1000).toFixed(2)));
  return `| ${what} | ${ms.length} | ${cells.join(' | ')} |`;
}
