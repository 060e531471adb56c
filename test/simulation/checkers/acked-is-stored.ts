import type { FanOutJob } from '../../../src/domain/ports/ports';
import { type ConversationId, groupOf, peerOf, type UserId } from '../../../src/protocol/ids';
import type { Invocation } from '../lambdas';
import type { Answered, Checker, CheckerWorld } from './checker';

const ACTIONS = new Set(['chat', 'joinGroup']);

/**
 * M1, at the moment of the ack: the message is in the log, and the inbox of everybody whom it is for knows of it, so that the
 * next login brings it. Beside this it remembers what the devices that are there must have got in the end: `dueTo`.
 */
export class AckedIsStored implements Checker {
  readonly #world: CheckerWorld;
  readonly #due = new Map<string, Due[]>();
  readonly #failedPushes = new Set<Invocation>();

  constructor(world: CheckerWorld) {
    this.#world = world;
  }

  /** The newest seq that this device must know of, if it is connected. */
  dueTo({ user, name }: { readonly user: string; readonly name: string }, conversation: string): number {
    const due = this.#due.get(`${user} ${conversation}`) ?? [];
    return Math.max(0, ...due.filter(({ except }) => except !== name).map(({ seq }) => seq));
  }

  pushFailed(invocation: Invocation): void {
    this.#failedPushes.add(invocation);
  }

  replied({ user, frame, invocation }: Answered): void {
    if (frame.type !== 'reply' || !ACTIONS.has(String(frame.action))) return;
    const conversation = frame.conversation as ConversationId;
    const seq = Number(frame.seq ?? frame.joinedSeq);
    const row = this.#world.tables.logs.get(conversation)?.get(seq);
    const isIt = row?.from === user && (frame.id === undefined || row.id === frame.id);
    // Whoever joined, left and joined again may hear of the first join.
    if (!isIt) this.#world.complain('M1', `${user} is told that ${conversation} has ${frame.id} at ${seq}`);
    if (isIt)
      for (const reader of this.#readersOf(conversation, seq))
        this.#expectKnown(reader, { conversation, seq, invocation });
  }

  /** The device that sent it gets a reply instead: if that was lost, it asks again, or hears with what follows. */
  fannedOut({ conversation, seq, except }: FanOutJob, invocation: Invocation): void {
    if (this.#failedPushes.has(invocation)) return;
    const due = { seq, except: this.#world.socketOf(except)?.peer.name };
    for (const reader of this.#readersOf(conversation, seq)) this.#expectShown(reader, conversation, due);
  }

  #readersOf(conversation: ConversationId, seq: number): readonly UserId[] {
    const { tables } = this.#world;
    if (groupOf(conversation) !== undefined) {
      const members = [...(tables.members.get(conversation)?.values() ?? [])];
      return members.filter(({ joinedSeq }) => joinedSeq <= seq).map(({ userId }) => userId);
    }
    const from = tables.logs.get(conversation)?.get(seq)?.from;
    const peer = from && peerOf(conversation, from);
    return from && peer ? [from, peer] : [];
  }

  #expectKnown(reader: UserId, { conversation, seq, invocation }: Acked): void {
    const { tables, complain } = this.#world;
    const entry = tables.inboxes.get(reader)?.get(conversation);
    const row = tables.logs.get(conversation)?.get(seq);
    // It was kept from them. Of its place they learn with what follows it.
    if ((row?.hidden || entry?.block) && row?.from !== reader) return;
    if (entry?.big) return;
    if ((entry?.lastSeq ?? 0) < seq) {
      complain('M1', `${seq} of ${conversation} is acked, and ${reader} knows of ${entry?.lastSeq ?? 'nothing'}`);
    }
    if (!this.#failedPushes.has(invocation)) this.#expectShown(reader, conversation, { seq });
  }

  #expectShown(user: string, conversation: string, due: Due): void {
    const key = `${user} ${conversation}`;
    this.#due.set(key, [...(this.#due.get(key) ?? []), due]);
  }
}

interface Due {
  readonly seq: number;
  /** The device that sent it. */
  readonly except?: string | undefined;
}

interface Acked {
  readonly conversation: ConversationId;
  readonly seq: number;
  readonly invocation: Invocation;
}
