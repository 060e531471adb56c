import { Messenger, type Saved } from '../../client/core/messenger';
import type { Draft } from '../../client/core/outbox';
import type { Entry, Listed, LoginReply, Reply } from '../../client/core/wire';
import { proofOf } from './create-users';
import { FrameSocket } from './frame-socket';
import type { Ledger } from './ledger';
import type { Frame } from './wscat';

/** What a login says about one conversation, all of it. */
export interface Counted extends Listed {
  readonly readSeq: number;
  readonly unread: number;
}

interface Place {
  readonly url: string;
  readonly user: string;
  readonly name: string;
  readonly ledger: Ledger;
}

/** A device with the real client's logic: one socket after the other, and a screen that outlives them all. */
export class TalkingClient {
  readonly shown: Entry[] = [];
  /** Every entry that ever came, shown or not, as `conversation seq`. */
  readonly came = new Set<string>();
  /** Where this device might begin, by conversation: what was acked when a login first told it of this one. */
  readonly begins = new Map<string, Set<number>>();
  /** What the last login said. */
  listed: readonly Counted[] = [];
  readonly #place: Place;
  #saved = JSON.stringify({ drafts: [], cursors: {} } satisfies Saved);
  #messenger: Messenger;
  #socket: FrameSocket | undefined;
  #loggedInAt = Number.POSITIVE_INFINITY;
  #sockets = 0;
  #token: unknown;

  constructor(place: Place) {
    this.#place = place;
    this.#messenger = this.#start();
  }

  get drafts(): number {
    return this.#messenger.drafts.length;
  }

  get isLoggedIn(): boolean {
    return this.#socket?.isOpen === true && this.#loggedInAt < Number.POSITIVE_INFINITY;
  }

  /** What its present socket calls itself. */
  get label(): string {
    return `${this.#place.name}/${this.#sockets}`;
  }

  get closed(): AbortSignal | undefined {
    return this.#socket?.closed;
  }

  /** Connects, unless it is connected; logs in, unless it is logged in. @returns whether it is. */
  async logIn(): Promise<boolean> {
    if (!this.#socket?.isOpen) await this.#connect();
    if (!this.isLoggedIn) await this.ask({ action: 'login', ...proofOf(this.#place.user, this.#token) });
    return this.isLoggedIn;
  }

  async ask(command: Frame): Promise<Frame | undefined> {
    return this.#socket?.ask(command);
  }

  write(draft: Omit<Draft, 'after'>): void {
    this.#messenger.write(draft);
  }

  tick(): void {
    this.#messenger.tick(performance.now());
  }

  close(): void {
    this.#socket?.close();
  }

  /** The socket is reset, and nothing that is still on its way on it is heard any more. */
  forget(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
    this.#loggedInAt = Number.POSITIVE_INFINITY;
    this.#messenger.disconnected();
  }

  /** The process ends, and another one begins with what was saved. */
  restart(): void {
    this.forget();
    this.#messenger = this.#start();
  }

  #start(): Messenger {
    const { ledger } = this.#place;
    return new Messenger(
      {
        send: (command) => {
          if (command.action === 'chat') ledger.sent(command.id);
          this.#socket?.send(command);
        },
        show: (entry) => this.#show(entry),
        stored: ({ id }, seq) => ledger.acked(id, seq),
        refused: ({ id }, code) => ledger.refused.push(`${id}: ${code}`),
        // As a disk would keep it.
        save: (saved) => {
          this.#saved = JSON.stringify(saved);
        },
      },
      JSON.parse(this.#saved),
    );
  }

  #show(entry: Entry): void {
    this.shown.push(entry);
    this.came.add(keyOf(entry));
    if (entry.id !== undefined && entry.from !== this.#place.user) this.#place.ledger.shown(entry.id, this.#loggedInAt);
  }

  async #connect(): Promise<void> {
    this.#sockets += 1;
    this.forget();
    const own: { socket?: FrameSocket | undefined } = {};
    // Not before it is known whose frames they are; nothing comes before a login was asked for.
    own.socket = await FrameSocket.open(this.#place.url, this.label, (frame) => {
      if (this.#socket === own.socket) this.#received(frame);
    });
    this.#socket = own.socket;
    own.socket?.closed.addEventListener('abort', () => {
      if (this.#socket === own.socket) this.forget();
    });
  }

  #received(frame: Frame): void {
    if (frame.type === 'message') this.#pushed(frame as unknown as Entry);
    else if (frame.type === 'reply' && frame.action === 'login')
      this.#loggedIn(frame as unknown as LoginReply & { readonly token: string });
    else if (frame.type === 'reply' || frame.type === 'error') this.#replied(frame);
  }

  #pushed(entry: Entry): void {
    this.#receive([entry]);
    this.#messenger.pushed(entry);
  }

  #loggedIn(reply: LoginReply & { readonly token: string }): void {
    this.#token = reply.token;
    const known = new Set(this.shown.map(({ conversation }) => conversation));
    for (const { conversation, ackSeq } of reply.conversations) {
      if (known.has(conversation)) continue;
      this.begins.set(conversation, (this.begins.get(conversation) ?? new Set()).add(ackSeq));
    }
    this.listed = reply.conversations as readonly Counted[];
    this.#loggedInAt = performance.now();
    this.#receive(reply.messages);
    this.#messenger.loggedIn(reply);
  }

  #replied(frame: Frame): void {
    const reply = frame as unknown as Reply;
    this.#receive(reply.messages ?? []);
    this.#messenger.replied(reply);
    if (reply.code === 'not_logged_in' || reply.code === 'connection_gone') this.#socket?.terminate();
  }

  #receive(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (this.came.has(keyOf(entry))) this.#place.ledger.duplicates += 1;
      this.came.add(keyOf(entry));
    }
  }
}

function keyOf({ conversation, seq }: Entry): string {
  return `${conversation} ${seq}`;
}
