import { Messenger, type Saved } from '../../../client/core/messenger';
import type { Draft } from '../../../client/core/outbox';
import type { Entry, LoginReply, Outgoing, Reply, Target } from '../../../client/core/wire';
import { directConversation, type GroupId, groupConversation, type UserId } from '../../../src/protocol/ids';
import type { Json } from '../socket';
import type { TalkAct } from './acts';

interface TalkerWorld {
  readonly name: string;
  readonly user: string;
  readonly now: () => number;
  /** Sends on the device's socket, if there is one. */
  readonly send: (command: Json) => void;
  readonly shows: (talker: Talker, entry: Entry) => void;
}

/** A command that is sent until it is answered: whoever wants to join a group presses the button again. */
interface Wish {
  readonly command: Json;
  readonly ref: string;
  dueAt: number;
}

const NOTHING: Saved = { drafts: [], cursors: {} };
const ANSWER_MS_MAX = 15_000;
const PASSING_MS = 1_000;

/** One device's app: the real client logic, what it has saved, and what it has shown. */
export class Talker {
  readonly name: string;
  readonly user: string;
  /** Everything that somebody wrote here, and that was not wiped. */
  written: Draft[] = [];
  readonly refused = new Map<string, string>();
  /** How often each draft was sent. */
  readonly tries = new Map<string, number>();
  readonly stored = new Map<string, number>();
  /** Seqs on the screen of the process at hand, by conversation. */
  shown = new Map<string, number[]>();
  /** Where a login told it to begin, by conversation. */
  readonly begunAt = new Map<string, number>();
  readonly #furthest = new Map<string, number>();
  readonly #world: TalkerWorld;
  #saved = NOTHING;
  #messenger: Messenger;
  #wishes: Wish[] = [];
  #serial = 0;
  #isLoggedIn = false;

  constructor(world: TalkerWorld) {
    this.#world = world;
    this.name = world.name;
    this.user = world.user;
    this.#messenger = this.#start();
  }

  get drafts(): readonly Draft[] {
    return this.#messenger.drafts;
  }

  cursorOf(conversation: string): number {
    return this.#saved.cursors[conversation] ?? 0;
  }

  /** The newest seq that it has ever got. */
  furthest(conversation: string): number {
    return this.#furthest.get(conversation) ?? 0;
  }

  do(act: TalkAct): void {
    if (act.talk === 'write') this.#write(act.target);
    else if (act.talk === 'read') this.#readAll();
    else if (act.talk === 'sync') this.#sync();
    else if (act.talk === 'block' || act.talk === 'unblock') this.#wish(blockOf(act));
    else if ('group' in act) this.#wish(commandOf(act));
  }

  /** The process ends; the next one goes on with what was saved, or with nothing. */
  restart(keeps: 'all' | 'nothing'): void {
    this.#isLoggedIn = false;
    if (keeps === 'nothing') this.#wipe();
    this.#messenger = this.#start();
  }

  #wipe(): void {
    this.written = this.written.filter(({ id }) => this.stored.has(id) || this.refused.has(id));
    this.#saved = NOTHING;
    this.#wishes = [];
    this.shown = new Map();
    this.begunAt.clear();
  }

  loggedIn(reply: Json): void {
    const login = reply as unknown as LoginReply;
    for (const { conversation, ackSeq } of login.conversations) {
      if (this.#saved.cursors[conversation] === undefined) this.begunAt.set(conversation, ackSeq);
    }
    this.#isLoggedIn = true;
    this.#messenger.loggedIn(login);
    this.#pressAgain();
  }

  disconnected(): void {
    this.#isLoggedIn = false;
    this.#messenger.disconnected();
  }

  heard(frame: Json): void {
    if (frame.type === 'message') this.#messenger.pushed(frame as unknown as Entry);
    if (frame.type !== 'reply' && frame.type !== 'error') return;
    if (frame.action === 'sync' && frame.type === 'reply') {
      for (const entry of frame.messages as readonly Entry[]) this.#messenger.pushed(entry);
    }
    // Whatever it was told before: one try may be refused, and another one, still under way, succeed.
    if (frame.type === 'reply') this.#entered(frame);
    if (this.#wishes[0]?.ref === frame.ref) this.#granted(frame);
    else this.#messenger.replied(frame as unknown as Reply);
  }

  tick(): void {
    this.#messenger.tick(this.#world.now());
    if ((this.#wishes[0]?.dueAt ?? Number.POSITIVE_INFINITY) <= this.#world.now()) this.#pressAgain();
  }

  #start(): Messenger {
    return new Messenger(
      {
        send: (command: Outgoing) => this.#send(command),
        show: (entry) => this.#show(entry),
        stored: ({ id }, seq) => this.stored.set(id, seq),
        refused: ({ id }, code) => this.refused.set(id, code),
        save: (saved) => {
          this.#saved = saved;
        },
      },
      this.#saved,
    );
  }

  #send(command: Outgoing): void {
    if (command.action === 'chat') this.tries.set(command.id, (this.tries.get(command.id) ?? 0) + 1);
    this.#world.send(command);
  }

  #show(entry: Entry): void {
    this.#world.shows(this, entry);
    this.#furthest.set(entry.conversation, Math.max(entry.seq, this.furthest(entry.conversation)));
    const seqs = this.shown.get(entry.conversation) ?? [];
    seqs.push(entry.seq);
    this.shown.set(entry.conversation, seqs);
  }

  #write(target: Target): void {
    const id = `${this.name}-${++this.#serial}`;
    const draft = { conversation: conversationOf(this.user, target), target, text: `text of ${id}`, id };
    this.written.push(draft);
    this.#messenger.write(draft);
  }

  #readAll(): void {
    for (const [conversation, read] of Object.entries(this.#saved.cursors)) {
      if (read > 0) this.#world.send({ action: 'ack', conversation, read });
    }
  }

  #sync(): void {
    this.#world.send({ action: 'sync', ref: `s${++this.#serial}`, cursors: this.#saved.cursors });
  }

  #wish(command: Json): void {
    this.#wishes.push({ command, ref: `w${++this.#serial}`, dueAt: 0 });
    if (this.#wishes.length === 1) this.#pressAgain();
  }

  /** One at a time: who leaves and joins again must not have it the other way round. */
  #pressAgain(): void {
    const wish = this.#wishes[0];
    if (!wish || !this.#isLoggedIn) return;
    wish.dueAt = this.#world.now() + ANSWER_MS_MAX;
    this.#world.send({ ...wish.command, ref: wish.ref });
  }

  #entered({ action, conversation, joinedSeq, seq }: Json): void {
    if (action !== 'joinGroup' && action !== 'createGroup') return;
    this.#messenger.entered(String(conversation), Number(joinedSeq ?? seq));
  }

  #granted({ code }: Json): void {
    const wish = this.#wishes[0];
    if (wish && (code === 'busy' || code === 'internal')) wish.dueAt = this.#world.now() + PASSING_MS;
    if (code === 'busy' || code === 'internal' || code === 'not_logged_in') return;
    this.#wishes.shift();
    this.#pressAgain();
  }
}

function conversationOf(user: string, target: Target): string {
  if ('group' in target) return groupConversation(target.group as GroupId);
  return directConversation(user as UserId, target.to as UserId);
}

function blockOf({ talk, user }: { readonly talk: 'block' | 'unblock'; readonly user: string }): Json {
  return { action: 'block', user, ...(talk === 'unblock' && { unblock: true }) };
}

function commandOf({ talk, group }: { readonly talk: string; readonly group: string }): Json {
  if (talk === 'createGroup') return { action: 'createGroup', name: group, id: group };
  return { action: talk, group };
}
