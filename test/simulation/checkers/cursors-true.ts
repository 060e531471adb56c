import type { InboxEntry } from '../../../src/domain/ports/ports';
import type { UserId } from '../../../src/protocol/ids';
import type { Conversation } from '../../../src/protocol/messages';
import type { Commit } from '../commits';
import type { Talker } from '../talk/talker';
import type { Answered, Checker, CheckerWorld } from './checker';

type CursorsWorld = CheckerWorld & { readonly talkers: readonly Pick<Talker, 'user' | 'furthest'>[] };

/**
 * M5: what a login tells as unread is `lastSeq − readSeq`, of cursors that never go back, and never past the log. And nothing
 * is acked but by a client that has got it: so whatever is lost on the way comes again.
 */
export class CursorsTrue implements Checker {
  readonly #world: CursorsWorld;

  constructor(world: CursorsWorld) {
    this.#world = world;
  }

  committed({ inboxes }: Commit): void {
    for (const { key, before, after } of inboxes) {
      for (const [conversation, entry] of after ?? []) {
        const was = before?.get(conversation);
        if (was !== entry) this.#check(key, was, entry);
      }
    }
  }

  replied({ user, frame }: Answered): void {
    if (frame.type !== 'reply' || frame.action !== 'login') return;
    for (const told of frame.conversations as readonly Conversation[]) this.#checkTold(user, told);
  }

  #check(userId: UserId, was: InboxEntry | undefined, entry: InboxEntry): void {
    const { tables, complain } = this.#world;
    const { conversation, lastSeq, ackSeq, readSeq } = entry;
    const tell = (what: string) => complain('M5', `${userId} in ${conversation}: ${what}`);
    const end = tables.logs.get(conversation)?.size ?? 0;
    if (lastSeq > end) tell(`knows of ${lastSeq}, and the log ends at ${end}`);
    if (ackSeq > lastSeq || readSeq > lastSeq) tell(`${ackSeq} is acked and ${readSeq} read of ${lastSeq}`);
    if (was === undefined || was.joinedSeq !== entry.joinedSeq) return;
    if (lastSeq < was.lastSeq || ackSeq < was.ackSeq || readSeq < was.readSeq) tell('a cursor goes back');
    if (ackSeq > was.ackSeq && ackSeq > this.#gotBy(userId, conversation)) {
      complain('M1', `${ackSeq} of ${conversation} counts as received, and no client of ${userId} has got it`);
    }
  }

  #gotBy(userId: string, conversation: string): number {
    const { talkers } = this.#world;
    return Math.max(0, ...talkers.filter(({ user }) => user === userId).map((talker) => talker.furthest(conversation)));
  }

  #checkTold(user: string, { conversation, lastSeq, readSeq, unread }: Conversation): void {
    const { tables, complain } = this.#world;
    const end = tables.logs.get(conversation)?.size ?? 0;
    const isTrue = unread === lastSeq - readSeq && unread >= 0 && lastSeq <= end;
    if (!isTrue) complain('M5', `${user} is told ${unread} unread of ${lastSeq} in ${conversation}, read ${readSeq}`);
  }
}
