/** How far a stream is done without a gap, although its lanes end their batches in any order. */
export class Progress {
  readonly #order: string[] = [];
  readonly #done = new Set<string>();
  readonly #onMoved: (sequenceNumber: string) => void;

  constructor(onMoved: (sequenceNumber: string) => void) {
    this.#onMoved = onMoved;
  }

  get outstanding(): number {
    return this.#order.length;
  }

  begin(sequenceNumber: string): void {
    this.#order.push(sequenceNumber);
  }

  end(sequenceNumbers: readonly string[]): void {
    for (const sequenceNumber of sequenceNumbers) this.#done.add(sequenceNumber);
    let last: string | undefined;
    for (let [first] = this.#order; first !== undefined && this.#done.delete(first); [first] = this.#order) {
      last = this.#order.shift();
    }
    if (last !== undefined) this.#onMoved(last);
  }
}
