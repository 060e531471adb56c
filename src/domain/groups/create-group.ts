import type { Command } from '../../protocol/commands';
import { type ConversationId, groupConversation } from '../../protocol/ids';
import { GROUPS_MAX } from '../../protocol/limits';
import { encodeGroupEvent, type Message } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import { type TellMembersPorts, tellMembers } from '../messages/deliver-to-group';
import type { BoundCaller, Done } from '../ports/operation';
import type { Group, Groups, Inboxes } from '../ports/ports';
import { settle } from '../steps/settle';
import { toGroupInfo } from './group-info';

export interface CreateGroupPorts extends TellMembersPorts {
  readonly groups: Pick<Groups, 'create' | 'find' | 'member'>;
  readonly inboxes: TellMembersPorts['inboxes'] & Pick<Inboxes, 'countGroups'>;
}

/**
 * Makes a group with the caller as its owner and only member. With an `id` of the client's choice it is safe to repeat;
 * otherwise the id is one that nobody can guess. Refuses `group_taken`, `too_many_groups`.
 */
export async function createGroup(
  ports: CreateGroupPorts,
  caller: BoundCaller,
  command: Command<'createGroup'>,
): Promise<Done<'createGroup'>> {
  const conversation = groupConversation(command.id ?? ports.chance.groupId());
  const { group, entry } = await settle(ports, () => createOrFind(ports, caller, { command, conversation }));
  const info = toGroupInfo(group);
  if (entry !== undefined) {
    const news = encodeGroupEvent({ ...info, role: 'owner' });
    // Whoever joins has a later seq: when it was put, there was nobody else to tell of it.
    const owner = { userId: caller.userId, role: 'owner', joinedSeq: entry.seq } as const;
    await tellMembers(ports, { message: entry, except: caller.connectionId, arriving: [], told: [owner], news });
  }
  return { userId: caller.userId, fields: { ...info, seq: 1 } };
}

interface Wish {
  readonly command: Command<'createGroup'>;
  readonly conversation: ConversationId;
}

interface Outcome {
  readonly group: Group;
  /** Only if it is new. */
  readonly entry?: Message;
}

async function createOrFind(
  ports: CreateGroupPorts,
  { userId }: BoundCaller,
  { command, conversation }: Wish,
): Promise<Outcome | 'conflict'> {
  const found = command.id === undefined ? undefined : await ports.groups.find(conversation);
  if (found) return { group: await ofCaller(ports, userId, found) };
  if ((await ports.inboxes.countGroups(userId)) >= GROUPS_MAX) throw new Refusal('too_many_groups');
  const [sentAt, id] = [ports.clock.now(), ports.chance.messageId()];
  const entry: Message = { conversation, seq: 1, from: userId, change: 'created', sentAt, id };
  const { name, description } = command;
  if ((await ports.groups.create({ name, description, entry })) !== 'created') return 'conflict';
  const group = { conversation, name, description, creator: userId, createdAt: sentAt, members: 1 };
  return { group: { ...group, version: 1, big: false }, entry };
}

/** Whoever has made a group and left it is to learn nothing more of it than any other who is not in it. */
async function ofCaller(ports: CreateGroupPorts, userId: BoundCaller['userId'], group: Group): Promise<Group> {
  const { creator, conversation } = group;
  const isOwn = creator === userId && (await ports.groups.member({ userId, conversation })) !== undefined;
  if (!isOwn) throw new Refusal('group_taken');
  return group;
}
