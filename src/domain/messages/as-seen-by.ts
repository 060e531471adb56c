import type { UserId } from '../../protocol/ids';
import type { Message, SeenMessage } from '../../protocol/messages';
import type { InboxEntry } from '../ports/ports';

interface Reader {
  readonly userId: UserId;
  readonly entry: Pick<InboxEntry, 'joinedSeq' | 'block'>;
  /** What was sent before this (ms since 1970) is gone. */
  readonly keptSince: number;
}

/**
 * A page of a log, oldest first, as one user may see it: from where they joined, without what has expired, and with nothing
 * but a place for what somebody sent whom they have blocked. It has no gaps, but may begin later than the page.
 */
export function asSeenBy({ userId, entry, keptSince }: Reader, page: readonly Message[]): readonly SeenMessage[] {
  const { joinedSeq = 1, block } = entry;
  const readable = page.filter(({ seq }) => seq >= joinedSeq);
  // Two Lambdas' clocks may differ by a little: whatever came before something that has expired goes with it.
  const kept = readable.slice(readable.findLastIndex(({ sentAt }) => sentAt < keptSince) + 1);
  return kept.map((message) => {
    const { hidden, ...shown } = message;
    if (message.from === userId) return shown;
    return hidden || (block !== undefined && message.seq > block.after) ? placeOf(message) : shown;
  });
}

function placeOf({ conversation, seq, from, sentAt }: Message): SeenMessage {
  return { conversation, seq, from, sentAt, hidden: true };
}
