import type { Entry } from '../../client/core/wire';
import type { Database } from '../../src/adapters/dynamodb/database';
import { type Row, scan } from '../tooling/rows';
import { groupBy } from './group-by';

interface InboxEntry {
  readonly lastSeq: number;
  readonly readSeq: number;
}

/** What the table of messages says, when nothing moves any more. */
export interface Settled {
  readonly logs: ReadonlyMap<string, readonly Entry[]>;
  /** From which seq on who may read which group, by `conversation user`. */
  readonly joinedSeqs: ReadonlyMap<string, number>;
  /** By `conversation user`. */
  readonly inboxes: ReadonlyMap<string, InboxEntry>;
  /** The groups that are told through the queue: there, an inbox does not know how far its log goes. */
  readonly big: ReadonlySet<string>;
}

export async function readSettled(database: Database): Promise<Settled> {
  const rows = await scan(database, database.chatTable);
  const entries = rowsOf(rows, 'MSG#').map(toEntry);
  const sorted = entries.toSorted((one, other) => one.seq - other.seq);
  return {
    logs: groupBy(sorted, ({ conversation }) => conversation),
    joinedSeqs: new Map(
      rowsOf(rows, 'MEMBER#').map((row) => [
        `${afterHash(row.pk?.S)} ${afterHash(row.sk?.S)}`,
        Number(row.joinedSeq?.N),
      ]),
    ),
    inboxes: new Map(
      rowsOf(rows, 'INBOX#').map((row) => [`${afterHash(row.sk?.S)} ${afterHash(row.pk?.S)}`, toInbox(row)]),
    ),
    big: new Set(rowsOf(rows, 'META').flatMap((row) => (row.big?.BOOL ? [afterHash(row.pk?.S)] : []))),
  };
}

/** All that this user may read. */
export function conversationsOf(user: string, { logs, joinedSeqs }: Settled): readonly string[] {
  return [...logs.keys()].filter((conversation) =>
    conversation.startsWith('dm:') ? conversation.split(':').includes(user) : joinedSeqs.has(`${conversation} ${user}`),
  );
}

function rowsOf(rows: readonly Row[], kind: string): readonly Row[] {
  return rows.filter((row) => row.sk?.S?.startsWith(kind));
}

function toEntry({ pk, sk, from, text, sentAt, id }: Row): Entry {
  return {
    conversation: afterHash(pk?.S),
    seq: Number(afterHash(sk?.S)),
    from: String(from?.S),
    text: text?.S,
    sentAt: Number(sentAt?.N),
    id: id?.S,
  };
}

function toInbox({ lastSeq, readSeq }: Row): InboxEntry {
  return { lastSeq: Number(lastSeq?.N), readSeq: Number(readSeq?.N ?? 0) };
}

function afterHash(key = ''): string {
  return key.slice(key.indexOf('#') + 1);
}
