import type { Command } from '../../protocol/commands';
import { groupConversation } from '../../protocol/ids';
import { MEMBERS_PAGE_MAX } from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Groups, Member } from '../ports/ports';
import { toGroupInfo } from './group-info';

export interface ListMembersPorts {
  readonly groups: Pick<Groups, 'find' | 'member' | 'members'>;
}

/** A group, and a page of its members in the order of their handles, for a member. Refuses `not_a_member`. */
export async function members(
  ports: ListMembersPorts,
  { userId }: BoundCaller,
  command: Command<'members'>,
): Promise<Done<'members'>> {
  const conversation = groupConversation(command.group);
  const [group, page] = await Promise.all([
    ports.groups.find(conversation),
    ports.groups.members({ conversation, limit: MEMBERS_PAGE_MAX, from: command.after }),
  ]);
  const self = await ports.groups.member({ userId, conversation });
  if (!group || !self) throw new Refusal('not_a_member');
  const fields = { ...toGroupInfo(group), role: self.role, members: page.members.map(toListed) };
  return { userId, fields: { ...fields, more: page.next !== undefined } };
}

/** A member, as the others see them. */
export function toListed({ userId, role }: Member) {
  return { user: userId, role };
}
