import { BatchGetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Heated, LoginAttempts, LoginPair } from '../../domain/ports/ports';
import { request } from '../request';
import { toCredential } from './accounts';
import { attempt } from './attempt';
import type { Database } from './database';
import { type Item, N, number, optionalNumber, text } from './item';
import { credentialKey, heatKey } from './keys';
import { loginPairsOn } from './login-pairs';

const isCold = '(attribute_not_exists(hotUntil) OR hotUntil <= :now)';
const isWarm = 'hotUntil > :now AND hotUntil < :max';
const rowExists = 'attribute_exists(connectionId)';

/** Who tries to log in as whom: `LOGIN#…` and `ADDRESS#…` in `Chat`, and a counter in `Connections`. */
export function loginAttemptsOn(database: Database): LoginAttempts {
  const { client, chatTable, connectionsTable } = database;
  return {
    ...loginPairsOn(database),

    async evidenceFor(pair) {
      const keys = [credentialKey(pair.userId), ...heatsOf(pair).map(heatKey)];
      const RequestItems = { [chatTable]: { Keys: keys, ConsistentRead: true } };
      const command = new BatchGetItemCommand({ RequestItems });
      const { Responses, UnprocessedKeys } = await request(() => client.send(command));
      if (UnprocessedKeys?.[chatTable]) return { state: 'conflict' };
      const items = Responses?.[chatTable] ?? [];
      const [credential, account, address] = keys.map((key) => items.find((item) => text(item, 'pk') === key.pk.S));
      return {
        state: 'read',
        credential: credential && toCredential(credential),
        accountHotUntil: hotUntilOf(account),
        addressHotUntil: hotUntilOf(address),
      };
    },

    async warm({ of, isWarm: wasWarm, now, stepMs, hotUntilMax, expiresAt }) {
      const command = new UpdateItemCommand({
        TableName: chatTable,
        Key: heatKey(of),
        UpdateExpression: `SET hotUntil = ${wasWarm ? 'hotUntil' : ':now'} + :step, expiresAt = :expiresAt`,
        ConditionExpression: wasWarm ? isWarm : isCold,
        ExpressionAttributeValues: {
          ':now': N(now),
          ':step': N(stepMs),
          ':expiresAt': N(expiresAt),
          ...(wasWarm ? { ':max': N(hotUntilMax) } : {}),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'done') return 'warmed';
      if (outcome.state === 'conflict') return 'conflict';
      return hotUntilOf(outcome.by) >= hotUntilMax ? 'hottest' : 'changed';
    },

    async countFailure(connectionId) {
      const command = new UpdateItemCommand({
        TableName: connectionsTable,
        Key: { connectionId: { S: connectionId } },
        UpdateExpression: 'ADD loginFailures :one',
        ConditionExpression: rowExists,
        ExpressionAttributeValues: { ':one': N(1) },
        ReturnValues: 'UPDATED_NEW',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'conflict') return { state: 'conflict' };
      if (outcome.state === 'refused') return { state: 'absent' };
      return { state: 'counted', failures: number(outcome.output.Attributes ?? {}, 'loginFailures') };
    },
  };
}

const heatsOf = ({ userId, address }: LoginPair): readonly [Heated, Heated] => [{ userId }, { address }];

function hotUntilOf(item: Item | undefined): number {
  return (item && optionalNumber(item, 'hotUntil')) ?? 0;
}
