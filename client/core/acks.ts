import { ACKS_APART_MS } from '../limits';

/**
 * Which conversations are to be acked now: the first of them at once, what follows within a second together. Each ack is a billed
 * message and a write, and one says as much as ten; what it is late by, a crash would only repeat.
 */
export class Acks {
  readonly #sentAt = new Map<string, number>();
  readonly #due = new Set<string>();

  /** Whether `dueAt` will have anything to give. */
  get isWaiting(): boolean {
    return this.#due.size > 0;
  }

  /** @returns whether the ack is to be sent now; otherwise `dueAt` gives it later. */
  mayGo(conversation: string, now: number): boolean {
    if (this.#isRecent(conversation, now)) {
      this.#due.add(conversation);
      return false;
    }
    this.#due.delete(conversation);
    this.#sentAt.set(conversation, now);
    return true;
  }

  /** The conversations whose second is over. */
  dueAt(now: number): readonly string[] {
    const over = [...this.#sentAt.keys()].filter((conversation) => !this.#isRecent(conversation, now));
    for (const conversation of over) this.#sentAt.delete(conversation);
    return over.filter((conversation) => this.#due.has(conversation));
  }

  /** The connection is gone: the next login tells what the server knows. */
  forget(): void {
    this.#sentAt.clear();
    this.#due.clear();
  }

  #isRecent(conversation: string, now: number): boolean {
    const sentAt = this.#sentAt.get(conversation);
    return sentAt !== undefined && now - sentAt < ACKS_APART_MS;
  }
}
