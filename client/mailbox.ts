import { ChatError } from './chat-error';
import { Messenger, type MessengerWorld } from './core/messenger';
import type { Draft as CoreDraft } from './core/outbox';
import type { Entry, LoginReply, Outgoing, Reply } from './core/wire';
import { DRAFTS_MAX, TICK_MS } from './limits';
import type { Keeper } from './storage/keeper';
import type { Draft, DraftEvent, Environment, ErrorCode, Message, Sending, Stored } from './types';

export interface MailboxWorld {
  readonly environment: Environment;
  readonly keeper: Keeper;
  send(command: Outgoing): void;
  shown(message: Message): void;
  changed(event: DraftEvent): void;
}

interface Waiter {
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
}

type NewDraft = Omit<CoreDraft, 'after' | 'isPinned'>;

/** A user's messenger with its storage, its clock, and those who wait for their messages to be stored. */
export class Mailbox {
  readonly #world: MailboxWorld;
  readonly #waiters = new Map<string, Waiter>();
  /** Drafts of which it was told that they were sent. */
  readonly #sent = new Set<string>();
  /** Written before the storage was read. */
  #early: readonly NewDraft[] = [];
  #messenger: Messenger | undefined;
  /** What the messenger has said while it was at work. Listeners write new messages: not in the middle of that. */
  #said: (() => void)[] = [];
  #drafts: readonly Draft[] = [];
  #cancelTick: (() => void) | undefined;
  user: string | undefined;

  constructor(world: MailboxWorld) {
    this.#world = world;
  }

  get drafts(): readonly Draft[] {
    return this.#drafts;
  }

  get cursors(): ReadonlyMap<string, number> {
    return this.#messenger?.cursors() ?? new Map();
  }

  /** From now on it is this user's, with what was kept of it. */
  open(user: string): void {
    this.user = user;
    const saved = this.#world.keeper.kept.users[user] ?? { drafts: [], cursors: {} };
    for (const { id, after } of saved.drafts) if (after !== undefined) this.#sent.add(id);
    this.#messenger = new Messenger(this.#messengerWorld(user), saved as ConstructorParameters<typeof Messenger>[1]);
    const early = this.#early;
    this.#early = [];
    for (const draft of early) this.#act((messenger) => messenger.write(draft));
    this.#recount();
  }

  /** What is queued stays in the storage; nobody here can wait for it any more. */
  close(code: ErrorCode): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#messenger = undefined;
    this.#early = [];
    this.#said = [];
    this.#sent.clear();
    this.user = undefined;
    this.#recount();
    for (const { reject } of this.#waiters.values()) reject(new ChatError(code));
    this.#waiters.clear();
  }

  write(draft: NewDraft, signal?: AbortSignal): Sending {
    signal?.throwIfAborted();
    if (this.#drafts.length >= DRAFTS_MAX) throw new ChatError('too_many', 'Too many messages wait to be sent.');
    const stored = new Promise<Stored>((resolve, reject) => this.#waiters.set(draft.id, { resolve, reject }));
    if (this.#messenger) this.#act((messenger) => messenger.write(draft));
    else this.#early = [...this.#early, draft];
    this.#recount();
    const queued = toDraft(draft);
    this.#world.changed({ change: 'queued', draft: queued });
    const abort = () => this.#aborted(queued, signal?.reason);
    const settled = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort, { once: true });
    // It also means that whoever only looks at the drafts does not have to catch it.
    stored.then(settled, settled);
    return { draft: queued, stored, cancel: () => this.cancel(queued) };
  }

  cancel(draft: Pick<Draft, 'conversation' | 'id'>): boolean {
    return this.#withdraw(draft, new ChatError('cancelled', 'The message was taken back.'));
  }

  loggedIn(reply: LoginReply): void {
    this.#act((messenger) => messenger.loggedIn(reply));
  }

  lost(): void {
    this.#world.keeper.dropWaiting();
    this.#messenger?.disconnected();
  }

  pushed(entry: Entry): void {
    this.#act((messenger) => messenger.pushed(entry));
  }

  synced(entries: readonly Entry[]): void {
    this.#act((messenger) => messenger.synced(entries));
  }

  entered(conversation: string, seq: number): void {
    this.#act((messenger) => messenger.entered(conversation, seq));
  }

  replied(reply: Reply): void {
    this.#act((messenger) => messenger.replied(reply));
  }

  #aborted(draft: Draft, reason: unknown): void {
    if (!this.#withdraw(draft, reason)) this.#settle(draft.id)?.reject(reason);
  }

  #withdraw({ conversation, id }: Pick<Draft, 'conversation' | 'id'>, reason: unknown): boolean {
    const early = this.#early.find((draft) => draft.id === id);
    const taken = early ?? this.#messenger?.withdraw(conversation, id);
    if (!taken) return false;
    this.#early = this.#early.filter((draft) => draft !== early);
    this.#recount();
    this.#settle(id)?.reject(reason);
    this.#world.changed({ change: 'cancelled', draft: toDraft(taken) });
    return true;
  }

  /** Lets the messenger work, and passes on what it has said when it has come to rest. */
  #act(work: (messenger: Messenger) => void): void {
    const messenger = this.#messenger;
    if (!messenger) return;
    messenger.tick(this.#world.environment.now());
    work(messenger);
    this.#recount();
    this.#planTick();
    for (let say = this.#said.shift(); say; say = this.#said.shift()) say();
  }

  #planTick(): void {
    if (this.#cancelTick || !this.#messenger?.isWaiting) return;
    this.#cancelTick = this.#world.environment.timer(TICK_MS, () => {
      this.#cancelTick = undefined;
      this.#act(() => undefined);
    });
  }

  #recount(): void {
    this.#drafts = [...(this.#messenger?.drafts ?? []), ...this.#early].map(toDraft);
  }

  #settle(id: string): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    return waiter;
  }

  #messengerWorld(user: string): MessengerWorld {
    const { keeper, send, shown } = this.#world;
    return {
      // Nothing is sent before what it follows from is kept: a draft's `after`, and the cursor that an ack speaks of.
      send: (command) => keeper.afterSaved(() => this.#sending(command, send)),
      show: (entry) => this.#said.push(() => shown(entry as Message)),
      stored: (draft, seq, sentAt) => this.#said.push(() => this.#stored(draft, { seq, sentAt })),
      refused: (draft, code) => this.#said.push(() => this.#refused(draft, code as ErrorCode)),
      save: (saved) => keeper.save({ ...keeper.kept, users: { ...keeper.kept.users, [user]: saved } }),
    };
  }

  #sending(command: Outgoing, send: (command: Outgoing) => void): void {
    send(command);
    if (command.action !== 'chat' || this.#sent.has(command.id)) return;
    this.#sent.add(command.id);
    const draft = this.#drafts.find(({ id }) => id === command.id);
    if (draft) this.#world.changed({ change: 'sending', draft });
  }

  #stored(draft: CoreDraft, { seq, sentAt }: { readonly seq: number; readonly sentAt: number }): void {
    const { conversation, id } = draft;
    const stored = { conversation, seq, id, sentAt };
    this.#sent.delete(id);
    this.#settle(id)?.resolve(stored);
    this.#world.changed({ change: 'stored', draft: toDraft(draft), stored });
  }

  #refused(draft: CoreDraft, code: ErrorCode): void {
    this.#sent.delete(draft.id);
    this.#settle(draft.id)?.reject(new ChatError(code));
    this.#world.changed({ change: 'refused', draft: toDraft(draft), code });
  }
}

function toDraft({ id, conversation, target, text, after }: CoreDraft): Draft {
  return { id, conversation, target, text, state: after === undefined ? 'queued' : 'sending' };
}
