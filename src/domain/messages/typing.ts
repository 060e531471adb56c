import type { Command } from '../../protocol/commands';
import { type ConversationId, directConversation, groupConversation, type UserId } from '../../protocol/ids';
import { CHATTY_MEMBERS_MAX } from '../../protocol/limits';
import { encodeTypingEvent } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Groups } from '../ports/ports';
import { connectionsIn, type PushToUsersPorts, pushToAll, pushToUsers } from '../pushes/push-to-all';
import { readProfiles } from '../pushes/read-profiles';
import { type EntriesPorts, readEntries } from './read-entries';

export interface TypingPorts extends PushToUsersPorts, EntriesPorts {
  readonly groups: Pick<Groups, 'members' | 'member'>;
}

/**
 * Shows those who are online in a conversation that the caller is typing; stores nothing. Between two, only where they
 * have written before and neither has blocked the other; in a group, only up to CHATTY_MEMBERS_MAX members. Otherwise
 * nobody is told, and the caller neither. Refuses `not_a_member`.
 */
export async function typing(
  ports: TypingPorts,
  caller: BoundCaller,
  { to, group }: Command<'typing'>,
): Promise<Done<'typing'>> {
  if (group !== undefined) await showGroup(ports, caller, groupConversation(group));
  else if (to !== undefined) await showUser(ports, caller, to);
  else throw new Error('Somebody types to neither a user nor a group.');
  return { userId: caller.userId, fields: {} };
}

/** Side by side: nothing is stored, so M-order asks for nothing; and a block takes as long as none. */
async function showUser(ports: TypingPorts, { userId, connectionId }: BoundCaller, to: UserId): Promise<void> {
  if (to === userId) throw new Refusal('to_self');
  const conversation = directConversation(userId, to);
  const [isOpen, profiles] = await Promise.all([
    areTalking(ports, conversation, [userId, to]),
    readProfiles(ports, [to]),
  ]);
  const text = encodeTypingEvent({ conversation, user: userId });
  if (isOpen) await pushToAll(ports, connectionsIn(profiles, connectionId), text);
}

async function showGroup(
  ports: TypingPorts,
  { userId, connectionId }: BoundCaller,
  conversation: ConversationId,
): Promise<void> {
  const users = await othersIn(ports, userId, conversation);
  const text = encodeTypingEvent({ conversation, user: userId });
  if (users.length > 0) await pushToUsers(ports, { users, text, except: connectionId });
}

async function areTalking(
  ports: TypingPorts,
  conversation: ConversationId,
  pair: readonly [UserId, UserId],
): Promise<boolean> {
  const entries = await readEntries(
    ports,
    pair.map((userId) => ({ userId, conversation })),
  );
  return entries.length === 2 && entries.every(({ lastSeq, block }) => lastSeq > 0 && block === undefined);
}

/** Of a larger group, a page need not show whether the caller is in it. Asked or not, who is not would learn that it is large. */
async function othersIn(ports: TypingPorts, userId: UserId, conversation: ConversationId): Promise<readonly UserId[]> {
  const { members, next } = await ports.groups.members({ conversation, limit: CHATTY_MEMBERS_MAX + 1 });
  const isLarge = next !== undefined || members.length > CHATTY_MEMBERS_MAX;
  const isMember = isLarge
    ? (await ports.groups.member({ userId, conversation })) !== undefined
    : members.some((member) => member.userId === userId);
  if (!isMember) throw new Refusal('not_a_member');
  if (isLarge) return [];
  return members.map((member) => member.userId).filter((member) => member !== userId);
}
