import type { Cursors } from '../../protocol/messages';
import type { InboxEntry } from '../ports/ports';

/** How far the other one of a conversation has got, as one is shown: since they have blocked one, no further than before. */
export function toCursors(entry: InboxEntry | undefined): Cursors {
  const { ackSeq, readSeq } = entry?.block ?? entry ?? { ackSeq: 0, readSeq: 0 };
  return { received: ackSeq, read: readSeq };
}
