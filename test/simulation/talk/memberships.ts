import type { Tables } from '../../../src/adapters/memory/tables';
import { type ConversationId, groupOf, peerOf, type UserId } from '../../../src/protocol/ids';
import type { Commit } from '../commits';

interface Membership {
  readonly joinedSeq: number;
  /** The seq of the entry that says so. */
  leftSeq: number;
}

interface Block {
  readonly after: number;
  readonly since: number;
}

/** Who might read what, ever: made from what is written, beside the tables, which forget who has left. */
export class Memberships {
  readonly #tables: Tables;
  readonly #now: () => number;
  readonly #of = new Map<string, Membership[]>();
  readonly #blocks = new Map<string, Block>();
  readonly #hiddenSince = new Map<string, number>();

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
    for (const [conversation, members] of tables.members.entries()) {
      for (const { userId, joinedSeq } of members.values()) this.#enter(userId, conversation, joinedSeq);
    }
    for (const [userId, inbox] of tables.inboxes.entries()) this.#noteBlocks(userId, inbox, undefined);
  }

  committed({ logs, members, inboxes }: Commit): void {
    for (const { key, before, after } of members) {
      for (const { userId, joinedSeq } of after?.values() ?? []) {
        if (before?.get(userId)?.joinedSeq !== joinedSeq) this.#enter(userId, key, joinedSeq);
      }
      for (const userId of before?.keys() ?? []) if (!after?.has(userId)) this.#leave(userId, key);
    }
    for (const { key, before, after } of inboxes) this.#noteBlocks(key, after, before);
    for (const { key, before, after } of logs) {
      for (const [seq, { hidden }] of after ?? []) {
        if (hidden && !before?.get(seq)?.hidden) this.#hiddenSince.set(`${key} ${seq}`, this.#now());
      }
    }
  }

  /** Whether an entry of the log is for this user at all. */
  mayRead(user: string, conversation: string, seq: number): boolean {
    return this.membershipAt(user, conversation, seq) !== undefined;
  }

  membershipAt(user: string, conversation: string, seq: number): Membership | undefined {
    if (groupOf(conversation as ConversationId) === undefined) {
      const isTheirs = peerOf(conversation as ConversationId, user as UserId) !== undefined;
      return isTheirs ? { joinedSeq: 1, leftSeq: Number.POSITIVE_INFINITY } : undefined;
    }
    const all = this.#of.get(`${user} ${conversation}`) ?? [];
    return all.find(({ joinedSeq, leftSeq }) => joinedSeq <= seq && seq < leftSeq);
  }

  /** Whether the user has had this hidden all the time since: then nothing that began since may show it. */
  isHiddenSince(user: string, { conversation, seq }: { conversation: string; seq: number }, since: number): boolean {
    const block = this.#blocks.get(`${user} ${conversation}`);
    if (block && block.after < seq && block.since <= since) return true;
    return (this.#hiddenSince.get(`${conversation} ${seq}`) ?? Number.POSITIVE_INFINITY) <= since;
  }

  #enter(user: string, conversation: string, joinedSeq: number): void {
    const key = `${user} ${conversation}`;
    const membership = { joinedSeq, leftSeq: Number.POSITIVE_INFINITY };
    this.#of.set(key, [...(this.#of.get(key) ?? []), membership]);
  }

  /** The entry that says so is the newest of the log: it was written with it. */
  #leave(user: string, conversation: ConversationId): void {
    const last = this.#of.get(`${user} ${conversation}`)?.at(-1);
    if (last) last.leftSeq = this.#tables.logs.get(conversation)?.size ?? 0;
  }

  #noteBlocks(userId: UserId, after: Inbox | undefined, before: Inbox | undefined): void {
    for (const [conversation, { block }] of after ?? []) {
      const was = before?.get(conversation)?.block;
      if (block === was) continue;
      const key = `${userId} ${conversation}`;
      if (block) this.#blocks.set(key, { after: block.after, since: this.#now() });
      else this.#blocks.delete(key);
    }
  }
}

type Inbox = ReadonlyMap<ConversationId, { readonly block?: { readonly after: number } | undefined }>;
