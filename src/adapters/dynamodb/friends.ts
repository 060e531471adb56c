import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { FriendState, Friends, Removal } from '../../domain/ports/ports';
import { request } from '../request';
import { attemptTransaction, type Objections } from './attempt';
import type { Database } from './database';
import { friendListsOn, toFriend } from './friend-lists';
import { type Item, N, S } from './item';
import { friendKey, profileKey } from './keys';

// Two users may add each other at once, in two Lambdas. The two sides are one transaction, so the later one finds the
// other's request, and accepts it.
const isNothing = 'attribute_not_exists(pk)';
const isSomething = 'attribute_exists(pk)';
const isAsExpected = '#state = :expected';
// A block is nobody's business but the blocker's: it is kept beside the state, and outlasts it.
const isBlocked = 'attribute_exists(blocked)';
const isUnblocked = 'attribute_not_exists(blocked)';
const isNothingButABlock = '#state = :none';

/** The friendships of a user in `Chat`: each is an item on either side. */
export function friendsOn(database: Database): Friends {
  const { client, chatTable: TableName } = database;
  const transact = (...TransactItems: TransactWriteItem[]) =>
    attemptTransaction(() => client.send(new TransactWriteItemsCommand({ TransactItems })));

  return {
    ...friendListsOn(database),

    async find({ userId, other }) {
      const command = new GetItemCommand({ TableName, Key: friendKey(userId, other), ConsistentRead: true });
      const { Item } = await request(() => client.send(command));
      return Item && toFriend(Item);
    },

    async ask({ userId, other }, now) {
      const objections = await transact(
        { ConditionCheck: { TableName, Key: profileKey(other), ConditionExpression: isSomething } },
        {
          Put: {
            TableName,
            Item: { ...friendKey(userId, other), state: S('outgoing'), since: N(now) },
            ConditionExpression: isNothing,
          },
        },
        {
          Update: {
            TableName,
            Key: friendKey(other, userId),
            UpdateExpression: 'SET #state = :incoming, since = :now',
            ConditionExpression: `${isNothing} OR ${isNothingButABlock}`,
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':incoming': S('incoming'), ':none': S('none'), ':now': N(now) },
          },
        },
      );
      if (!objections) return 'asked';
      return objections[0]?.state === 'refused' ? 'absent' : refusedOr(objections, 'changed');
    },

    async accept({ userId, other }, now) {
      const befriend = (Key: Item, expected: FriendState, condition = isAsExpected) => ({
        Update: {
          TableName,
          Key,
          UpdateExpression: 'SET #state = :friends, since = :now',
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':friends': S('friends'), ':expected': S(expected), ':now': N(now) },
        },
      });
      const objections = await transact(
        befriend(friendKey(userId, other), 'incoming', `${isAsExpected} AND ${isUnblocked}`),
        befriend(friendKey(other, userId), 'outgoing'),
      );
      return objections ? refusedOr(objections, 'changed') : 'accepted';
    },

    async remove({ userId, other, blocks }) {
      const objections = await transact(
        endOf(TableName, friendKey(userId, other), blocks.mine),
        endOf(TableName, friendKey(other, userId), blocks.theirs),
      );
      if (!objections) return 'removed';
      const isThere = objections.some((objection) => objection?.state === 'refused' && objection.by);
      return refusedOr(objections, isThere ? 'changed' : 'absent');
    },
  };
}

/** One side of a removal: deleted, or left with nothing but its block. */
function endOf(TableName: string, Key: Item, keepsBlock: Removal['blocks']['mine']): TransactWriteItem {
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
  if (!keepsBlock) {
    const ConditionExpression = `${isSomething} AND ${isUnblocked}`;
    return { Delete: { TableName, Key, ConditionExpression, ReturnValuesOnConditionCheckFailure } };
  }
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: 'SET #state = :none REMOVE frozenVersion, frozenLastSeen',
      ConditionExpression: `${isBlocked} AND #state <> :none`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':none': S('none') },
      ReturnValuesOnConditionCheckFailure,
    },
  };
}

/** A refusal counts for more than a conflict beside it: it says what is there. */
function refusedOr<Refused>(objections: Objections, refused: Refused): Refused | 'conflict' {
  return objections.some((objection) => objection?.state === 'refused') ? refused : 'conflict';
}
