import type { Command } from '../../protocol/commands';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Cursor, InboxEntry, Inboxes, Log } from '../ports/ports';
import { settle } from '../steps/settle';
import { type ReceiptPorts, sendReceipts } from './send-receipts';

export interface AckPorts extends ReceiptPorts {
  readonly inboxes: Pick<Inboxes, 'advance' | 'arrive'>;
  readonly log: ReceiptPorts['log'] & Pick<Log, 'head'>;
}

/**
 * Moves the caller's cursors in a conversation forward: `received` (what a login need not bring again) and `read` (what
 * no longer counts as unread), and tells those whom it concerns. Moving one back changes nothing. Refuses
 * `no_such_conversation` and `not_yet_sent`.
 */
export async function ack(ports: AckPorts, caller: BoundCaller, command: Command<'ack'>): Promise<Done<'ack'>> {
  const { userId } = caller;
  const { conversation, received, read } = command;
  const move = (name: Cursor['name'], seq: number | undefined) =>
    seq === undefined ? undefined : advance(ports, { userId, conversation, name, seq });
  const wasReceived = await move('ackSeq', received);
  const wasRead = await move('readSeq', read);
  const entry = wasReceived ?? wasRead;
  if (entry) {
    const moved = { ...(wasReceived && { received }), ...(wasRead && { read }) };
    const before = Math.min(
      wasReceived?.ackSeq ?? Number.POSITIVE_INFINITY,
      wasRead?.readSeq ?? Number.POSITIVE_INFINITY,
    );
    await sendReceipts(ports, caller, { entry, moved, after: before });
  }
  return { userId, fields: { conversation } };
}

/** The entry as it was before, if its cursor has moved. */
async function advance(ports: AckPorts, cursor: Cursor): Promise<InboxEntry | undefined> {
  const outcome = await settle(ports, () => advanceOnce(ports, cursor));
  if (outcome.state === 'absent') throw new Refusal('no_such_conversation');
  if (outcome.state === 'beyond') throw new Refusal('not_yet_sent');
  return outcome.state === 'advanced' ? outcome.entry : undefined;
}

/** In a large group the entry does not know how far the log goes: then the log is asked, and the entry told. */
async function advanceOnce({ inboxes, log }: AckPorts, cursor: Cursor) {
  const outcome = await inboxes.advance(cursor);
  if (outcome.state === 'conflict') return outcome.state;
  if (outcome.state !== 'beyond' || !outcome.entry.big) return outcome;
  const { userId, conversation, seq } = cursor;
  const head = await log.head(conversation);
  if (head === undefined || head.seq < seq) return outcome;
  await inboxes.arrive({ userId, message: head, creates: false });
  return 'conflict';
}
