import type { InboxEntry } from '../../domain/ports/ports';
import type { Role } from '../../protocol/messages';
import { type Item, number, optionalNumber, optionalText, text } from './item';
import { conversationOf } from './keys';

/** An `INBOX#` item of `Chat`. */
export function toInboxEntry(item: Item): InboxEntry {
  const [joinedSeq, role] = [optionalNumber(item, 'joinedSeq'), optionalText(item, 'role')];
  return {
    conversation: conversationOf(text(item, 'sk')),
    lastSeq: number(item, 'lastSeq'),
    ackSeq: number(item, 'ackSeq'),
    readSeq: number(item, 'readSeq'),
    at: number(item, 'at'),
    ...(joinedSeq === undefined ? {} : { joinedSeq }),
    ...(role === undefined ? {} : { role: role as Role }),
    ...(item.big?.BOOL ? { big: true as const } : {}),
    ...blockOf(item),
  };
}

function blockOf(item: Item): Pick<InboxEntry, 'block'> {
  const after = optionalNumber(item, 'blockAfter');
  if (after === undefined) return {};
  return { block: { after, ackSeq: number(item, 'blockAckSeq'), readSeq: number(item, 'blockReadSeq') } };
}
