import type { Message } from '../../protocol/messages';
import type { Clock, Log, Tuned } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';

export interface RetirePorts extends SettlePorts, Tuned {
  readonly log: Pick<Log, 'expire'>;
}

/**
 * Lets a message go when its time comes, once it has a successor: the newest of a log must stay, or its seqs would begin
 * again. It costs a write, and only where messages are not kept for ever. If it is lost, the message stays in the table;
 * readers do not see it all the same.
 */
export async function retire(ports: RetirePorts, predecessor: Message | undefined): Promise<void> {
  const { retentionMs } = ports.settings;
  if (retentionMs === undefined || predecessor === undefined) return;
  const { conversation, seq, sentAt } = predecessor;
  await settle(ports, () => ports.log.expire({ conversation, seq, at: sentAt + retentionMs }));
}

/** What was sent before this (ms since 1970) is shown to nobody: the table deletes late, by up to days. */
export function keptSince({ settings, clock }: Tuned & { readonly clock: Clock }): number {
  return settings.retentionMs === undefined ? 0 : clock.now() - settings.retentionMs;
}
