import type { Command } from '../../protocol/commands';
import { type ConversationId, groupConversation, type UserId } from '../../protocol/ids';
import { DIRECT_MEMBERS_MAX, GROUP_MEMBERS_MAX, GROUPS_MAX, REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import { encodeGroupEvent, type Message, type Role } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import { type Audience, type DeliverToGroupPorts, deliverChange, readAudience } from '../messages/deliver-to-group';
import { type RetirePorts, retire } from '../messages/retention';
import type { BoundCaller, Done } from '../ports/operation';
import type { EntryKey, Group, Groups, Inboxes, Log } from '../ports/ports';
import { pushToOwnDevices } from '../pushes/push-to-all';
import { inParallel } from '../steps/in-parallel';
import { settle } from '../steps/settle';
import { together } from '../steps/together';
import { toGroupInfo } from './group-info';
import { readMembers } from './read-members';

export interface JoinGroupPorts extends DeliverToGroupPorts, RetirePorts {
  readonly groups: DeliverToGroupPorts['groups'] & Pick<Groups, 'member' | 'join'>;
  readonly inboxes: DeliverToGroupPorts['inboxes'] & Pick<Inboxes, 'countGroups' | 'markBig'>;
  readonly log: RetirePorts['log'] & Pick<Log, 'head' | 'from'>;
}

interface Joined {
  /** As it was with the join, or after it. */
  readonly group: Group;
  readonly role: Role;
  /** What the log says of it; absent if it has expired. */
  readonly entry: Message | undefined;
  readonly joinedSeq: number;
  /** The log's end before the join; for `retire`. */
  readonly predecessor?: Message | undefined;
  /** If it was read with the join. */
  readonly audience?: Audience;
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
  const joined = await settle(ports, () => joinOrFind(ports, key));
  const { group, role, joinedSeq } = joined;
  // Told again if it is repeated: the first time may have ended between the write and the telling.
  await together(tell(ports, caller, joined), retire(ports, joined.predecessor));
  return { userId: caller.userId, fields: { ...toGroupInfo(group), role, joinedSeq } };
}

async function tell(ports: JoinGroupPorts, caller: BoundCaller, { group, role, entry, ...joined }: Joined) {
  const news = encodeGroupEvent({ ...toGroupInfo(group), role });
  if (!entry) return pushToOwnDevices(ports, caller, news);
  const audience = joined.audience ?? (await readAudience(ports, group.conversation, { isMarked: true }));
  await deliverChange(ports, { message: entry, except: caller.connectionId, audience, news });
}

async function joinOrFind(ports: JoinGroupPorts, key: EntryKey): Promise<Joined | 'conflict'> {
  const [group, member] = await Promise.all([ports.groups.find(key.conversation), ports.groups.member(key)]);
  if (!group) throw new Refusal('no_such_group');
  if (!member) return join(ports, key, group);
  const { role, joinedSeq } = member;
  const [entry] = await ports.log.from({ conversation: key.conversation, fromSeq: joinedSeq, limit: 1 });
  return { group, role, joinedSeq, entry: entry?.seq === joinedSeq ? entry : undefined };
}

async function join(ports: JoinGroupPorts, key: EntryKey, group: Group): Promise<Joined | 'conflict'> {
  const { userId, conversation } = key;
  if (group.members >= GROUP_MEMBERS_MAX) throw new Refusal('group_full');
  const { directMembersMax = DIRECT_MEMBERS_MAX } = ports.settings;
  const growsBig = !group.big && group.members >= directMembersMax;
  const counting = refuseTooMany(ports, userId);
  // Marking takes a while, and whatever is put meanwhile takes the seq after the head.
  if (growsBig) await counting.then(() => markAll(ports, conversation));
  const [last] = await Promise.all([ports.log.head(conversation), counting]);
  const seq = (last?.seq ?? 0) + 1;
  const [sentAt, id] = [ports.clock.now(), ports.chance.messageId()];
  const entry: Message = { conversation, seq, from: userId, change: 'joined', sentAt, id };
  const joining = { entry, role: 'member', versionSeen: group.version, big: group.big || growsBig } as const;
  const [outcome, others] = await together(
    ports.groups.join(joining),
    joining.big ? undefined : readMembers(ports, conversation),
  );
  if (outcome !== 'joined') return 'conflict';
  const self = { userId, role: 'member', joinedSeq: seq } as const;
  const audience = others ? [...others.filter((member) => member.userId !== userId), self] : 'queue';
  const grown = { ...group, members: group.members + 1 };
  return { group: grown, role: 'member', entry, joinedSeq: seq, predecessor: last, audience };
}

async function refuseTooMany({ inboxes }: JoinGroupPorts, userId: UserId): Promise<void> {
  if ((await inboxes.countGroups(userId)) >= GROUPS_MAX) throw new Refusal('too_many_groups');
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
