import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Log } from '../../domain/ports';
import type { ConversationId, MessageId, UserId } from '../../protocol/ids';
import type { Message } from '../../protocol/messages';
import { attempt, request } from './attempt';
import type { Database } from './database';
import { type Item, N, number, S, text } from './item';
import { conversationPartition, lastMessageSortKey, messageKey, messageSortKey, seqOf } from './keys';

// Two senders may have read the same head. The key is the seq, so one of them gets it, and the other looks again.
const isFree = 'attribute_not_exists(pk)';

/** The messages of a conversation in `Chat`. */
export function logOn({ client, chatTable: TableName }: Database): Log {
  const query = async (page: { conversation: ConversationId; fromSeq: number; limit: number; forward: boolean }) => {
    const command = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :conversation AND sk BETWEEN :from AND :last',
      ExpressionAttributeValues: {
        ':conversation': conversationPartition(page.conversation),
        ':from': messageSortKey(page.fromSeq),
        ':last': lastMessageSortKey,
      },
      ConsistentRead: true,
      ScanIndexForward: page.forward,
      Limit: page.limit,
    });
    const { Items = [] } = await request(() => client.send(command));
    return Items.map((item) => toMessage(page.conversation, item));
  };

  return {
    async head(conversation) {
      const [newest] = await query({ conversation, fromSeq: 1, limit: 1, forward: false });
      return newest;
    },

    from: (page) => query({ ...page, forward: true }),

    async put({ conversation, seq, from, text, sentAt, id }) {
      const Item = { ...messageKey(conversation, seq), from: S(from), text: S(text), sentAt: N(sentAt), id: S(id) };
      const outcome = await attempt(() =>
        client.send(new PutItemCommand({ TableName, Item, ConditionExpression: isFree })),
      );
      if (outcome.state === 'done') return 'stored';
      return outcome.state === 'conflict' ? 'conflict' : 'taken';
    },
  };
}

function toMessage(conversation: ConversationId, item: Item): Message {
  return {
    conversation,
    seq: seqOf(text(item, 'sk')),
    from: text(item, 'from') as UserId,
    text: text(item, 'text'),
    sentAt: number(item, 'sentAt'),
    id: text(item, 'id') as MessageId,
  };
}
