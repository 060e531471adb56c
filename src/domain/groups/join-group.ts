import type { Command } from '../../protocol/commands';
import { type ConversationId, groupConversation } from '../../protocol/ids';
import { DIRECT_MEMBERS_MAX, GROUP_MEMBERS_MAX, GROUPS_MAX, REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import { encodeGroupEvent, type Message, type Role } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import { type DeliverPorts, deliverMessage } from '../messages/deliver-message';
import { type RetirePorts, retire } from '../messages/retention';
import type { BoundCaller, Done } from '../ports/operation';
import type { EntryKey, Group, Groups, Inboxes, Log } from '../ports/ports';
import { pushToOwnDevices } from '../pushes/push-to-all';
import { inParallel } from '../steps/in-parallel';
import { settle } from '../steps/settle';
import { toGroupInfo } from './group-info';
import { readMembers } from './read-members';

export interface JoinGroupPorts extends DeliverPorts, RetirePorts {
  readonly groups: DeliverPorts['groups'] & Pick<Groups, 'member' | 'join'>;
  readonly inboxes: DeliverPorts['inboxes'] & Pick<Inboxes, 'countGroups' | 'markBig'>;
  readonly log: DeliverPorts['log'] & RetirePorts['log'] & Pick<Log, 'head' | 'from'>;
}

interface Joined {
  readonly group: Group;
  readonly role: Role;
  /** What the log says of it; absent if it has expired. */
  readonly entry: Message | undefined;
  readonly joinedSeq: number;
}

/**
 * Makes the caller a member of a group, who reads it from this entry of its log on. Whoever knows a group's id may join.
 * Safe to repeat. Refuses `no_such_group`, `group_full`, `too_many_groups`.
 */
export async function joinGroup(
  ports: JoinGroupPorts,
  caller: BoundCaller,
  command: Command<'joinGroup'>,
): Promise<Done<'joinGroup'>> {
  const key = { userId: caller.userId, conversation: groupConversation(command.group) };
  const { group, role, entry, joinedSeq } = await settle(ports, () => joinOrFind(ports, key));
  const info = toGroupInfo(group);
  await pushToOwnDevices(ports, caller, encodeGroupEvent({ ...info, role }));
  // Told again if it is repeated: the first time may have ended between the write and the telling.
  if (entry) await deliverMessage(ports, { message: entry, except: caller.connectionId });
  return { userId: caller.userId, fields: { ...info, role, joinedSeq } };
}

async function joinOrFind(ports: JoinGroupPorts, key: EntryKey): Promise<Joined | 'conflict'> {
  const group = await ports.groups.find(key.conversation);
  if (!group) throw new Refusal('no_such_group');
  const member = await ports.groups.member(key);
  if (!member) return join(ports, key, group);
  const { role, joinedSeq } = member;
  const [entry] = await ports.log.from({ conversation: key.conversation, fromSeq: joinedSeq, limit: 1 });
  return { group, role, joinedSeq, entry: entry?.seq === joinedSeq ? entry : undefined };
}

async function join(ports: JoinGroupPorts, key: EntryKey, group: Group): Promise<Joined | 'conflict'> {
  const { userId, conversation } = key;
  if (group.members >= GROUP_MEMBERS_MAX) throw new Refusal('group_full');
  if ((await ports.inboxes.countGroups(userId)) >= GROUPS_MAX) throw new Refusal('too_many_groups');
  const { directMembersMax = DIRECT_MEMBERS_MAX } = ports.settings;
  const growsBig = !group.big && group.members >= directMembersMax;
  if (growsBig) await markAll(ports, conversation);
  const last = await ports.log.head(conversation);
  const seq = (last?.seq ?? 0) + 1;
  const [sentAt, id] = [ports.clock.now(), ports.chance.messageId()];
  const entry: Message = { conversation, seq, from: userId, change: 'joined', sentAt, id };
  const joining = { entry, role: 'member', versionSeen: group.version, big: group.big || growsBig } as const;
  if ((await ports.groups.join(joining)) !== 'joined') return 'conflict';
  await retire(ports, last);
  return { group: { ...group, members: group.members + 1 }, role: 'member', entry, joinedSeq: seq };
}

/**
 * Before a group becomes large, the entries of all its members say so: from then on they ask the log how far it goes. The
 * join that makes it large holds only if nobody has joined since the group was read, so nobody is left out. An entry that
 * says so too early costs its reader a request, and nothing else.
 */
async function markAll(ports: JoinGroupPorts, conversation: ConversationId): Promise<void> {
  const members = await readMembers(ports, conversation);
  await inParallel(members, REQUESTS_PARALLEL_MAX, ({ userId }) =>
    settle(ports, () => ports.inboxes.markBig({ userId, conversation })),
  );
}
