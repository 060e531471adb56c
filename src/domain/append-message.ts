import type { ConversationId, MessageId, UserId } from '../protocol/ids';
import { APPEND_BEHIND_MAX } from '../protocol/limits';
import type { Message } from '../protocol/messages';
import { Refusal } from '../protocol/refusal';
import type { Log } from './ports';
import { type SettlePorts, settle } from './settle';

export interface AppendPorts extends SettlePorts {
  readonly log: Log;
}

interface Draft {
  readonly conversation: ConversationId;
  readonly from: UserId;
  readonly text: string;
  readonly id: MessageId;
  /** The last seq that the client knew when it first sent this message; `undefined` if it asks for no deduplication. */
  readonly after: number | undefined;
}

/**
 * Stores a message at the end of its conversation's log, once, and returns it as stored (DESIGN.md §5, append).
 * `beforeFirst` runs before the first message of a conversation is written, and may refuse it.
 *
 * Nothing else writes a log, and a seq is only put after its predecessor has been read, so the log has no gaps. That is
 * why `after` itself is read too: a client that claims a seq which does not exist is refused `ahead` instead of leaving a
 * hole. Refuses `behind` when more than APPEND_BEHIND_MAX messages came after `after`, and `busy`.
 */
export async function appendMessage(
  ports: AppendPorts,
  draft: Draft,
  beforeFirst: () => Promise<void>,
): Promise<Message> {
  let known = draft.after;
  return settle(ports, async () => {
    const { head, news } = await readSince(ports.log, draft.conversation, known);
    const stored = news.find((message) => message.from === draft.from && message.id === draft.id);
    if (stored) return stored;
    if (head === 0) await beforeFirst();
    const message = toMessage(draft, head + 1, ports.clock.now());
    const outcome = await ports.log.put(message);
    // Somebody else put this seq first, or we did and the answer was lost: look again, from here on.
    known = head;
    return outcome === 'stored' ? message : 'conflict';
  });
}

interface Recent {
  /** The newest seq; 0 for an empty log. */
  readonly head: number;
  /** What came after the seq that was known, oldest first. */
  readonly news: readonly Message[];
}

async function readSince(log: Log, conversation: ConversationId, known: number | undefined): Promise<Recent> {
  if (known === undefined) return { head: (await log.head(conversation))?.seq ?? 0, news: [] };
  const page = await log.from({ conversation, fromSeq: known, limit: APPEND_BEHIND_MAX + 2 });
  if (known > 0 && page[0]?.seq !== known) throw new Refusal('ahead');
  const news = page.filter((message) => message.seq > known);
  if (news.length > APPEND_BEHIND_MAX) throw new Refusal('behind');
  return { head: page.at(-1)?.seq ?? 0, news };
}

function toMessage({ conversation, from, text, id }: Draft, seq: number, sentAt: number): Message {
  return { conversation, seq, from, text, sentAt, id };
}
