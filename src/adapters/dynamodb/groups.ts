import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Groups, Joining, NewGroup } from '../../domain/ports/ports';
import { attemptTransaction, type Objections } from './attempt';
import type { Database } from './database';
import { groupListsOn } from './group-lists';
import { type Item, N, S } from './item';
import { groupKey, inboxKey, memberKey } from './keys';
import { messageItem } from './log';

const isFree = 'attribute_not_exists(pk)';
const exists = 'attribute_exists(pk)';
// Whether a group is told directly or through the queue depends on how many there are: of two who join at once, in two
// Lambdas, the later one looks again.
const isAsSeen = 'version = :seen';

/** The groups in `Chat`. Log, members, inboxes and their number change in one transaction. */
export function groupsOn(database: Database): Groups {
  const { client, chatTable: TableName } = database;
  const transact = (...TransactItems: TransactWriteItem[]) =>
    attemptTransaction(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
  const put = (Item: Item, ConditionExpression?: string): TransactWriteItem => ({
    Put: { TableName, Item, ...(ConditionExpression === undefined ? {} : { ConditionExpression }) },
  });

  return {
    ...groupListsOn(database),

    async create(group) {
      const { entry } = group;
      const first = { entry, role: 'owner', versionSeen: 0, big: false } as const;
      const objections = await transact(
        put(groupItem(group), isFree),
        put(messageItem(entry), isFree),
        put(memberItem(first), isFree),
        put(entryItem(first)),
      );
      if (!objections) return 'created';
      return objections.some((objection) => objection?.state === 'refused') ? 'taken' : 'conflict';
    },

    async join(joining) {
      const { entry, versionSeen, big } = joining;
      const objections = await transact(
        put(memberItem(joining), isFree),
        put(messageItem(entry), isFree),
        put(entryItem(joining)),
        {
          Update: {
            TableName,
            Key: groupKey(entry.conversation),
            UpdateExpression: `ADD members :one, version :one${big ? ' SET big = :true' : ''}`,
            ConditionExpression: isAsSeen,
            ExpressionAttributeValues: {
              ':one': N(1),
              ':seen': N(versionSeen),
              ...(big ? { ':true': { BOOL: true } } : {}),
            },
          },
        },
      );
      if (!objections) return 'joined';
      return refusedOr(objections, ['member', 'taken', 'changed', 'changed']);
    },

    async leave(entry) {
      const { conversation, from } = entry;
      const objections = await transact(
        { Delete: { TableName, Key: memberKey(conversation, from), ConditionExpression: exists } },
        put(messageItem(entry), isFree),
        { Delete: { TableName, Key: inboxKey(from, conversation) } },
        {
          Update: {
            TableName,
            Key: groupKey(conversation),
            UpdateExpression: 'ADD members :minusOne, version :one',
            ConditionExpression: exists,
            ExpressionAttributeValues: { ':one': N(1), ':minusOne': N(-1) },
          },
        },
      );
      if (!objections) return 'left';
      return refusedOr(objections, ['absent', 'taken', 'absent', 'absent']);
    },
  };
}

/** What the first part that was refused means. A refusal counts for more than a conflict beside it: it says what is there. */
function refusedOr<Refused>(objections: Objections, meanings: readonly Refused[]): Refused | 'conflict' {
  const first = objections.findIndex((objection) => objection?.state === 'refused');
  return meanings[first] ?? 'conflict';
}

function groupItem({ name, description, entry }: NewGroup): Item {
  return {
    ...groupKey(entry.conversation),
    name: S(name),
    ...(description === undefined ? {} : { description: S(description) }),
    creator: S(entry.from),
    createdAt: N(entry.sentAt),
    members: N(1),
    version: N(1),
  };
}

function memberItem({ entry, role }: Joining): Item {
  return { ...memberKey(entry.conversation, entry.from), role: S(role), joinedSeq: N(entry.seq) };
}

/** Who joins has seen that they did. Not so their other devices: `ackSeq` stands before it. */
function entryItem({ entry: { conversation, from, seq, sentAt }, role, big }: Joining): Item {
  return {
    ...inboxKey(from, conversation),
    lastSeq: N(seq),
    ackSeq: N(seq - 1),
    readSeq: N(seq),
    at: N(sentAt),
    joinedSeq: N(seq),
    role: S(role),
    ...(big ? { big: { BOOL: true } } : {}),
  };
}
