import type { ConnectionId, ConversationId, UserId } from '../../protocol/ids';
import { REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import { encodeMessageEvent, type Message } from '../../protocol/messages';
import { type MembersPorts, readMembers } from '../groups/read-members';
import type { FanOut, Groups, Inboxes, Member } from '../ports/ports';
import { connectionsIn, type PushToUsersPorts, pushToAll, pushToUsers } from '../pushes/push-to-all';
import { readProfiles } from '../pushes/read-profiles';
import { inParallel } from '../steps/in-parallel';
import { settle } from '../steps/settle';
import { together } from '../steps/together';

export interface AudiencePorts extends MembersPorts {
  readonly groups: MembersPorts['groups'] & Pick<Groups, 'find'>;
}

export interface TellMembersPorts extends PushToUsersPorts {
  readonly inboxes: Pick<Inboxes, 'arrive'>;
}

export interface DeliverToGroupPorts extends TellMembersPorts, AudiencePorts {
  readonly fanOut: FanOut;
}

/** Whom a message to a group is for: these members; or all, who are told through the queue, because the group is large. */
export type Audience = readonly Member[] | 'queue';

export interface GroupDelivery {
  readonly message: Message;
  /** The connection that sent it: it gets the reply instead. */
  readonly except: ConnectionId;
  readonly audience: Audience;
}

/**
 * A group's audience, read after the message was put, or beside that: whoever joins, leaves or makes the group large takes a seq. So
 * between the reading of the log's end and a put that succeeds nothing of this changes, and who joins later has a later seq. But
 * before the log's end is read, or beside that, a join could slip through.
 *
 * `isMarked`: the entry of a member says that the group is large, or is about to be. If it does not, there is no need to ask.
 */
export async function readAudience(
  ports: AudiencePorts,
  conversation: ConversationId,
  { isMarked }: { readonly isMarked: boolean },
): Promise<Audience> {
  if (!isMarked) return readMembers(ports, conversation);
  const group = await ports.groups.find(conversation);
  if (group === undefined) return [];
  return group.big ? 'queue' : readMembers(ports, conversation);
}

/**
 * As `deliverMessage`, for a group; members of later seqs are left out, for they may not read it.
 *
 * What goes through the queue was put when the group was large: the entries of all members had been marked before, and whoever
 * reads a marked entry asks the log itself. Whoever makes it large takes a later seq: then all whom this message is for are
 * members now, and get an inbox entry as ever. So no member is missed at the crossing.
 */
export async function deliverToGroup(ports: DeliverToGroupPorts, delivery: GroupDelivery): Promise<void> {
  const { message, except, audience } = delivery;
  const { from } = message;
  if (audience !== 'queue') return tellMembers(ports, { message, except, arriving: audience, told: audience });
  // Who has sent a message has read it, in a large group, too.
  await together(arrive(ports, from, message), enqueue(ports, delivery));
}

/**
 * As `deliverToGroup`, for a change of who is a member, with which the sender's entry was written or deleted. Their other devices are
 * told what it means for them, by `news`, and then of the message if they are still in the audience.
 */
export async function deliverChange(
  ports: DeliverToGroupPorts,
  { news, ...delivery }: GroupDelivery & { readonly news: string },
): Promise<void> {
  const { message, except, audience } = delivery;
  const { from } = message;
  if (audience !== 'queue') {
    const arriving = audience.filter(({ userId }) => userId !== from);
    return tellMembers(ports, { message, except, arriving, told: audience, news });
  }
  await pushToUsers(ports, { users: [from], text: news, except });
  await enqueue(ports, delivery);
}

interface Telling {
  readonly message: Message;
  readonly except: ConnectionId;
  /** Whose entries do not know of it yet. */
  readonly arriving: readonly Member[];
  readonly told: readonly Member[];
  /** What the message means for its sender's other devices, which are told it first. */
  readonly news?: string;
}

/** Tells these members, without the queue. M-order: who is online is read when all entries are written. */
export async function tellMembers(ports: TellMembersPorts, telling: Telling): Promise<void> {
  const { message, except, news } = telling;
  const { from, seq } = message;
  const usersOf = (members: readonly Member[]) =>
    members.filter(({ joinedSeq }) => joinedSeq <= seq).map(({ userId }) => userId);
  await inParallel(usersOf(telling.arriving), REQUESTS_PARALLEL_MAX, (userId) => arrive(ports, userId, message));
  const users = new Set(usersOf(telling.told));
  const profiles = await readProfiles(ports, news === undefined ? [...users] : [...users, from]);
  const push = (isFor: (userId: UserId) => boolean, text: string) => {
    const concerned = profiles.filter(({ userId }) => isFor(userId));
    return pushToAll(ports, connectionsIn(concerned, except), text);
  };
  if (news !== undefined) await push((userId) => userId === from, news);
  await push((userId) => users.has(userId), encodeMessageEvent(message));
}

/** An entry that is not there any more belongs to somebody who has left: `creates` would bring it back. */
function arrive(ports: TellMembersPorts, userId: UserId, message: Message): Promise<unknown> {
  return settle(ports, () => ports.inboxes.arrive({ userId, message, creates: false }));
}

function enqueue(ports: DeliverToGroupPorts, { message, except }: GroupDelivery): Promise<void> {
  const { conversation, seq } = message;
  return ports.fanOut.enqueue({ conversation, seq, except });
}
