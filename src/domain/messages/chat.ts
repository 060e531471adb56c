import type { Command } from '../../protocol/commands';
import { type ConversationId, directConversation, groupConversation, type UserId } from '../../protocol/ids';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { EntryKey, Groups, Presence } from '../ports/ports';
import { type AppendPorts, appendMessage } from './append-message';
import { type DeliverPorts, deliverMessage } from './deliver-message';

export interface ChatPorts extends AppendPorts, DeliverPorts {
  readonly log: AppendPorts['log'] & DeliverPorts['log'];
  readonly presence: DeliverPorts['presence'] & Pick<Presence, 'connectionsOf'>;
  readonly groups: DeliverPorts['groups'] & Pick<Groups, 'member'>;
}

/**
 * Stores a message to another user or to a group, makes it known to all whom it is for, and answers with its place in the
 * log. Refuses `to_self`, `no_such_user`, `not_a_member`, and whatever `appendMessage` refuses, before anything is written.
 */
export async function chat(
  ports: ChatPorts,
  { connectionId, userId }: BoundCaller,
  command: Command<'chat'>,
): Promise<Done<'chat'>> {
  const { text, after } = command;
  const { conversation, admit } = targetOf(ports, userId, command);
  const draft = { conversation, from: userId, text, id: command.id ?? ports.chance.messageId(), after };
  const message = await appendMessage(ports, draft, admit);
  await deliverMessage(ports, { message, except: connectionId });
  const { seq, id, sentAt } = message;
  return { userId, fields: { conversation, seq, id, sentAt } };
}

interface Target {
  readonly conversation: ConversationId;
  readonly admit: (head: number) => Promise<void>;
}

function targetOf(ports: ChatPorts, userId: UserId, { to, group }: Command<'chat'>): Target {
  if (group !== undefined) {
    const conversation = groupConversation(group);
    return { conversation, admit: () => refuseStranger(ports, { userId, conversation }) };
  }
  if (to === undefined) throw new Error('A chat has neither a user nor a group to go to.');
  if (to === userId) throw new Refusal('to_self');
  const conversation = directConversation(userId, to);
  return { conversation, admit: (head) => refuseUnknown(ports, to, head) };
}

/** Accounts are never deleted, so a conversation that has a message has two users: only its first message asks. */
async function refuseUnknown(ports: ChatPorts, to: UserId, head: number): Promise<void> {
  if (head === 0 && (await ports.presence.connectionsOf(to)) === undefined) throw new Refusal('no_such_user');
}

async function refuseStranger(ports: ChatPorts, key: EntryKey): Promise<void> {
  if (!(await ports.groups.member(key))) throw new Refusal('not_a_member');
}
