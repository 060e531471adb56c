import type { Command } from '../protocol/commands';
import { Refusal } from '../protocol/refusal';
import type { BoundCaller, Done } from './operation';
import type { Cursor, Inboxes } from './ports';
import { type SettlePorts, settle } from './settle';

export interface AckPorts extends SettlePorts {
  readonly inboxes: Pick<Inboxes, 'advance'>;
}

/**
 * Moves the caller's cursors in a conversation forward: `received` (what a login need not bring again) and `read` (what
 * no longer counts as unread). Moving one back changes nothing. Refuses `no_such_conversation` and `not_yet_sent`.
 */
export async function ack(ports: AckPorts, { userId }: BoundCaller, command: Command<'ack'>): Promise<Done> {
  const { conversation, received, read } = command;
  if (received !== undefined) await advance(ports, { userId, conversation, name: 'ackSeq', seq: received });
  if (read !== undefined) await advance(ports, { userId, conversation, name: 'readSeq', seq: read });
  return { userId, fields: { conversation } };
}

async function advance(ports: AckPorts, cursor: Cursor): Promise<void> {
  const outcome = await settle(ports, () => ports.inboxes.advance(cursor));
  if (outcome === 'absent') throw new Refusal('no_such_conversation');
  if (outcome === 'beyond') throw new Refusal('not_yet_sent');
}
