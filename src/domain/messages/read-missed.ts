import type { UserId } from '../../protocol/ids';
import { LOGIN_CONVERSATIONS_READ_MAX, LOGIN_MESSAGES_MAX } from '../../protocol/limits';
import type { SeenMessage } from '../../protocol/messages';
import type { Clock, InboxEntry, Log, Tuned } from '../ports/ports';
import { firstBytes } from '../steps/fit-bytes';
import { asSeenBy } from './as-seen-by';
import { keptSince } from './retention';

export interface MissedPorts extends Tuned {
  readonly clock: Clock;
  readonly log: Pick<Log, 'from'>;
}

/** A conversation to be read behind `after`. */
export interface Wanted {
  readonly entry: InboxEntry;
  readonly after: number;
}

interface Read extends Wanted {
  readonly limit: number;
}

export interface Missed {
  readonly messages: readonly SeenMessage[];
  /** Whether some of what was wanted was not read. */
  readonly more: boolean;
}

/**
 * Messages behind a cursor, the conversation that has waited longest first, each in order without a gap, and bounded:
 * LOGIN_MESSAGES_MAX of them, from LOGIN_CONVERSATIONS_READ_MAX conversations, side by side. They end where the entries
 * say: what came later may be no longer for this user (M4), and is pushed anyhow if it is.
 */
export async function readMissed(ports: MissedPorts, userId: UserId, wanted: readonly Wanted[]): Promise<Missed> {
  const waiting = wanted
    .map(({ entry, after }) => ({ entry, after: Math.max(after, (entry.joinedSeq ?? 1) - 1) }))
    .filter(({ entry, after }) => entry.lastSeq > after)
    .toSorted((one, other) => one.entry.at - other.entry.at);
  const reads = plan(waiting);
  const pages = await Promise.all(reads.map((read) => readOne(ports, userId, read)));
  const isAllOf = ({ entry, after, limit }: Read) => after + limit >= entry.lastSeq;
  return { messages: pages.flat(), more: reads.length < waiting.length || !reads.every(isAllOf) };
}

async function readOne(ports: MissedPorts, userId: UserId, { entry, after, limit }: Read) {
  const page = await ports.log.from({ conversation: entry.conversation, fromSeq: after + 1, limit });
  // Where the oldest have been deleted, the page goes on behind what was asked for.
  const asked = page.filter(({ seq }) => seq <= after + limit);
  return asSeenBy({ userId, entry, keptSince: keptSince(ports) }, asked);
}

/** The entries tell how much waits where, so no more is read than one reply may hold. */
function plan(waiting: readonly Wanted[]): readonly Read[] {
  let room = LOGIN_MESSAGES_MAX;
  return waiting.slice(0, LOGIN_CONVERSATIONS_READ_MAX).flatMap(({ entry, after }) => {
    const limit = Math.min(room, entry.lastSeq - after);
    room -= limit;
    return limit > 0 ? [{ entry, after, limit }] : [];
  });
}

/** As much of it as fits. */
export function fitMissed({ messages, more }: Missed, bytesMax: number): Missed {
  const kept = firstBytes(messages, bytesMax);
  return { messages: kept, more: more || kept.length < messages.length };
}
