import type { ConversationId } from '../../protocol/ids';
import { GROUP_MEMBERS_MAX, MEMBERS_READ_MAX } from '../../protocol/limits';
import type { Groups, Member } from '../ports/ports';

export interface MembersPorts {
  readonly groups: Pick<Groups, 'members'>;
}

/** All members of a group, each as of the moment when its page was read: one request for each MEMBERS_READ_MAX. */
export async function readMembers(ports: MembersPorts, conversation: ConversationId): Promise<readonly Member[]> {
  const all: Member[] = [];
  let from: Member['userId'] | undefined;
  do {
    const { members, next } = await ports.groups.members({ conversation, limit: MEMBERS_READ_MAX, from });
    all.push(...members);
    from = next;
  } while (from !== undefined && all.length < GROUP_MEMBERS_MAX);
  return all;
}
