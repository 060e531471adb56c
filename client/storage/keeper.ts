import { ChatError } from '../chat-error';
import type { ClientStorage, Kept } from '../types';

const NOTHING: Kept = { users: {} };

/**
 * Writes what has to survive, one write at a time, each the newest state as a whole; and lets wait what must not happen before it
 * is written. A storage that fails does not end the chat: it is told, and tried again with the next write.
 */
export class Keeper {
  /** Never rejects. */
  readonly loaded: Promise<void>;
  readonly #storage: ClientStorage;
  readonly #failed: (error: ChatError) => void;
  #kept: Kept = NOTHING;
  #isDirty = false;
  #writing: Promise<void> | undefined;
  /** What waits for the write that is under way. */
  #afterWriting: readonly (() => void)[] = [];
  /** What waits for the next one. */
  #afterNext: (() => void)[] = [];

  constructor(storage: ClientStorage, failed: (error: ChatError) => void) {
    this.#storage = storage;
    this.#failed = failed;
    this.loaded = this.#load();
  }

  get kept(): Kept {
    return this.#kept;
  }

  async #load(): Promise<void> {
    this.#kept = (await this.#attempt(() => this.#storage.load())) ?? NOTHING;
  }

  /** Takes over what devices that are gone have left of this user. */
  async claim(user: string): Promise<void> {
    const { claim } = this.#storage;
    if (!claim) return;
    await this.flushed();
    const claiming = this.#attempt(() => claim.call(this.#storage, user, this.#kept));
    this.#writing = claiming.then((claimed) => {
      const mine = claimed?.users[user];
      if (mine) this.#kept = { ...this.#kept, users: { ...this.#kept.users, [user]: mine } };
      this.#written();
    });
    await this.#writing;
  }

  save(kept: Kept): void {
    this.#kept = kept;
    this.#isDirty = true;
    if (!this.#writing) this.#write();
  }

  /** Runs it when all that was saved is written; at once if it is. */
  afterSaved(then: () => void): void {
    if (this.#isDirty) this.#afterNext.push(then);
    else if (this.#writing) this.#afterWriting = [...this.#afterWriting, then];
    else then();
  }

  /** Forgets what waits. */
  dropWaiting(): void {
    this.#afterWriting = [];
    this.#afterNext = [];
  }

  async flushed(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #write(): void {
    this.#isDirty = false;
    this.#afterWriting = this.#afterNext;
    this.#afterNext = [];
    this.#writing = this.#attempt(() => this.#storage.save(this.#kept)).then(() => this.#written());
  }

  #written(): void {
    const after = this.#afterWriting;
    this.#afterWriting = [];
    this.#writing = undefined;
    for (const then of after) then();
    if (this.#isDirty && !this.#writing) this.#write();
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (cause) {
      this.#failed(new ChatError('storage_failed', 'What is queued will be lost when this page is closed.', { cause }));
      return undefined;
    }
  }
}
