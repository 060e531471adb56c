import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Blocking, Blocks, Unblocking } from '../../domain/ports/ports';
import { attemptTransaction, type Objections } from './attempt';
import type { Database } from './database';
import { N, S } from './item';
import { friendKey, inboxKey, profileKey } from './keys';

// A friendship may be asked for, accepted or ended at this moment, and the blocker may go on- or offline. What the
// blocked one is shown was made from what was seen, so all of it has to stand still.
const isStranger = '(attribute_not_exists(pk) OR #state = :seen) AND attribute_not_exists(blocked)';
const isAsSeen = '#state = :seen';
const isBlocked = 'attribute_exists(blocked)';
const isUnblocked = 'attribute_not_exists(blocked)';
const isPresentAsSeen = 'version = :versionSeen';
const exists = 'attribute_exists(pk)';

/**
 * Blocks, in `Chat`: on the blocker's side of the friendship, in the blocker's inbox entry, and, if there is something
 * between the two, as a frozen presence on the other side.
 */
export function blocksOn({ client, chatTable }: Database): Blocks {
  const transact = (parts: readonly TransactWriteItem[]) =>
    attemptTransaction(() => client.send(new TransactWriteItemsCommand({ TransactItems: [...parts] })));

  return {
    async block(blocking) {
      const { stateSeen } = blocking;
      const objections = await transact([
        blockFriend(chatTable, blocking),
        blockEntry(chatTable, blocking),
        presenceIsAsSeen(chatTable, blocking),
        ...(stateSeen === 'none' ? [] : [freeze(chatTable, blocking)]),
      ]);
      return objections ? changedOr(objections) : 'blocked';
    },

    async unblock(unblocking) {
      const { stateSeen } = unblocking;
      const objections = await transact([
        unblockFriend(chatTable, unblocking),
        unblockEntry(chatTable, unblocking),
        ...(stateSeen === 'none' ? [] : [thaw(chatTable, unblocking)]),
        ...(stateSeen === 'friends' ? [outdateFrozen(chatTable, unblocking)] : []),
      ]);
      return objections ? changedOr(objections) : 'unblocked';
    },
  };
}

function changedOr(objections: Objections): 'changed' | 'conflict' {
  return objections.some((objection) => objection?.state === 'refused') ? 'changed' : 'conflict';
}

function blockFriend(TableName: string, { userId, other, stateSeen, now }: Blocking): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: friendKey(userId, other),
      UpdateExpression: 'SET blocked = :true, #state = :seen, since = if_not_exists(since, :now)',
      ConditionExpression: stateSeen === 'none' ? isStranger : `${isAsSeen} AND ${isUnblocked}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':true': { BOOL: true }, ':seen': S(stateSeen), ':now': N(now) },
    },
  };
}

/** There may be no message yet: then the entry begins with the block. */
function blockEntry(TableName: string, { userId, conversation, now }: Blocking): TransactWriteItem {
  const copies = ['lastSeq', 'ackSeq', 'readSeq'].map((name) => `${name} = if_not_exists(${name}, :none)`);
  const marks = [
    'blockAfter = if_not_exists(lastSeq, :none)',
    'blockAckSeq = if_not_exists(ackSeq, :none)',
    'blockReadSeq = if_not_exists(readSeq, :none)',
  ];
  return {
    Update: {
      TableName,
      Key: inboxKey(userId, conversation),
      UpdateExpression: `SET ${[...copies, ...marks, '#at = if_not_exists(#at, :now)'].join(', ')}`,
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':none': N(0), ':now': N(now) },
    },
  };
}

function presenceIsAsSeen(TableName: string, { userId, versionSeen }: Blocking): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName,
      Key: profileKey(userId),
      ConditionExpression: isPresentAsSeen,
      ExpressionAttributeValues: { ':versionSeen': N(versionSeen) },
    },
  };
}

function freeze(TableName: string, { userId, other, frozen }: Blocking): TransactWriteItem {
  const { version, lastSeen } = frozen;
  return {
    Update: {
      TableName,
      Key: friendKey(other, userId),
      UpdateExpression: `SET frozenVersion = :version${lastSeen === undefined ? '' : ', frozenLastSeen = :lastSeen'}`,
      ConditionExpression: exists,
      ExpressionAttributeValues: {
        ':version': N(version),
        ...(lastSeen === undefined ? {} : { ':lastSeen': N(lastSeen) }),
      },
    },
  };
}

function unblockFriend(TableName: string, { userId, other, stateSeen }: Unblocking): TransactWriteItem {
  const common = {
    TableName,
    Key: friendKey(userId, other),
    ConditionExpression: `${isBlocked} AND ${isAsSeen}`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':seen': S(stateSeen) },
  };
  return stateSeen === 'none' ? { Delete: common } : { Update: { ...common, UpdateExpression: 'REMOVE blocked' } };
}

function unblockEntry(TableName: string, { userId, conversation }: Unblocking): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: inboxKey(userId, conversation),
      UpdateExpression: 'REMOVE blockAfter, blockAckSeq, blockReadSeq',
      ConditionExpression: exists,
    },
  };
}

function thaw(TableName: string, { userId, other }: Unblocking): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: friendKey(other, userId),
      UpdateExpression: 'REMOVE frozenVersion, frozenLastSeen',
      ConditionExpression: exists,
    },
  };
}

/** The frozen version is one above what the blocker's was; of two versions, the other one believes the higher. */
function outdateFrozen(TableName: string, { userId }: Unblocking): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: profileKey(userId),
      UpdateExpression: 'ADD version :two',
      ConditionExpression: exists,
      ExpressionAttributeValues: { ':two': N(2) },
    },
  };
}
