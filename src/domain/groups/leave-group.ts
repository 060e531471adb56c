import type { Command } from '../../protocol/commands';
import { groupConversation } from '../../protocol/ids';
import { encodeGroupEvent, type Message } from '../../protocol/messages';
import { type Audience, type DeliverToGroupPorts, deliverChange, readAudience } from '../messages/deliver-to-group';
import { type EntriesPorts, readEntries } from '../messages/read-entries';
import { type RetirePorts, retire } from '../messages/retention';
import type { BoundCaller, Done } from '../ports/operation';
import type { EntryKey, Groups, Log } from '../ports/ports';
import { settle } from '../steps/settle';
import { together } from '../steps/together';

export interface LeaveGroupPorts extends DeliverToGroupPorts, EntriesPorts, RetirePorts {
  readonly groups: DeliverToGroupPorts['groups'] & Pick<Groups, 'leave'>;
  readonly inboxes: DeliverToGroupPorts['inboxes'] & EntriesPorts['inboxes'];
  readonly log: RetirePorts['log'] & Pick<Log, 'head'>;
}

interface Left {
  readonly entry: Message;
  readonly predecessor: Message;
  readonly audience: Audience;
}

/**
 * Ends the caller's membership of a group, and with it what they may read of it. Whoever is no member changes nothing, and
 * is told the same: so it is safe to repeat, and tells nobody whether a group exists.
 */
export async function leaveGroup(
  ports: LeaveGroupPorts,
  caller: BoundCaller,
  { group }: Command<'leaveGroup'>,
): Promise<Done<'leaveGroup'>> {
  const conversation = groupConversation(group);
  const left = await settle(ports, () => leave(ports, { userId: caller.userId, conversation }));
  if (left !== 'absent') {
    const news = encodeGroupEvent({ group, conversation, left: true });
    const { entry, predecessor, audience } = left;
    const delivery = { message: entry, except: caller.connectionId, audience, news };
    await together(deliverChange(ports, delivery), retire(ports, predecessor));
  }
  return { userId: caller.userId, fields: { group, conversation } };
}

async function leave(ports: LeaveGroupPorts, key: EntryKey): Promise<Left | 'absent' | 'conflict'> {
  const { userId, conversation } = key;
  const [last, [own]] = await Promise.all([ports.log.head(conversation), readEntries(ports, [key])]);
  if (!last || !own) return 'absent';
  const [sentAt, id] = [ports.clock.now(), ports.chance.messageId()];
  const entry: Message = { conversation, seq: last.seq + 1, from: userId, change: 'left', sentAt, id };
  const others = readAudience(ports, conversation, { isMarked: own.big === true });
  const [outcome, members] = await together(ports.groups.leave(entry), others);
  if (outcome === 'absent') return 'absent';
  if (outcome !== 'left') return 'conflict';
  const audience = members === 'queue' ? members : members.filter((member) => member.userId !== userId);
  return { entry, predecessor: last, audience };
}
