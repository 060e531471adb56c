import type { ConversationId, MessageId, UserId } from '../../protocol/ids';
import { APPEND_BEHIND_MAX } from '../../protocol/limits';
import type { Message } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import type { Log } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';
import { together } from '../steps/together';

export interface AppendPorts extends SettlePorts {
  readonly log: Pick<Log, 'head' | 'from' | 'put'>;
}

interface Draft {
  readonly conversation: ConversationId;
  readonly from: UserId;
  readonly text: string;
  readonly id: MessageId;
  /** The last seq that the client knew when it first sent this message; `undefined` if it asks for no deduplication. */
  readonly after: number | undefined;
}

interface Gate<Beside> {
  /** Whether the sender may write, decided after the log's end was read: `head` is its newest seq, 0 if it is empty. */
  readonly admit: (head: number) => Promise<void>;
  /** What is read beside each put. */
  readonly besidePut: () => Promise<Beside>;
}

export interface Appended<Beside> {
  /** As it is stored. */
  readonly message: Message;
  /** What the log ended with before; absent if the message was stored already. For `retire`, beside whatever comes next. */
  readonly predecessor?: Message | undefined;
  /** What was read beside the put that stored it; absent if it was stored already. */
  readonly beside?: Beside;
}

/**
 * Stores a message at the end of its conversation's log, once, and returns it as stored (DESIGN.md §5, append). `admit`
 * runs before anything is written, and may refuse it; a message that is stored already needs no admission.
 *
 * Nothing else writes a log but joining and leaving a group, by the same rule: a seq is only put after its predecessor
 * has been read, so the log has no gaps. That is why `after` itself is read too: a client that claims a seq which does
 * not exist is refused `ahead` instead of leaving a hole. Refuses `behind` when more than APPEND_BEHIND_MAX messages came
 * after `after`, and `busy`.
 *
 * M4: `admit` reads a membership after the head was read, and before head + 1 is put. A leave takes a seq as well, so
 * if the put succeeds, nobody has left in between. The other way round, or side by side, a leave could slip through. For the same
 * reason, what `besidePut` reads of a group's members was so when the message was put.
 */
export async function appendMessage<Beside>(
  ports: AppendPorts,
  draft: Draft,
  { admit, besidePut }: Gate<Beside>,
): Promise<Appended<Beside>> {
  let known = draft.after;
  return settle(ports, async () => {
    const news = await readSince(ports.log, draft.conversation, known);
    const stored = news.find((message) => message.from === draft.from && message.id === draft.id);
    if (stored) return { message: stored };
    const last = news.at(-1);
    await admit(last?.seq ?? 0);
    if (known !== undefined) refuseOutOfReach(news, known);
    const message = toMessage(draft, (last?.seq ?? 0) + 1, ports.clock.now());
    const [outcome, beside] = await together(ports.log.put(message), besidePut());
    // Somebody else put this seq first, or we did and the answer was lost: look again, from here on.
    known = last?.seq ?? 0;
    if (outcome !== 'stored') return 'conflict';
    ports.meter.count('Messages');
    return { message, predecessor: last, beside };
  });
}

/** The message at `known` and what came after it, one more than may be; or only the newest, if nothing is known. */
async function readSince(
  log: AppendPorts['log'],
  conversation: ConversationId,
  known: number | undefined,
): Promise<readonly Message[]> {
  if (known !== undefined) return log.from({ conversation, fromSeq: known, limit: APPEND_BEHIND_MAX + 2 });
  const newest = await log.head(conversation);
  return newest ? [newest] : [];
}

/** The newest message is never deleted: if `known` ever was, there is something from there on. */
function refuseOutOfReach(page: readonly Message[], known: number): void {
  if (known > 0 && page.length === 0) throw new Refusal('ahead');
  if (page.filter(({ seq }) => seq > known).length > APPEND_BEHIND_MAX) throw new Refusal('behind');
}

function toMessage({ conversation, from, text, id }: Draft, seq: number, sentAt: number): Message {
  return { conversation, seq, from, text, sentAt, id };
}
