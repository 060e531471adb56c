import type { Command } from '../protocol/commands';
import { directConversation, type UserId } from '../protocol/ids';
import { Refusal } from '../protocol/refusal';
import { type AppendPorts, appendMessage } from './append-message';
import { type DeliverPorts, deliverMessage } from './deliver-message';
import type { BoundCaller, Done } from './operation';

export type ChatPorts = AppendPorts & DeliverPorts;

/**
 * Stores a message to another user, makes it known to both, and answers with its place in the log. Refuses `to_self`,
 * `no_such_user`, and whatever `appendMessage` refuses, before anything is written.
 */
export async function chat(
  ports: ChatPorts,
  { connectionId, userId }: BoundCaller,
  command: Command<'chat'>,
): Promise<Done> {
  const { to, text, after } = command;
  if (to === userId) throw new Refusal('to_self');
  const draft = {
    conversation: directConversation(userId, to),
    from: userId,
    text,
    id: command.id ?? ports.chance.messageId(),
    after,
  };
  const message = await appendMessage(ports, draft, () => refuseUnknown(ports, to));
  await deliverMessage(ports, { message, members: [userId, to], except: connectionId });
  const { conversation, seq, id, sentAt } = message;
  return { userId, fields: { conversation, seq, id, sentAt } };
}

/** Accounts are never deleted, so a conversation that has a message has two users: only its first message asks. */
async function refuseUnknown(ports: ChatPorts, to: UserId): Promise<void> {
  if ((await ports.presence.connectionsOf(to)) === undefined) throw new Refusal('no_such_user');
}
