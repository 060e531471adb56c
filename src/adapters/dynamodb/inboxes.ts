import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Arrival, Inboxes } from '../../domain/ports';
import { attempt } from './attempt';
import type { Database } from './database';
import { N, number } from './item';
import { inboxKey } from './keys';

// Deliveries of two messages may overtake each other; the entry only ever moves forward.
const knowsLess = '(attribute_not_exists(lastSeq) OR lastSeq < :seq)';
const hasEntry = 'attribute_exists(pk)';
const wasSent = 'lastSeq >= :seq';
const isForward = '#cursor < :seq';

/** The inbox entries of a user in `Chat`. */
export function inboxesOn({ client, chatTable: TableName }: Database): Inboxes {
  return {
    async arrive(arrival) {
      const command = new UpdateItemCommand({ TableName, ...arrivalUpdate(arrival), ConditionExpression: knowsLess });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'done') return 'arrived';
      return outcome.state === 'conflict' ? 'conflict' : 'known';
    },

    async advance({ userId, conversation, name, seq }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: inboxKey(userId, conversation),
        UpdateExpression: 'SET #cursor = :seq',
        ConditionExpression: `${hasEntry} AND ${wasSent} AND ${isForward}`,
        ExpressionAttributeNames: { '#cursor': name },
        ExpressionAttributeValues: { ':seq': N(seq) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'done') return 'advanced';
      if (outcome.state === 'conflict') return 'conflict';
      if (!outcome.by) return 'absent';
      return number(outcome.by, 'lastSeq') < seq ? 'beyond' : 'already';
    },
  };
}

function arrivalUpdate({ userId, message }: Arrival) {
  const { conversation, seq, from, sentAt } = message;
  const isSender = from === userId;
  const readSeq = isSender ? ':seq' : 'if_not_exists(readSeq, :none)';
  return {
    Key: inboxKey(userId, conversation),
    UpdateExpression: `SET lastSeq = :seq, #at = :at, ackSeq = if_not_exists(ackSeq, :none), readSeq = ${readSeq}`,
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':seq': N(seq), ':at': N(sentAt), ':none': N(0) },
  };
}
