import { groupOf } from '../../protocol/ids';
import type { GroupInfo } from '../../protocol/messages';
import type { Group } from '../ports/ports';

/** What members see of their group. */
export function toGroupInfo({ conversation, name, description, members }: Group): GroupInfo {
  const group = groupOf(conversation);
  if (group === undefined) throw new Error('A group has the conversation of two users.');
  return { group, conversation, name, description, size: members };
}
