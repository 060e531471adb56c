import { peerOf, type UserId } from '../../protocol/ids';
import { CHATTY_MEMBERS_MAX, RECEIPT_MESSAGES_MAX } from '../../protocol/limits';
import { encodeReceiptEvent, type Receipt } from '../../protocol/messages';
import type { BoundCaller } from '../ports/operation';
import type { Groups, InboxEntry, Log } from '../ports/ports';
import { type PushToUsersPorts, pushToUsers } from '../pushes/push-to-all';

export interface ReceiptPorts extends PushToUsersPorts {
  readonly log: Pick<Log, 'from'>;
  readonly groups: Pick<Groups, 'members'>;
}

interface Progress {
  /** As it was before. */
  readonly entry: InboxEntry;
  readonly moved: Pick<Receipt, 'received' | 'read'>;
  /** The cursor that was furthest behind. */
  readonly after: number;
}

/**
 * Tells how far the caller has got: their own other devices always; the other one of a conversation of two, unless the
 * caller has blocked them; in a group of up to CHATTY_MEMBERS_MAX members, those who sent the newest RECEIPT_MESSAGES_MAX
 * of what is acked. In larger groups nobody else: each ack would be a push to hundreds.
 */
export async function sendReceipts(ports: ReceiptPorts, caller: BoundCaller, progress: Progress): Promise<void> {
  const { userId, connectionId } = caller;
  const { conversation } = progress.entry;
  const others = await concernedBy(ports, userId, progress);
  const text = encodeReceiptEvent({ conversation, user: userId, ...progress.moved });
  await pushToUsers(ports, { users: [userId, ...others], text, except: connectionId });
}

async function concernedBy(ports: ReceiptPorts, userId: UserId, progress: Progress): Promise<readonly UserId[]> {
  const { entry } = progress;
  const peer = peerOf(entry.conversation, userId);
  if (peer !== undefined) return entry.block ? [] : [peer];
  return entry.big ? [] : sendersOf(ports, userId, progress);
}

async function sendersOf(ports: ReceiptPorts, userId: UserId, progress: Progress): Promise<readonly UserId[]> {
  const { entry, moved, after } = progress;
  const { conversation } = entry;
  const { members, next } = await ports.groups.members({ conversation, limit: CHATTY_MEMBERS_MAX + 1 });
  if (next !== undefined || members.length > CHATTY_MEMBERS_MAX) return [];
  const to = Math.max(moved.received ?? 0, moved.read ?? 0);
  const fromSeq = Math.max(after + 1, to - RECEIPT_MESSAGES_MAX + 1);
  const acked = await ports.log.from({ conversation, fromSeq, limit: to - fromSeq + 1 });
  const senders = new Set(acked.map(({ from }) => from));
  return members.map((member) => member.userId).filter((member) => member !== userId && senders.has(member));
}
