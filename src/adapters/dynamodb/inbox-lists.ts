import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Inboxes } from '../../domain/ports/ports';
import { request } from '../request';
import type { Database } from './database';
import { toInboxEntry } from './inbox-entry';
import { S, text } from './item';
import { conversationOf, GROUP_INBOX, INBOX, inboxKey, userOf, userPartition } from './keys';

/** What reads several inbox entries at once. */
export function inboxListsOn({
  client,
  chatTable: TableName,
}: Database): Pick<Inboxes, 'entriesOf' | 'listOf' | 'countGroups'> {
  return {
    async entriesOf(keys) {
      const Keys = keys.map(({ userId, conversation }) => inboxKey(userId, conversation));
      const command = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } });
      const { Responses, UnprocessedKeys } = await request(() => client.send(command));
      const left = UnprocessedKeys?.[TableName]?.Keys ?? [];
      return {
        entries: (Responses?.[TableName] ?? []).map((item) => ({
          userId: userOf(text(item, 'pk')),
          ...toInboxEntry(item),
        })),
        left: left.map((key) => ({
          userId: userOf(text(key, 'pk')),
          conversation: conversationOf(text(key, 'sk')),
        })),
      };
    },

    async listOf(userId) {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :user AND begins_with(sk, :inbox)',
        ExpressionAttributeValues: { ':user': userPartition(userId), ':inbox': S(INBOX) },
        ConsistentRead: true,
      });
      const { Items = [], LastEvaluatedKey } = await request(() => client.send(command));
      return { entries: Items.map(toInboxEntry), complete: LastEvaluatedKey === undefined };
    },

    async countGroups(userId) {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :user AND begins_with(sk, :groups)',
        ExpressionAttributeValues: { ':user': userPartition(userId), ':groups': S(GROUP_INBOX) },
        Select: 'COUNT',
      });
      const { Count = 0 } = await request(() => client.send(command));
      return Count;
    },
  };
}
