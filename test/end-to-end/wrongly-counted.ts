import type { Ledger } from './ledger';
import { conversationsOf, type Settled } from './settled-rows';
import type { Talker } from './talker';
import type { Counted } from './talking-client';

/** M1 and M5: what an inbox, or the last login of a device, says of a log, and it is not so. */
export function wronglyCounted(settled: Settled, talkers: readonly Talker[], ledger: Ledger): readonly string[] {
  const users = new Set(talkers.map(({ plan }) => plan.user));
  return [
    ...Array.from(users).flatMap((user) => wrongInInbox(user, settled, ledger)),
    ...talkers.flatMap((talker) => wronglyListed(talker, settled)),
  ];
}

/** It knows its log to the end, unless the group is large; and what its user has read is what its user said. */
function wrongInInbox(user: string, settled: Settled, ledger: Ledger): readonly string[] {
  return conversationsOf(user, settled).flatMap((conversation) => {
    const { lastSeq, readSeq } = settled.inboxes.get(`${conversation} ${user}`) ?? { lastSeq: 0, readSeq: 0 };
    const log = settled.logs.get(conversation) ?? [];
    const own = log.findLast(({ from }) => from === user)?.seq ?? 0;
    const { min, max } = ledger.reads.bounds(user, conversation);
    const isLast = lastSeq === log.length || (settled.big.has(conversation) && lastSeq <= log.length);
    const isRead = readSeq >= min && readSeq <= Math.max(max, own);
    if (isLast && isRead) return [];
    return [
      `${user} has ${lastSeq} of ${log.length} in ${conversation}, and read ${readSeq}: ${min} to ${max}, or ${own}`,
    ];
  });
}

function wronglyListed({ plan, client }: Talker, settled: Settled): readonly string[] {
  const due = conversationsOf(plan.user, settled).map((conversation) => {
    const { length } = settled.logs.get(conversation) ?? [];
    const { readSeq = 0 } = settled.inboxes.get(`${conversation} ${plan.user}`) ?? {};
    return inOneLine({ conversation, lastSeq: length, readSeq, unread: length - readSeq });
  });
  const [isDue, isListed] = [due.sort().join(), client.listed.map(inOneLine).sort().join()];
  return isDue === isListed ? [] : [`${plan.name} has to be told ${isDue}, and was told ${isListed}`];
}

function inOneLine({ conversation, lastSeq, readSeq, unread }: Omit<Counted, 'ackSeq'>): string {
  return `${conversation} ${lastSeq} ${readSeq} ${unread}`;
}
