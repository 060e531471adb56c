import type { Command } from '../../protocol/commands';
import { PAGE_BYTES_MAX } from '../../protocol/limits';
import type { BoundCaller, Done } from '../ports/operation';
import type { Inboxes, Log } from '../ports/ports';
import { type CurrentEntriesPorts, currentEntries } from './read-entries';
import { fitMissed, type MissedPorts, readMissed } from './read-missed';

export interface SyncPorts extends CurrentEntriesPorts, MissedPorts {
  readonly inboxes: CurrentEntriesPorts['inboxes'] & Pick<Inboxes, 'listOf'>;
  readonly log: Pick<Log, 'head' | 'from'>;
}

/**
 * The messages that this device has not got: what comes after its own `cursors`, which may lie below what another device
 * has acked; in conversations that it names none for, after what is acked. Bounded, with `more`.
 */
export async function sync(ports: SyncPorts, { userId }: BoundCaller, command: Command<'sync'>): Promise<Done<'sync'>> {
  const { entries, complete } = await ports.inboxes.listOf(userId);
  const current = await currentEntries(ports, userId, entries);
  const cursors = new Map(Object.entries(command.cursors ?? {}));
  const wanted = current.map((entry) => ({ entry, after: cursors.get(entry.conversation) ?? entry.ackSeq }));
  const { messages, more } = fitMissed(await readMissed(ports, userId, wanted), PAGE_BYTES_MAX);
  return { userId, fields: { messages, more: more || !complete } };
}
