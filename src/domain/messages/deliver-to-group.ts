import type { ConnectionId } from '../../protocol/ids';
import { REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import { encodeMessageEvent, type Message } from '../../protocol/messages';
import { type MembersPorts, readMembers } from '../groups/read-members';
import type { FanOut, Groups, Inboxes } from '../ports/ports';
import { type PushToUsersPorts, pushToUsers } from '../pushes/push-to-all';
import { inParallel } from '../steps/in-parallel';
import { settle } from '../steps/settle';

export interface DeliverToGroupPorts extends PushToUsersPorts {
  readonly inboxes: Pick<Inboxes, 'arrive'>;
  readonly groups: MembersPorts['groups'] & Pick<Groups, 'find'>;
  readonly fanOut: FanOut;
}

interface GroupDelivery {
  readonly message: Message;
  readonly except: ConnectionId;
}

/**
 * As `deliverMessage`, for a group. Everything is read after the message was put, so that a join is either in the list or
 * has a later seq; those of later seqs are left out, for they may not read it.
 *
 * Whether the group is large is read after the put, too. If it is not: whoever makes it large takes a later seq, so all
 * whom this message is for are members now, and get an inbox entry as ever. If it is: the entries of all members had been
 * marked before, and whoever reads a marked entry asks the log itself. So no member is missed at the crossing.
 */
export async function deliverToGroup(ports: DeliverToGroupPorts, { message, except }: GroupDelivery): Promise<void> {
  const group = await ports.groups.find(message.conversation);
  if (group === undefined) return;
  await (group.big ? hand : tell)(ports, { message, except });
}

async function tell(ports: DeliverToGroupPorts, { message, except }: GroupDelivery): Promise<void> {
  const members = await readMembers(ports, message.conversation);
  const users = members.filter(({ joinedSeq }) => joinedSeq <= message.seq).map(({ userId }) => userId);
  // An entry that is not there any more belongs to somebody who has left: `creates` would bring it back.
  await inParallel(users, REQUESTS_PARALLEL_MAX, (userId) =>
    settle(ports, () => ports.inboxes.arrive({ userId, message, creates: false })),
  );
  await pushToUsers(ports, { users, text: encodeMessageEvent(message), except });
}

/** Only the sender's own entry is written: who has sent a message has read it. */
async function hand(ports: DeliverToGroupPorts, { message, except }: GroupDelivery): Promise<void> {
  const { conversation, seq, from } = message;
  await settle(ports, () => ports.inboxes.arrive({ userId: from, message, creates: false }));
  await ports.fanOut.enqueue({ conversation, seq, except });
}
