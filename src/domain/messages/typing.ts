import type { Command } from '../../protocol/commands';
import { type ConversationId, directConversation, groupConversation, type UserId } from '../../protocol/ids';
import { CHATTY_MEMBERS_MAX } from '../../protocol/limits';
import { encodeTypingEvent } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Groups } from '../ports/ports';
import { type PushToUsersPorts, pushToUsers } from '../pushes/push-to-all';
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
  command: Command<'typing'>,
): Promise<Done<'typing'>> {
  const { userId, connectionId } = caller;
  const { conversation, users } = await watchersOf(ports, userId, command);
  if (users.length > 0) {
    const text = encodeTypingEvent({ conversation, user: userId });
    await pushToUsers(ports, { users, text, except: connectionId });
  }
  return { userId, fields: {} };
}

interface Watchers {
  readonly conversation: ConversationId;
  readonly users: readonly UserId[];
}

async function watchersOf(ports: TypingPorts, userId: UserId, { to, group }: Command<'typing'>): Promise<Watchers> {
  if (group !== undefined) {
    const conversation = groupConversation(group);
    return { conversation, users: await othersIn(ports, userId, conversation) };
  }
  if (to === undefined) throw new Error('Somebody types to neither a user nor a group.');
  if (to === userId) throw new Refusal('to_self');
  const conversation = directConversation(userId, to);
  const entries = await readEntries(
    ports,
    [userId, to].map((user) => ({ userId: user, conversation })),
  );
  const isOpen = entries.length === 2 && entries.every(({ lastSeq, block }) => lastSeq > 0 && block === undefined);
  return { conversation, users: isOpen ? [to] : [] };
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
