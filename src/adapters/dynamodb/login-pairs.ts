import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { LoginAttempts, PairAttempts } from '../../domain/ports/ports';
import { attempt } from './attempt';
import type { Database } from './database';
import { type Item, N, number } from './item';
import { pairKey } from './keys';

const isAbsent = 'attribute_not_exists(pk)';
// What has expired may still be there. It is neither of these, so whoever meets it reads it, and replaces it.
const isKnownAndAtRest = 'known = :true AND failures = :zero AND expiresAt > :now';
// Many guesses at once have all read the same. The first one writes, and the others look again.
const isAsSeen = 'failures = :seenFailures AND openAt = :seenOpenAt AND expiresAt = :seenExpiresAt';

/** What became of the logins of one user from one address: an item of `Chat`, which the table's TTL deletes. */
export function loginPairsOn({
  client,
  chatTable: TableName,
}: Database): Pick<LoginAttempts, 'begin' | 'replace' | 'forgive'> {
  return {
    async begin(pair, { now, expiresAt }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: pairKey(pair),
        UpdateExpression: 'SET failures = :one, openAt = :zero, expiresAt = if_not_exists(expiresAt, :expiresAt)',
        ConditionExpression: `${isAbsent} OR (${isKnownAndAtRest})`,
        ExpressionAttributeValues: {
          ':one': N(1),
          ':zero': N(0),
          ':true': { BOOL: true },
          ':now': N(Math.floor(now / 1000)),
          ':expiresAt': N(expiresAt),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'conflict') return { state: 'conflict' };
      if (outcome.state === 'refused') return { state: 'seen', attempts: toAttempts(outcome.by ?? {}) };
      return { state: 'begun', attempts: toAttempts(outcome.output.Attributes ?? {}) };
    },

    async replace({ pair, seen, next }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: pairKey(pair),
        ...writing(next),
        ConditionExpression: seen === undefined ? isAbsent : isAsSeen,
        ExpressionAttributeValues: {
          ...valuesOf(next),
          ...(seen === undefined
            ? {}
            : {
                ':seenFailures': N(seen.failures),
                ':seenOpenAt': N(seen.openAt),
                ':seenExpiresAt': N(seen.expiresAt),
              }),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'refused') return { state: 'changed', seen: outcome.by && toAttempts(outcome.by) };
      return outcome.state === 'done' ? { state: 'replaced' } : { state: 'conflict' };
    },

    async forgive(pair, expiresAt) {
      const next = { failures: 0, openAt: 0, known: true, waited: false, expiresAt };
      const command = new UpdateItemCommand({
        TableName,
        Key: pairKey(pair),
        ...writing(next),
        ExpressionAttributeValues: valuesOf(next),
      });
      const { state } = await attempt(() => client.send(command));
      return state === 'done' ? 'forgiven' : 'conflict';
    },
  };
}

/** The whole of a pair's item: a flag that is not set is not there. */
function writing({ known, waited }: PairAttempts) {
  const flags = Object.entries({ known, waited });
  const set = flags.flatMap(([name, value]) => (value ? [`${name} = :true`] : []));
  const removed = flags.flatMap(([name, value]) => (value ? [] : [name]));
  const numbers = ['failures = :failures', 'openAt = :openAt', 'expiresAt = :expiresAt'];
  const remove = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '';
  return { UpdateExpression: `SET ${[...numbers, ...set].join(', ')}${remove}` };
}

function valuesOf({ failures, openAt, known, waited, expiresAt }: PairAttempts) {
  return {
    ':failures': N(failures),
    ':openAt': N(openAt),
    ':expiresAt': N(expiresAt),
    ...(known || waited ? { ':true': { BOOL: true } } : {}),
  };
}

function toAttempts(item: Item): PairAttempts {
  return {
    failures: number(item, 'failures'),
    openAt: number(item, 'openAt'),
    known: item.known?.BOOL ?? false,
    waited: item.waited?.BOOL ?? false,
    expiresAt: number(item, 'expiresAt'),
  };
}
