import { type ConnectionId, groupOf, peerOf, type UserId } from '../../protocol/ids';
import { encodeMessageEvent, type Message } from '../../protocol/messages';
import type { Log, Place } from '../ports/ports';
import { pushToUsers } from '../pushes/push-to-all';
import { settle } from '../steps/settle';
import { together } from '../steps/together';
import { type Audience, type DeliverToGroupPorts, deliverToGroup, readAudience } from './deliver-to-group';

export interface DeliverPorts extends DeliverToGroupPorts {
  readonly log: Pick<Log, 'hide'>;
}

interface Delivery {
  readonly message: Message;
  /** The connection that sent it: it gets the reply instead. */
  readonly except: ConnectionId;
  /** Of a group, if it was read when the message was put. */
  readonly audience?: Audience | undefined;
}

/**
 * Makes a stored message known to everybody whom it is for, and pushes it to those who are online. Resolves when every
 * inbox knows it and the pushes have been tried, as `pushToAll` bounds them; safe to repeat.
 *
 * M-order, never read before you have written: each inbox is written before its user's connections are read. A login
 * binds before it reads the inbox. So one of the two sees the other, and no message falls between them.
 */
export async function deliverMessage(ports: DeliverPorts, delivery: Delivery): Promise<void> {
  const { conversation } = delivery.message;
  if (groupOf(conversation) === undefined) return deliverDirect(ports, delivery);
  const audience = delivery.audience ?? (await readAudience(ports, conversation, { isMarked: true }));
  await deliverToGroup(ports, { ...delivery, audience });
}

async function deliverDirect(ports: DeliverPorts, { message: stored, except }: Delivery): Promise<void> {
  // Sent again, it may have been marked the first time: it stays hidden, whatever has become of the block.
  const { hidden, ...message } = stored;
  const { from } = message;
  const other = hidden ? undefined : peerOf(message.conversation, from);
  const arrive = (userId: UserId) => settle(ports, () => ports.inboxes.arrive({ userId, message, creates: true }));
  const [, outcome] = await together(arrive(from), other ? arrive(other) : undefined);
  // Whoever has blocked the sender is not told, and will not read it either; the sender learns nothing of that.
  const isBlocked = outcome === 'blocked';
  const users = other && !isBlocked ? [from, other] : [from];
  await together(
    pushToUsers(ports, { users, text: encodeMessageEvent(message), except }),
    isBlocked ? settle(ports, () => ports.log.hide(placeOf(message))) : undefined,
  );
}

function placeOf({ conversation, seq }: Message): Place {
  return { conversation, seq };
}
