import { REPLY_MS_MAX } from '../limits';
import { Acks } from './acks';
import { type Draft, Outbox } from './outbox';
import { FORGOTTEN, PASSING } from './refusals';
import { Timeline } from './timeline';
import type { Entry, LoginReply, Outgoing, Reply } from './wire';

/** What outlives a page or a process. Written before anything of it is sent. */
export interface Saved {
  readonly drafts: readonly Draft[];
  /** The last seq shown, by conversation. */
  readonly cursors: Readonly<Record<string, number>>;
}

/** What the messenger does to the world. */
export interface MessengerWorld {
  /** Sends a command, if the socket is open; whether it arrives is not known. */
  send(command: Outgoing): void;
  /** The next entry of its conversation: each once, in order, without a gap. */
  show(entry: Entry): void;
  /** A draft is in the log. */
  stored(draft: Draft, seq: number, sentAt: number): void;
  /** The server will not take this draft, and why. */
  refused(draft: Draft, code: string): void;
  save(saved: Saved): void;
}

interface Waiting {
  readonly kind: 'chat' | 'history';
  readonly conversation: string;
  readonly id?: string;
  /** How far the log was known to go when its history was asked for. */
  readonly newest?: number;
  readonly dueAt: number;
}

/**
 * A client's side of "never lost, never doubled, never out of order" (DESIGN.md §5), without any I/O: it is told what
 * happens, and says what to do. Whoever owns it has a socket, a storage and a clock, and calls `tick` about once a second.
 */
export class Messenger {
  readonly #world: MessengerWorld;
  readonly #outbox: Outbox;
  readonly #timelines = new Map<string, Timeline>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #acks = new Acks();
  /** Where a draft was refused because too much has happened since, and the log is being read. */
  readonly #behind = new Set<string>();
  /**
   * How far logs go on, as was pushed on a connection before the reply to its login: whose they are is not known yet, nor where
   * to begin, so they are read again.
   */
  readonly #early = new Map<string, number>();
  #user = '';
  #isLoggedIn = false;
  #now = 0;
  #serial = 0;

  constructor(world: MessengerWorld, saved: Saved) {
    this.#world = world;
    this.#outbox = new Outbox(saved.drafts);
    for (const [conversation, cursor] of Object.entries(saved.cursors)) {
      this.#timelines.set(conversation, new Timeline(cursor));
    }
  }

  get drafts(): readonly Draft[] {
    return this.#outbox.drafts;
  }

  /** Whether `tick` has anything to look after. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0 || this.#acks.isWaiting;
  }

  /** How far each conversation was shown. */
  cursors(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#timelines, ([conversation, { cursor }]) => [conversation, cursor]));
  }

  /**
   * A login's reply has come. What was sent on this connection before stays under way: sent once more, it could be refused and
   * stored. A device that is new begins each conversation where the user has acked it.
   */
  loggedIn({ user, conversations, messages }: LoginReply): void {
    this.#user = user;
    this.#isLoggedIn = true;
    for (const { conversation, lastSeq, ackSeq } of conversations) {
      if (!this.#timelines.has(conversation)) this.#timelines.set(conversation, new Timeline(ackSeq));
      this.#timelineOf(conversation).reaches(lastSeq);
    }
    for (const entry of messages) this.#show(this.#timelineOf(entry.conversation).receive(entry));
    for (const [conversation, seq] of this.#early) this.#timelineOf(conversation).reaches(seq);
    this.#early.clear();
    for (const conversation of this.#timelines.keys()) this.#goOn(conversation);
    for (const { conversation, ackSeq } of conversations) this.#ackAbove(conversation, ackSeq);
    this.#save();
    for (const conversation of this.#outbox.conversations()) this.#sendNext(conversation);
  }

  /** The socket is closed: whatever was on its way may or may not have arrived. */
  disconnected(): void {
    this.#isLoggedIn = false;
    this.#early.clear();
    this.#waiting.clear();
    this.#acks.forget();
  }

  /** Somebody wants to send this. */
  write(draft: Omit<Draft, 'after'>): void {
    this.#outbox.add(draft);
    this.#save();
    this.#sendNext(draft.conversation);
  }

  /** Takes back what was never sent. */
  withdraw(conversation: string, id: string): Draft | undefined {
    const draft = this.drafts.find((candidate) => candidate.conversation === conversation && candidate.id === id);
    if (draft?.after !== undefined) return undefined;
    this.#outbox.remove(conversation, id);
    this.#save();
    return draft;
  }

  /** What a `sync` has brought, in order; where a conversation is new to this device, it begins there. */
  synced(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (!this.#timelines.has(entry.conversation))
        this.#timelines.set(entry.conversation, new Timeline(entry.seq - 1));
      this.pushed(entry);
    }
  }

  /**
   * The user has joined a group, or made it, from this device, which gets a reply where the others get the entry: the log goes
   * on to this seq.
   */
  entered(conversation: string, seq: number): void {
    this.#timelineOf(conversation).reaches(seq);
    this.#save();
    this.#goOn(conversation);
  }

  /** A `message` event. */
  pushed(entry: Entry): void {
    if (!this.#isLoggedIn) {
      this.#early.set(entry.conversation, Math.max(entry.seq, this.#early.get(entry.conversation) ?? 0));
      return;
    }
    const acked = this.#timelineOf(entry.conversation).cursor;
    this.#show(this.#timelineOf(entry.conversation).receive(entry));
    this.#settled(entry.conversation, acked);
  }

  /** A reply or an error to one of our commands. Others are none of our business. */
  replied(reply: Reply): void {
    const waiting = this.#waiting.get(String(reply.ref));
    if (!waiting) {
      this.#heardLate(reply);
      return;
    }
    this.#waiting.delete(String(reply.ref));
    if (reply.type === 'error') this.#declined(waiting, reply);
    else this.#granted(waiting, reply);
  }

  /** Of a command that was given up: this device got no event, so the reply alone tells that the log goes on. */
  #heardLate({ type, conversation, seq }: Reply): void {
    if (type === 'reply' && conversation !== undefined && seq !== undefined) this.entered(conversation, seq);
  }

  /** Time passes: milliseconds of any clock that never goes back. */
  tick(now: number): void {
    this.#now = now;
    for (const conversation of this.#acks.dueAt(now)) this.#ack(conversation);
    for (const [ref, { conversation, dueAt }] of this.#waiting) {
      if (dueAt > now) continue;
      this.#waiting.delete(ref);
      this.#goOn(conversation);
      this.#sendNext(conversation);
    }
  }

  #granted(waiting: Waiting, reply: Reply): void {
    const acked = this.#timelineOf(waiting.conversation).cursor;
    if (waiting.kind === 'history') this.#readPage(waiting, reply);
    else this.#accepted(waiting, reply);
    this.#settled(waiting.conversation, acked);
  }

  #accepted({ conversation, id = '' }: Waiting, { seq = 0, sentAt = 0 }: Reply): void {
    const draft = this.#outbox.remove(conversation, id);
    if (!draft) return;
    this.#world.stored(draft, seq, sentAt);
    const entry = { conversation, seq, from: this.#user, text: draft.text, sentAt, id };
    this.#show(this.#timelineOf(conversation).receive(entry));
  }

  #readPage({ conversation, newest = 0 }: Waiting, { messages = [], more = false }: Reply): void {
    this.#behind.delete(conversation);
    const timeline = this.#timelineOf(conversation);
    if (timeline.leavesOut(messages)) this.#outbox.pin(conversation);
    this.#show(timeline.receivePage(messages));
    // An answer may be on its way for long: what was heard of since then, it does not know.
    if (!more && timeline.newest <= newest) timeline.endsHere();
  }

  #declined({ kind, conversation, id = '', newest = 0 }: Waiting, { code = 'internal', retryAfter = 1 }: Reply): void {
    // It is sent again when the connection is there again.
    if (FORGOTTEN.has(code)) return;
    if (PASSING.has(code)) this.#waitAWhile(conversation, retryAfter);
    // No conversation of ours any more; or not yet, when it was asked for.
    else if (kind === 'history' && this.#timelineOf(conversation).newest > newest) this.#goOn(conversation);
    else if (kind === 'history') this.#endsHere(conversation);
    // Too much has happened since. Once all of it is read, it is known whether the message is among it.
    else if (code === 'behind' && !this.#isPinned(conversation)) this.#catchUp(conversation);
    else this.#refuse(conversation, id, code);
  }

  #refuse(conversation: string, id: string, code: string): void {
    const draft = this.#outbox.remove(conversation, id);
    if (draft) this.#world.refused(draft, code);
    this.#save();
    this.#sendNext(conversation);
  }

  #isPinned(conversation: string): boolean {
    return this.#outbox.firstOf(conversation)?.isPinned === true;
  }

  /** What waits for the rest of the log waits for nothing; what was refused for want of it will be refused again. */
  #endsHere(conversation: string): void {
    this.#timelineOf(conversation).endsHere();
    const draft = this.#behind.delete(conversation) ? this.#outbox.firstOf(conversation) : undefined;
    if (draft) this.#refuse(conversation, draft.id, 'behind');
    else this.#sendNext(conversation);
  }

  #waitAWhile(conversation: string, seconds: number): void {
    this.#waiting.set(this.#newRef(), { kind: 'history', conversation, dueAt: this.#now + 1_000 * seconds });
  }

  #catchUp(conversation: string): void {
    const timeline = this.#timelineOf(conversation);
    this.#behind.add(conversation);
    timeline.reaches(timeline.cursor + 1);
    this.#goOn(conversation);
  }

  /** After something was shown: all that follows from it. */
  #settled(conversation: string, ackedSeq: number): void {
    this.#ackAbove(conversation, ackedSeq);
    this.#save();
    this.#goOn(conversation);
    this.#sendNext(conversation);
  }

  #show(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#world.show(entry);
      if (entry.from !== this.#user || entry.id === undefined) continue;
      // The reply may have been lost, or another device has sent it.
      const draft = this.#outbox.remove(entry.conversation, entry.id);
      if (draft) this.#world.stored(draft, entry.seq, entry.sentAt);
    }
  }

  #ackAbove(conversation: string, ackedSeq: number): void {
    if (this.#isLoggedIn && this.#timelineOf(conversation).cursor > ackedSeq) this.#ack(conversation);
  }

  #ack(conversation: string): void {
    if (!this.#acks.mayGo(conversation, this.#now)) return;
    this.#world.send({ action: 'ack', conversation, received: this.#timelineOf(conversation).cursor });
  }

  /** Asks for what is missing. One request at a time, and the next one when its page is there. */
  #goOn(conversation: string): void {
    const timeline = this.#timelineOf(conversation);
    if (!this.#isLoggedIn || !timeline.hasGap || this.#isWaitingFor('history', conversation)) return;
    const ref = this.#newRef();
    const { newest, cursor } = timeline;
    this.#waiting.set(ref, { kind: 'history', conversation, newest, dueAt: this.#now + REPLY_MS_MAX });
    this.#world.send({ action: 'history', ref, conversation, after: cursor });
  }

  /** What has a gap waits: `after` must be a seq up to which everything is known. */
  #sendNext(conversation: string): void {
    const draft = this.#outbox.firstOf(conversation);
    // Before its first login a device does not know where a conversation begins: there is no timeline yet.
    if (!draft || !this.#isLoggedIn || this.#isWaitingFor('chat', conversation)) return;
    const timeline = this.#timelineOf(conversation);
    if (timeline.hasGap) return;
    // Everything up to the cursor has been seen, and it was not among it: from here on it may be looked for.
    const after = draft.isPinned ? (draft.after ?? 0) : timeline.cursor;
    this.#outbox.sentAfter(draft.id, after);
    this.#save();
    const ref = this.#newRef();
    this.#waiting.set(ref, { kind: 'chat', conversation, id: draft.id, dueAt: this.#now + REPLY_MS_MAX });
    this.#world.send({ action: 'chat', ref, ...draft.target, text: draft.text, id: draft.id, after });
  }

  #isWaitingFor(kind: Waiting['kind'], conversation: string): boolean {
    for (const waiting of this.#waiting.values()) {
      if (waiting.kind === kind && waiting.conversation === conversation) return true;
    }
    return false;
  }

  #timelineOf(conversation: string): Timeline {
    const known = this.#timelines.get(conversation) ?? new Timeline(0);
    this.#timelines.set(conversation, known);
    return known;
  }

  #newRef(): string {
    this.#serial += 1;
    return `m${this.#serial}`;
  }

  #save(): void {
    const cursors = Array.from(this.#timelines, ([conversation, { cursor }]) => [conversation, cursor] as const);
    this.#world.save({ drafts: this.#outbox.drafts, cursors: Object.fromEntries(cursors) });
  }
}
