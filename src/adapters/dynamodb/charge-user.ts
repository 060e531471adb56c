import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Accounts } from '../../domain/ports/ports';
import { attempt } from './attempt';
import { chargeOf, tatOf } from './charge';
import type { Database } from './database';
import { profileKey } from './keys';

/** A user's account is on their profile: a login writes that anyway. */
export function chargeUserOn({ client, chatTable: TableName }: Database): Accounts['charge'] {
  return async (userId, charge) => {
    const { set, condition, values } = chargeOf(charge);
    const command = new UpdateItemCommand({
      TableName,
      Key: profileKey(userId),
      UpdateExpression: `SET ${set}`,
      ConditionExpression: `attribute_exists(pk) AND ${condition}`,
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const outcome = await attempt(() => client.send(command));
    if (outcome.state === 'done') return { state: 'charged' };
    if (outcome.state === 'conflict') return { state: 'conflict' };
    if (!outcome.by) throw new Error(`There is no profile of ${userId}.`);
    return { state: 'owing', tat: tatOf(outcome.by) };
  };
}
