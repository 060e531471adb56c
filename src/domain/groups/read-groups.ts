import { type ConversationId, groupOf } from '../../protocol/ids';
import { LOGIN_GROUP_MEMBERS_MAX, LOGIN_GROUPS_LISTED_MAX, LOGIN_GROUPS_MAX } from '../../protocol/limits';
import type { Group, Groups, InboxEntry } from '../ports/ports';
import { readAll } from '../steps/read-all';
import type { SettlePorts } from '../steps/settle';
import { toGroupInfo } from './group-info';
import { toListed } from './members';

export interface GroupsPorts extends SettlePorts {
  readonly groups: Pick<Groups, 'infoOf' | 'members'>;
}

/**
 * The groups of the newest entries: LOGIN_GROUPS_MAX with their names and the caller's role, LOGIN_GROUPS_LISTED_MAX of
 * them with their first members. One request for all, and one for each that is listed, side by side.
 */
export async function readGroups(ports: GroupsPorts, newestFirst: readonly InboxEntry[]) {
  const entries = newestFirst.filter(({ conversation }) => groupOf(conversation) !== undefined);
  const described = entries.slice(0, LOGIN_GROUPS_MAX);
  const [groups, lists] = await Promise.all([
    readInfo(
      ports,
      described.map(({ conversation }) => conversation),
    ),
    Promise.all(described.slice(0, LOGIN_GROUPS_LISTED_MAX).map((entry) => firstMembers(ports, entry))),
  ]);
  return described.flatMap(({ conversation, role }, index) => {
    const group = groups.get(conversation);
    return group ? [{ ...toGroupInfo(group), role, members: lists[index] }] : [];
  });
}

async function firstMembers(ports: GroupsPorts, { conversation }: InboxEntry) {
  const { members } = await ports.groups.members({ conversation, limit: LOGIN_GROUP_MEMBERS_MAX });
  return members.map(toListed);
}

async function readInfo(
  ports: GroupsPorts,
  conversations: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, Group>> {
  const found = await readAll(ports, conversations, async (left) => {
    const page = await ports.groups.infoOf(left);
    return { found: page.groups, left: page.left };
  });
  return new Map(found.map((group) => [group.conversation, group]));
}
