import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Arrival, Inboxes } from '../../domain/ports/ports';
import { attempt } from './attempt';
import type { Database } from './database';
import { toInboxEntry } from './inbox-entry';
import { inboxListsOn } from './inbox-lists';
import { N, number, optionalNumber } from './item';
import { inboxKey } from './keys';

// Deliveries of two messages may overtake each other; the entry only ever moves forward.
const knowsLess = '(attribute_not_exists(lastSeq) OR lastSeq < :seq)';
// A block may be put up at any moment of a delivery; the entry decides, so it costs no request of its own.
const isOpen = 'attribute_not_exists(blockAfter)';
const hasEntry = 'attribute_exists(pk)';
const wasSent = 'lastSeq >= :seq';
const isForward = '#cursor < :seq';

/** The inbox entries of a user in `Chat`. */
export function inboxesOn(database: Database): Inboxes {
  const { client, chatTable: TableName } = database;
  return {
    ...inboxListsOn(database),

    async arrive(arrival) {
      const command = new UpdateItemCommand({
        TableName,
        ...arrivalUpdate(arrival),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'done') return 'arrived';
      if (outcome.state === 'conflict') return 'conflict';
      if (!outcome.by) return 'absent';
      const blockedAfter = isSender(arrival) ? undefined : optionalNumber(outcome.by, 'blockAfter');
      return blockedAfter !== undefined && arrival.message.seq > blockedAfter ? 'blocked' : 'known';
    },

    async advance({ userId, conversation, name, seq }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: inboxKey(userId, conversation),
        UpdateExpression: 'SET #cursor = :seq',
        ConditionExpression: `${hasEntry} AND ${wasSent} AND ${isForward}`,
        ExpressionAttributeNames: { '#cursor': name },
        ExpressionAttributeValues: { ':seq': N(seq) },
        ReturnValues: 'ALL_OLD',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'conflict') return { state: 'conflict' };
      if (outcome.state === 'done') return { state: 'advanced', entry: toInboxEntry(outcome.output.Attributes ?? {}) };
      if (!outcome.by) return { state: 'absent' };
      const state = number(outcome.by, 'lastSeq') < seq ? 'beyond' : 'already';
      return { state, entry: toInboxEntry(outcome.by) };
    },

    async markBig({ userId, conversation }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: inboxKey(userId, conversation),
        UpdateExpression: 'SET big = :true',
        // Who has left meanwhile must not be given an entry again.
        ConditionExpression: hasEntry,
        ExpressionAttributeValues: { ':true': { BOOL: true } },
      });
      const { state } = await attempt(() => client.send(command));
      if (state === 'done') return 'marked';
      return state === 'conflict' ? 'conflict' : 'absent';
    },
  };
}

function isSender({ userId, message }: Arrival): boolean {
  return message.from === userId;
}

function arrivalUpdate(arrival: Arrival) {
  const { conversation, seq, sentAt } = arrival.message;
  const readSeq = isSender(arrival) ? ':seq' : 'if_not_exists(readSeq, :none)';
  const clauses = [...(arrival.creates ? [] : [hasEntry]), knowsLess, ...(isSender(arrival) ? [] : [isOpen])];
  return {
    Key: inboxKey(arrival.userId, conversation),
    UpdateExpression: `SET lastSeq = :seq, #at = :at, ackSeq = if_not_exists(ackSeq, :none), readSeq = ${readSeq}`,
    ConditionExpression: clauses.join(' AND '),
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':seq': N(seq), ':at': N(sentAt), ':none': N(0) },
  };
}
