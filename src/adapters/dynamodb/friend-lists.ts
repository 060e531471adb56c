import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Friend, Friends, Pair } from '../../domain/ports/ports';
import { request } from '../request';
import type { Database } from './database';
import { type Item, number, optionalNumber, S, text } from './item';
import { FRIEND, friendKey, friendOf, userPartition } from './keys';

const isFriendship = 'pk = :user AND begins_with(sk, :friend)';
const friendshipsOf = (userId: Pair['userId']) => ({ ':user': userPartition(userId), ':friend': S(FRIEND) });

/** What reads several friendships at once. */
export function friendListsOn({ client, chatTable: TableName }: Database): Pick<Friends, 'page' | 'count'> {
  return {
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
        ProjectionExpression: '#state, blocked',
        ExpressionAttributeNames: { '#state': 'state' },
      });
      const { Items = [] } = await request(() => client.send(command));
      const counts = { outgoing: 0, incoming: 0, friends: 0, blocked: 0 };
      for (const item of Items) {
        const state = text(item, 'state') as Friend['state'];
        if (state !== 'none') counts[state]++;
        if (item.blocked) counts.blocked++;
      }
      return counts;
    },
  };
}

/** An item of the user's partition, as a friendship. */
export function toFriend(item: Item): Friend {
  return {
    userId: friendOf(text(item, 'sk')),
    state: text(item, 'state') as Friend['state'],
    since: number(item, 'since'),
    ...(item.blocked ? { blocked: true as const } : {}),
    ...frozenOf(item),
  };
}

function frozenOf(item: Item): Pick<Friend, 'frozen'> {
  const [version, lastSeen] = [optionalNumber(item, 'frozenVersion'), optionalNumber(item, 'frozenLastSeen')];
  if (version === undefined) return {};
  return { frozen: { version, ...(lastSeen === undefined ? {} : { lastSeen }) } };
}
