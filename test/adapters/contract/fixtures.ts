import type { Stores } from '../../../src/adapters/memory/stores';
import type { Touch } from '../../../src/domain/ports/ports';
import type { ConnectionId, ConversationId, MessageId, UserId } from '../../../src/protocol/ids';
import type { Message } from '../../../src/protocol/messages';

let serial = 0;
const newName = (kind: string) => `${kind}${++serial}`;
export const newConnectionId = () => newName('c') as ConnectionId;
export const newUserId = () => newName('user') as UserId;
export const newConversation = () => newName('dm') as ConversationId;

/** With an account that costs nothing: binding again does not meet a debt. */
export const LEASE = { leaseUntil: 5_000, leaseMs: 1_000, charge: { now: 4_000, costMs: 0 }, prepaid: 5 };

/** A command on a connection that owes nothing. */
export const commandAt = (now: number): Touch => ({ now, costMs: 40, prepaid: -1 });

export interface Device {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
}

type Ports = Stores;

export async function registered({ accounts }: Ports): Promise<UserId> {
  const userId = newUserId();
  await accounts.create({ userId, passwordHash: 'h', tokenKey: 'k', now: 1 });
  return userId;
}

export async function opened({ connections }: Ports, connectedAt = 1): Promise<ConnectionId> {
  const connectionId = newConnectionId();
  await connections.open({ connectionId, connectedAt, leaseUntil: 2, sourceIp: '::1', userAgent: 'test' });
  return connectionId;
}

export async function bound(ports: Ports): Promise<Device> {
  const device = { connectionId: await opened(ports), userId: await registered(ports) };
  await ports.presence.bind({ ...device, devicesMax: 20, ...LEASE });
  return device;
}

export function aMessage(fields: Partial<Message>): Message {
  const conversation = fields.conversation ?? newConversation();
  return {
    seq: 1,
    from: 'someone' as UserId,
    text: 'hi',
    sentAt: 5,
    id: newName('m') as MessageId,
    ...fields,
    conversation,
  };
}
