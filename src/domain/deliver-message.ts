import type { ConnectionId, UserId } from '../protocol/ids';
import { PUSHES_PARALLEL_MAX } from '../protocol/limits';
import { encodeMessageEvent, type Message } from '../protocol/messages';
import { inParallel } from './in-parallel';
import type { Inboxes, Presence } from './ports';
import { type PushPorts, pushText } from './push-text';
import { settle } from './settle';

export interface DeliverPorts extends PushPorts {
  readonly inboxes: Pick<Inboxes, 'arrive'>;
  readonly presence: PushPorts['presence'] & Pick<Presence, 'connectionsOf'>;
}

interface Delivery {
  readonly message: Message;
  readonly members: readonly UserId[];
  /** The connection that sent it: it gets the reply instead. */
  readonly except: ConnectionId;
}

/**
 * Makes a stored message known to every member, and pushes it to those who are online. Resolves when every inbox knows it
 * and every push has been tried; safe to repeat.
 *
 * M-order, never read before you have written: each inbox is written before its user's connections are read. A login
 * binds before it reads the inbox. So one of the two sees the other, and no message falls between them.
 */
export async function deliverMessage(ports: DeliverPorts, { message, members, except }: Delivery): Promise<void> {
  await inParallel(members, PUSHES_PARALLEL_MAX, (userId) =>
    settle(ports, () => ports.inboxes.arrive({ userId, message })),
  );
  const targets: ConnectionId[] = [];
  await inParallel(members, PUSHES_PARALLEL_MAX, async (userId) => {
    targets.push(...((await ports.presence.connectionsOf(userId)) ?? []));
  });
  const event = encodeMessageEvent(message);
  const others = targets.filter((connectionId) => connectionId !== except);
  await inParallel(others, PUSHES_PARALLEL_MAX, (connectionId) => pushText(ports, connectionId, event));
}
