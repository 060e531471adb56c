import { BatchGetItemCommand, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Group, Groups, Member } from '../../domain/ports/ports';
import type { UserId } from '../../protocol/ids';
import type { Role } from '../../protocol/messages';
import { request } from '../request';
import type { Database } from './database';
import { type Item, number, optionalText, S, text } from './item';
import { conversationOfPartition, conversationPartition, groupKey, MEMBER, memberKey, memberOf } from './keys';

/** What reads groups and their members: all strongly consistent. */
export function groupListsOn({
  client,
  chatTable: TableName,
}: Database): Pick<Groups, 'find' | 'infoOf' | 'member' | 'members'> {
  return {
    async find(conversation) {
      const command = new GetItemCommand({ TableName, Key: groupKey(conversation), ConsistentRead: true });
      const { Item } = await request(() => client.send(command));
      return Item && toGroup(Item);
    },

    async infoOf(conversations) {
      const Keys = conversations.map(groupKey);
      const command = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } });
      const { Responses, UnprocessedKeys } = await request(() => client.send(command));
      const left = UnprocessedKeys?.[TableName]?.Keys ?? [];
      return {
        groups: (Responses?.[TableName] ?? []).map(toGroup),
        left: left.map((key) => conversationOfPartition(text(key, 'pk'))),
      };
    },

    async member({ userId, conversation }) {
      const command = new GetItemCommand({ TableName, Key: memberKey(conversation, userId), ConsistentRead: true });
      const { Item } = await request(() => client.send(command));
      return Item && toMember(Item);
    },

    async members({ conversation, limit, from }) {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :conversation AND begins_with(sk, :member)',
        ExpressionAttributeValues: { ':conversation': conversationPartition(conversation), ':member': S(MEMBER) },
        ConsistentRead: true,
        Limit: limit,
        ...(from === undefined ? {} : { ExclusiveStartKey: memberKey(conversation, from) }),
      });
      const { Items = [], LastEvaluatedKey } = await request(() => client.send(command));
      return { members: Items.map(toMember), next: LastEvaluatedKey && memberOf(text(LastEvaluatedKey, 'sk')) };
    },
  };
}

function toGroup(item: Item): Group {
  return {
    conversation: conversationOfPartition(text(item, 'pk')),
    name: text(item, 'name'),
    description: optionalText(item, 'description'),
    creator: text(item, 'creator') as UserId,
    createdAt: number(item, 'createdAt'),
    members: number(item, 'members'),
    version: number(item, 'version'),
    big: item.big?.BOOL === true,
  };
}

function toMember(item: Item): Member {
  return {
    userId: memberOf(text(item, 'sk')),
    role: text(item, 'role') as Role,
    joinedSeq: number(item, 'joinedSeq'),
  };
}
