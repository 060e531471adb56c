import {
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Friend, FriendState, Friends, Pair } from '../../domain/ports';
import { attemptTransaction, type Objections, request } from './attempt';
import type { Database } from './database';
import { type Item, N, number, S, text } from './item';
import { FRIEND, friendKey, friendOf, profileKey, userPartition } from './keys';

// Two users may add each other at once, in two Lambdas. The two sides are one transaction, so the later one finds the
// other's request, and accepts it.
const isNothing = 'attribute_not_exists(pk)';
const isSomething = 'attribute_exists(pk)';
const isAsExpected = '#state = :expected';

const isFriendship = 'pk = :user AND begins_with(sk, :friend)';
const friendshipsOf = (userId: Pair['userId']) => ({ ':user': userPartition(userId), ':friend': S(FRIEND) });

/** The friendships of a user in `Chat`: each is an item on either side. */
export function friendsOn({ client, chatTable: TableName }: Database): Friends {
  const transact = (...TransactItems: TransactWriteItem[]) =>
    attemptTransaction(() => client.send(new TransactWriteItemsCommand({ TransactItems })));

  return {
    async find({ userId, other }) {
      const command = new GetItemCommand({ TableName, Key: friendKey(userId, other), ConsistentRead: true });
      const { Item } = await request(() => client.send(command));
      return Item && toFriend(Item);
    },

    async ask({ userId, other }, now) {
      const note = (key: Item, state: FriendState) => ({
        Put: { TableName, Item: { ...key, state: S(state), since: N(now) }, ConditionExpression: isNothing },
      });
      const objections = await transact(
        { ConditionCheck: { TableName, Key: profileKey(other), ConditionExpression: isSomething } },
        note(friendKey(userId, other), 'outgoing'),
        note(friendKey(other, userId), 'incoming'),
      );
      if (!objections) return 'asked';
      return objections[0]?.state === 'refused' ? 'absent' : refusedOr(objections, 'changed');
    },

    async accept({ userId, other }, now) {
      const befriend = (Key: Item, expected: FriendState) => ({
        Update: {
          TableName,
          Key,
          UpdateExpression: 'SET #state = :friends, since = :now',
          ConditionExpression: isAsExpected,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':friends': S('friends'), ':expected': S(expected), ':now': N(now) },
        },
      });
      const objections = await transact(
        befriend(friendKey(userId, other), 'incoming'),
        befriend(friendKey(other, userId), 'outgoing'),
      );
      return objections ? refusedOr(objections, 'changed') : 'accepted';
    },

    async remove({ userId, other }) {
      const sides = [friendKey(userId, other), friendKey(other, userId)];
      const objections = await transact(
        ...sides.map((Key) => ({ Delete: { TableName, Key, ConditionExpression: isSomething } })),
      );
      return objections ? refusedOr(objections, 'absent') : 'removed';
    },

    async page({ userId, limit, from }) {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: isFriendship,
        ExpressionAttributeValues: friendshipsOf(userId),
        ConsistentRead: true,
        Limit: limit,
        ...(from === undefined ? {} : { ExclusiveStartKey: friendKey(userId, from) }),
      });
      const { Items = [], LastEvaluatedKey } = await request(() => client.send(command));
      return { friends: Items.map(toFriend), next: LastEvaluatedKey && friendOf(text(LastEvaluatedKey, 'sk')) };
    },

    async count(userId) {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: isFriendship,
        ExpressionAttributeValues: friendshipsOf(userId),
        ProjectionExpression: '#state',
        ExpressionAttributeNames: { '#state': 'state' },
      });
      const { Items = [] } = await request(() => client.send(command));
      const counts = { outgoing: 0, incoming: 0, friends: 0 };
      for (const item of Items) counts[text(item, 'state') as FriendState]++;
      return counts;
    },
  };
}

/** An item of the user's partition, as a friendship. */
export function toFriend(item: Item): Friend {
  return {
    userId: friendOf(text(item, 'sk')),
    state: text(item, 'state') as FriendState,
    since: number(item, 'since'),
  };
}

/** A refusal counts for more than a conflict beside it: it says what is there. */
function refusedOr<Refused>(objections: Objections, refused: Refused): Refused | 'conflict' {
  return objections.some((objection) => objection?.state === 'refused') ? refused : 'conflict';
}
