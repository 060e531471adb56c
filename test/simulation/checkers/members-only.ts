import type { Message } from '../../../src/protocol/messages';
import type { Commit } from '../commits';
import type { Step } from '../steps';
import type { Memberships } from '../talk/memberships';
import type { Answered, Checker, CheckerWorld } from './checker';

type MembersWorld = CheckerWorld & { readonly memberships: Memberships };

/**
 * M4: nobody appends who is no member at that instant, or in another's name; nobody is pushed or answered what was not for
 * them; and what somebody sends whom they have blocked goes to nobody who had blocked them all the while.
 */
export class MembersOnly implements Checker {
  readonly #world: MembersWorld;

  constructor(world: MembersWorld) {
    this.#world = world;
  }

  committed({ step, logs }: Commit): void {
    const { memberships, socketOf, complain } = this.#world;
    for (const { key, before, after } of logs) {
      for (const [seq, { from }] of after ?? []) {
        if (before?.has(seq)) continue;
        const author = socketOf(step.invocation.connectionId ?? '')?.peer.user;
        if (author !== undefined && author !== from) complain('M4', `${author} wrote to ${key} as ${from}`);
        const isLeaving = after?.get(seq)?.change === 'left';
        if (!isLeaving && !memberships.mayRead(from, key, seq)) complain('M4', `${from} wrote to ${key} from outside`);
      }
    }
  }

  asked({ name, args, invocation }: Step): void {
    if (name !== 'sockets.push') return;
    const frame = JSON.parse(String(args[1]));
    const user = this.#world.socketOf(String(args[0]))?.peer.user;
    if (frame.type === 'message' && user !== undefined) this.#expectReadable(user, frame, invocation.startedAt);
  }

  replied({ user, frame, invocation }: Answered): void {
    for (const message of (frame.messages as readonly Message[] | undefined) ?? []) {
      this.#expectReadable(user, message, invocation.startedAt);
    }
  }

  #expectReadable(user: string, message: Message, since: number): void {
    const { memberships, complain } = this.#world;
    const { conversation, seq, from, id } = message;
    if (!memberships.mayRead(user, conversation, seq)) complain('M4', `${user} is told ${seq} of ${conversation}`);
    const isOpen = id !== undefined && from !== user;
    if (isOpen && memberships.isHiddenSince(user, message, since)) {
      complain('M4', `${user} is told ${seq} of ${conversation}, and has blocked ${from}`);
    }
  }
}
