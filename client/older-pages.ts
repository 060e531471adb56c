import type { Mailbox } from './mailbox';
import type { Shown } from './state/shown';
import type { HistoryPage, Waits } from './types';

export interface PageOptions extends Waits {
  readonly limit?: number | undefined;
}

type Ask = (action: 'history', fields: () => object, signal: AbortSignal | undefined) => Promise<HistoryPage>;

/** Puts older pages before what was shown, one at a time in each conversation. */
export class OlderPages {
  readonly #shown: Shown;
  readonly #mailbox: Pick<Mailbox, 'cursors'>;
  readonly #ask: Ask;
  readonly #loading = new Map<string, Promise<boolean>>();

  constructor(shown: Shown, mailbox: Pick<Mailbox, 'cursors'>, ask: Ask) {
    this.#shown = shown;
    this.#mailbox = mailbox;
    this.#ask = ask;
  }

  /** @returns whether there is more. Whoever asks meanwhile gets the same answer. */
  load(conversation: string, options: PageOptions = {}): Promise<boolean> {
    const known = this.#loading.get(conversation);
    if (known) return known;
    const loading = this.#load(conversation, options).finally(() => this.#loading.delete(conversation));
    this.#loading.set(conversation, loading);
    return loading;
  }

  async #load(conversation: string, { limit, signal }: PageOptions): Promise<boolean> {
    let before = 0;
    const fields = () => {
      before = this.#beginningOf(conversation);
      return { conversation, before, limit };
    };
    const { messages, more } = await this.#ask('history', fields, signal);
    this.#shown.prepend(conversation, messages, before);
    return more;
  }

  /** Where nothing was shown yet, the cursor says what the last page has shown. */
  #beginningOf(conversation: string): number {
    return this.#shown.entries(conversation)[0]?.seq ?? (this.#mailbox.cursors.get(conversation) ?? 0) + 1;
  }
}
