import type { Target } from './wire';

/** A message that somebody wants to send, until the server has said yes or no. */
export interface Draft {
  readonly conversation: string;
  readonly target: Target;
  readonly text: string;
  /** Unique for this user in this conversation, on all devices. */
  readonly id: string;
  /** The last seq that was known when it was first sent: from there the server looks for it. */
  readonly after?: number;
  /**
   * Some of what came after `after` will never be seen here, and the draft may be among it: it is looked for from there
   * until the server has said yes or no.
   */
  readonly isPinned?: true;
}

/**
 * What waits to be sent, in the order in which it was written. Of each conversation one draft at a time is on its way: a
 * second one could overtake it.
 */
export class Outbox {
  #drafts: readonly Draft[];

  constructor(drafts: readonly Draft[]) {
    this.#drafts = drafts;
  }

  get drafts(): readonly Draft[] {
    return this.#drafts;
  }

  add(draft: Draft): void {
    this.#drafts = [...this.#drafts, draft];
  }

  firstOf(conversation: string): Draft | undefined {
    return this.#drafts.find((draft) => draft.conversation === conversation);
  }

  /** The draft as it is sent. */
  sentAfter(id: string, after: number): void {
    this.#drafts = this.#drafts.map((draft) => (draft.id === id ? { ...draft, after } : draft));
  }

  /** What has been sent, and may have been stored among what will never be seen. */
  pin(conversation: string): void {
    this.#drafts = this.#drafts.map((draft) =>
      draft.conversation === conversation && draft.after !== undefined ? { ...draft, isPinned: true } : draft,
    );
  }

  /** Returns the draft that it was; `undefined` if it has been settled before. */
  remove(conversation: string, id: string): Draft | undefined {
    const draft = this.#drafts.find((candidate) => candidate.conversation === conversation && candidate.id === id);
    this.#drafts = this.#drafts.filter((candidate) => candidate !== draft);
    return draft;
  }

  conversations(): readonly string[] {
    return [...new Set(this.#drafts.map(({ conversation }) => conversation))];
  }
}
