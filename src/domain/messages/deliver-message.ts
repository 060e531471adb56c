import { type ConnectionId, groupOf, peerOf, type UserId } from '../../protocol/ids';
import { REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import { encodeMessageEvent, type Message } from '../../protocol/messages';
import type { Log } from '../ports/ports';
import { pushToUsers } from '../pushes/push-to-all';
import { inParallel } from '../steps/in-parallel';
import { settle } from '../steps/settle';
import { type DeliverToGroupPorts, deliverToGroup } from './deliver-to-group';

export interface DeliverPorts extends DeliverToGroupPorts {
  readonly log: Pick<Log, 'hide'>;
}

interface Delivery {
  readonly message: Message;
  /** The connection that sent it: it gets the reply instead. */
  readonly except: ConnectionId;
}

/**
 * Makes a stored message known to everybody whom it is for, and pushes it to those who are online. Resolves when every
 * inbox knows it and the pushes have been tried, as `pushToAll` bounds them; safe to repeat.
 *
 * M-order, never read before you have written: each inbox is written before its user's connections are read. A login
 * binds before it reads the inbox. So one of the two sees the other, and no message falls between them.
 */
export async function deliverMessage(ports: DeliverPorts, delivery: Delivery): Promise<void> {
  if (groupOf(delivery.message.conversation) === undefined) await deliverDirect(ports, delivery);
  else await deliverToGroup(ports, delivery);
}

async function deliverDirect(ports: DeliverPorts, { message: stored, except }: Delivery): Promise<void> {
  // Sent again, it may have been marked the first time: it stays hidden, whatever has become of the block.
  const { hidden, ...message } = stored;
  const { from } = message;
  const other = hidden ? undefined : peerOf(message.conversation, from);
  const users: UserId[] = [];
  await inParallel([from, ...(other ? [other] : [])], REQUESTS_PARALLEL_MAX, async (userId) => {
    if (await arrives(ports, userId, message)) users.push(userId);
  });
  await pushToUsers(ports, { users, text: encodeMessageEvent(message), except });
}

/** Whoever has blocked the sender is not told, and will not read it either; the sender learns nothing of that. */
async function arrives(ports: DeliverPorts, userId: UserId, message: Message): Promise<boolean> {
  const outcome = await settle(ports, () => ports.inboxes.arrive({ userId, message, creates: true }));
  if (outcome !== 'blocked') return true;
  const { conversation, seq } = message;
  await settle(ports, () => ports.log.hide({ conversation, seq }));
  return false;
}
