import { ENTRIES_MAX } from '../limits';
import type { Message } from '../types';

interface Log {
  readonly entries: readonly Message[];
  /** How many are kept: more where older ones were asked for. */
  readonly max: number;
}

const EMPTY: Log = { entries: [], max: ENTRIES_MAX };

/** What was shown of each conversation: a run of its log without a gap. */
export class Shown {
  readonly #logs = new Map<string, Log>();

  entries(conversation: string): readonly Message[] {
    return this.#logOf(conversation).entries;
  }

  /** The next entry, as the messenger has it. What does not follow (a group that was left, and joined again) begins anew. */
  append(entry: Message): void {
    const { entries, max } = this.#logOf(entry.conversation);
    const follows = entries.length === 0 || entries.at(-1)?.seq === entry.seq - 1;
    const run = follows ? [...entries, entry].slice(-max) : [entry];
    this.#logs.set(entry.conversation, { entries: run, max });
  }

  /** An older page, if it still fits to what is there. */
  prepend(conversation: string, page: readonly Message[], before: number): void {
    const { entries, max } = this.#logOf(conversation);
    const fits = (entries[0]?.seq ?? before) === before && page.at(-1)?.seq === before - 1;
    if (fits) this.#logs.set(conversation, { entries: [...page, ...entries], max: max + page.length });
  }

  clear(conversation?: string): void {
    if (conversation === undefined) this.#logs.clear();
    else this.#logs.delete(conversation);
  }

  #logOf(conversation: string): Log {
    return this.#logs.get(conversation) ?? EMPTY;
  }
}
