import type { Command } from '../../protocol/commands';
import { type ConversationId, directConversation, groupConversation, type UserId } from '../../protocol/ids';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { EntryKey, Presence } from '../ports/ports';
import { together } from '../steps/together';
import { type AppendPorts, appendMessage } from './append-message';
import { type DeliverPorts, deliverMessage } from './deliver-message';
import { type Audience, readAudience } from './deliver-to-group';
import { type EntriesPorts, readEntries } from './read-entries';
import { type RetirePorts, retire } from './retention';

export interface ChatPorts extends AppendPorts, DeliverPorts, EntriesPorts, RetirePorts {
  readonly inboxes: DeliverPorts['inboxes'] & EntriesPorts['inboxes'];
  readonly log: AppendPorts['log'] & DeliverPorts['log'] & RetirePorts['log'];
  readonly presence: DeliverPorts['presence'] & Pick<Presence, 'connectionsOf'>;
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
  const { conversation, ...gate } = targetOf(ports, userId, command);
  const draft = { conversation, from: userId, text, id: command.id ?? ports.chance.messageId(), after };
  const { message, predecessor, beside: audience } = await appendMessage(ports, draft, gate);
  await together(deliverMessage(ports, { message, except: connectionId, audience }), retire(ports, predecessor));
  const { seq, id, sentAt } = message;
  return { userId, fields: { conversation, seq, id, sentAt } };
}

interface Target {
  readonly conversation: ConversationId;
  readonly admit: (head: number) => Promise<void>;
  readonly besidePut: () => Promise<Audience | undefined>;
}

function targetOf(ports: ChatPorts, userId: UserId, { to, group }: Command<'chat'>): Target {
  if (group !== undefined) return groupTarget(ports, { userId, conversation: groupConversation(group) });
  if (to === undefined) throw new Error('A chat has neither a user nor a group to go to.');
  if (to === userId) throw new Refusal('to_self');
  const conversation = directConversation(userId, to);
  return { conversation, admit: (head) => refuseUnknown(ports, to, head), besidePut: async () => undefined };
}

/** Accounts are never deleted, so a conversation that has a message has two users: only its first message asks. */
async function refuseUnknown(ports: ChatPorts, to: UserId, head: number): Promise<void> {
  if (head === 0 && (await ports.presence.connectionsOf(to)) === undefined) throw new Refusal('no_such_user');
}

/** A member's inbox entry is there exactly as long as the membership, and is marked before the group becomes large. */
function groupTarget(ports: ChatPorts, key: EntryKey): Target {
  const { conversation } = key;
  let isMarked = true;
  const admit = async () => {
    const [entry] = await readEntries(ports, [key]);
    if (!entry) throw new Refusal('not_a_member');
    isMarked = entry.big === true;
  };
  return { conversation, admit, besidePut: () => readAudience(ports, conversation, { isMarked }) };
}
