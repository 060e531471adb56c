import type { Command } from '../../protocol/commands';
import { groupConversation } from '../../protocol/ids';
import { encodeGroupEvent, type Message } from '../../protocol/messages';
import { type DeliverPorts, deliverMessage } from '../messages/deliver-message';
import { type RetirePorts, retire } from '../messages/retention';
import type { BoundCaller, Done } from '../ports/operation';
import type { EntryKey, Groups, Log } from '../ports/ports';
import { pushToOwnDevices } from '../pushes/push-to-all';
import { settle } from '../steps/settle';

export interface LeaveGroupPorts extends DeliverPorts, RetirePorts {
  readonly groups: DeliverPorts['groups'] & Pick<Groups, 'leave'>;
  readonly log: DeliverPorts['log'] & RetirePorts['log'] & Pick<Log, 'head'>;
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
  const entry = await settle(ports, () => leave(ports, { userId: caller.userId, conversation }));
  if (entry !== 'absent') {
    await pushToOwnDevices(ports, caller, encodeGroupEvent({ group, conversation, left: true }));
    await deliverMessage(ports, { message: entry, except: caller.connectionId });
  }
  return { userId: caller.userId, fields: { group, conversation } };
}

async function leave(
  ports: LeaveGroupPorts,
  { userId, conversation }: EntryKey,
): Promise<Message | 'absent' | 'conflict'> {
  const last = await ports.log.head(conversation);
  if (!last) return 'absent';
  const [sentAt, id] = [ports.clock.now(), ports.chance.messageId()];
  const entry: Message = { conversation, seq: last.seq + 1, from: userId, change: 'left', sentAt, id };
  const outcome = await ports.groups.leave(entry);
  if (outcome === 'absent') return 'absent';
  if (outcome !== 'left') return 'conflict';
  await retire(ports, last);
  return entry;
}
