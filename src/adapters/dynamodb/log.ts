import { PutItemCommand, QueryCommand, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Log, Place } from '../../domain/ports/ports';
import type { ConversationId, MessageId, UserId } from '../../protocol/ids';
import type { Change, Message } from '../../protocol/messages';
import { request } from '../request';
import { attempt } from './attempt';
import type { Database } from './database';
import { type Item, N, number, optionalText, S, text } from './item';
import { conversationPartition, lastMessageSortKey, messageKey, messageSortKey, seqOf } from './keys';
import { EXPIRES_AT } from './schema';

// Two senders may have read the same head. The key is the seq, so one of them gets it, and the other looks again.
const isFree = 'attribute_not_exists(pk)';
const exists = 'attribute_exists(pk)';

interface Range {
  readonly conversation: ConversationId;
  readonly from: number;
  readonly to?: number;
  readonly limit: number;
  readonly forward: boolean;
}

/** The messages of a conversation in `Chat`. */
export function logOn({ client, chatTable: TableName }: Database): Log {
  const query = async ({ conversation, from, to, limit, forward }: Range) => {
    const command = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :conversation AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':conversation': conversationPartition(conversation),
        ':from': messageSortKey(from),
        ':to': to === undefined ? lastMessageSortKey : messageSortKey(to),
      },
      ConsistentRead: true,
      ScanIndexForward: forward,
      Limit: limit,
    });
    const { Items = [] } = await request(() => client.send(command));
    return Items.map((item) => toMessage(conversation, item));
  };

  /** Whether the message was there to be changed. A write that is never an upsert: a log has no gaps. */
  const change = async ({ conversation, seq }: Place, input: Partial<UpdateItemCommandInput>) => {
    const Key = messageKey(conversation, seq);
    const command = new UpdateItemCommand({ TableName, Key, ConditionExpression: exists, ...input });
    const { state } = await attempt(() => client.send(command));
    return state === 'refused' ? 'absent' : state;
  };

  return {
    async head(conversation) {
      const [newest] = await query({ conversation, from: 1, limit: 1, forward: false });
      return newest;
    },

    from: ({ conversation, fromSeq, limit }) => query({ conversation, from: fromSeq, limit, forward: true }),

    async upTo({ conversation, toSeq, limit }) {
      const page = await query({ conversation, from: 0, to: toSeq, limit, forward: false });
      return page.toReversed();
    },

    async put(message) {
      const Item = messageItem(message);
      const outcome = await attempt(() =>
        client.send(new PutItemCommand({ TableName, Item, ConditionExpression: isFree })),
      );
      if (outcome.state === 'done') return 'stored';
      return outcome.state === 'conflict' ? 'conflict' : 'taken';
    },

    async hide(place) {
      const state = await change(place, {
        UpdateExpression: 'SET #hidden = :true',
        ExpressionAttributeNames: { '#hidden': 'hidden' },
        ExpressionAttributeValues: { ':true': { BOOL: true } },
      });
      return state === 'done' ? 'hidden' : state;
    },

    async expire({ at, ...place }) {
      const state = await change(place, {
        UpdateExpression: `SET ${EXPIRES_AT} = :at`,
        ExpressionAttributeValues: { ':at': N(Math.ceil(at / 1000)) },
      });
      return state === 'done' ? 'expiring' : state;
    },
  };
}

/** An entry of a log, as it is put: by a sender, or by whoever joins or leaves a group. */
export function messageItem({ conversation, seq, from, text: words, change, sentAt, id }: Message): Item {
  return {
    ...messageKey(conversation, seq),
    from: S(from),
    ...(words === undefined ? {} : { text: S(words) }),
    ...(change === undefined ? {} : { change: S(change) }),
    sentAt: N(sentAt),
    id: S(id),
  };
}

function toMessage(conversation: ConversationId, item: Item): Message {
  const [words, change] = [optionalText(item, 'text'), optionalText(item, 'change')];
  return {
    conversation,
    seq: seqOf(text(item, 'sk')),
    from: text(item, 'from') as UserId,
    ...(words === undefined ? {} : { text: words }),
    ...(change === undefined ? {} : { change: change as Change }),
    sentAt: number(item, 'sentAt'),
    id: text(item, 'id') as MessageId,
    ...(item.hidden?.BOOL ? { hidden: true as const } : {}),
  };
}
