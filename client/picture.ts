import type { Frame } from './connection/frame';
import type { Listeners } from './listeners';
import {
  conversationOf,
  meOf,
  withFriendship,
  withGroup,
  withMessage,
  withPresence,
  withReceipt,
  withSize,
} from './state/me';
import { Shown } from './state/shown';
import type {
  ChatEvents,
  Friendship,
  Group,
  GroupEvent,
  Me,
  Message,
  Presence,
  Receipt,
  Snapshot,
  Typing,
} from './types';

/** What is known of oneself and one's conversations, kept up to date; whoever listens is told of what is new. */
export class Picture {
  readonly #listeners: Listeners<ChatEvents>;
  readonly #wallClock: () => number;
  readonly shown = new Shown();
  /** Read by the user, and perhaps not yet known to the server. */
  readonly #reads = new Map<string, number>();
  me: Me | undefined;

  constructor(listeners: Listeners<ChatEvents>, wallClock: () => number) {
    this.#listeners = listeners;
    this.#wallClock = wallClock;
  }

  forget(): void {
    this.shown.clear();
    this.#reads.clear();
    this.#become(undefined);
  }

  /** @returns what the server has still to be told of what was read. */
  loggedIn(snapshot: Snapshot): readonly { readonly conversation: string; readonly read: number }[] {
    let me = meOf(snapshot, this.me);
    const untold = [...this.#reads].flatMap(([conversation, read]) => {
      const known = conversationOf(me, conversation);
      if (known && known.readSeq >= read) this.#reads.delete(conversation);
      me = withReceipt(me, { conversation, user: me.user, read });
      return known && known.readSeq < read ? [{ conversation, read }] : [];
    });
    this.#become(me);
    return untold;
  }

  /** @returns whether it is news. */
  read(conversation: string, read: number): boolean {
    if (read <= (this.#reads.get(conversation) ?? 0)) return false;
    if (this.me && read <= (conversationOf(this.me, conversation)?.readSeq ?? 0)) return false;
    this.#reads.set(conversation, read);
    this.#change((me) => withReceipt(me, { conversation, user: me.user, read }));
    return true;
  }

  message(message: Message): void {
    this.shown.append(message);
    this.#change((me) => withMessage(me, message));
    this.#listeners.tell('message', message);
  }

  presence(presence: Presence): void {
    const before = this.me;
    this.#change((me) => withPresence(me, presence));
    if (this.me !== before) this.#listeners.tell('presence', presence);
  }

  /** By an event, or by the reply to a command of our own. */
  friendship(friendship: Friendship): void {
    this.#change((me) => withFriendship(me, friendship, this.#wallClock()));
  }

  group(event: GroupEvent): void {
    if ('left' in event) this.shown.clear(event.conversation);
    this.#change((me) => withGroup(me, event));
  }

  groupSize(group: Pick<Group, 'group' | 'size'>): void {
    this.#change((me) => withSize(me, group));
  }

  /** An event, other than a message. */
  heard(frame: Frame): void {
    // The server keeps to the protocol: what an event has, is said by its type.
    const { type, ...fields } = frame as Frame & Record<string, unknown>;
    const event: unknown = fields;
    if (type === 'presence') this.presence(event as Presence);
    else if (type === 'typing') this.#listeners.tell('typing', event as Typing);
    else if (type === 'receipt') {
      this.#change((me) => withReceipt(me, event as Receipt));
      this.#listeners.tell('receipt', event as Receipt);
    } else if (type === 'friend') {
      this.friendship(event as Friendship);
      this.#listeners.tell('friend', event as Friendship);
    } else if (type === 'group') {
      this.group(event as GroupEvent);
      this.#listeners.tell('group', event as GroupEvent);
    }
  }

  #change(next: (me: Me) => Me): void {
    if (this.me) this.#become(next(this.me));
  }

  #become(me: Me | undefined): void {
    if (me === this.me) return;
    this.me = me;
    this.#listeners.tell('me', me);
  }
}
