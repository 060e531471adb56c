import { DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Connections, Touch } from '../../domain/ports/ports';
import type { ConnectionId, UserId } from '../../protocol/ids';
import { request } from '../request';
import { attempt } from './attempt';
import { chargeOf, tatOf } from './charge';
import { connectionListsOn, toConnection } from './connection-lists';
import type { Database } from './database';
import { N, optionalNumber, optionalText, S } from './item';

const isAbsent = 'attribute_not_exists(connectionId)';
const isBound = 'attribute_exists(userId)';
const hasPrepaid = 'prepaid >= :one';
const isUnbound = 'attribute_not_exists(userId)';
const leaseIsAsSeen = 'leaseUntil = :leaseSeen';

/** The table `Connections`: DESIGN.md §3. */
export function connectionsOn(database: Database): Connections {
  const { client, connectionsTable: TableName } = database;
  return {
    ...connectionListsOn(database),

    async open({ connectionId, connectedAt, leaseUntil, sourceIp, userAgent }) {
      const Item = {
        connectionId: S(connectionId),
        connectedAt: N(connectedAt),
        leaseUntil: N(leaseUntil),
        sourceIp: S(sourceIp),
        ...(userAgent === undefined ? {} : { userAgent: S(userAgent) }),
      };
      // AWS may invoke `$connect` twice. The second run can come after a login, which a plain put would wipe out.
      const outcome = await attempt(() =>
        client.send(new PutItemCommand({ TableName, Item, ConditionExpression: isAbsent })),
      );
      if (outcome.state === 'done') return 'opened';
      return outcome.state === 'conflict' ? 'conflict' : 'exists';
    },

    async find(connectionId) {
      const Key = { connectionId: S(connectionId) };
      const { Item } = await request(() => client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })));
      return Item && toConnection(Item);
    },

    async touch(connectionId, touch) {
      const outcome = await attempt(() => client.send(touchCommand(TableName, connectionId, touch)));
      if (outcome.state === 'conflict') return { state: 'conflict' };
      const row = outcome.state === 'refused' ? outcome.by : outcome.output.Attributes;
      if (!row) return { state: 'absent' };
      const userId = optionalText(row, 'userId') as UserId | undefined;
      if (userId === undefined) return { state: 'unbound' };
      if (outcome.state === 'done') return { state: 'bound', userId, refusals: optionalNumber(row, 'refusals') ?? 0 };
      return { state: 'owing', userId, tat: tatOf(row), prepaid: optionalNumber(row, 'prepaid') ?? 0 };
    },

    async forgetUnbound(connectionId, leaseSeen) {
      const command = new DeleteItemCommand({
        TableName,
        Key: { connectionId: S(connectionId) },
        // A login may be binding it at this moment; then it is not ours to delete.
        ConditionExpression: leaseSeen === undefined ? isUnbound : `${isUnbound} AND ${leaseIsAsSeen}`,
        ...(leaseSeen === undefined ? {} : { ExpressionAttributeValues: { ':leaseSeen': N(leaseSeen) } }),
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'done') return 'forgotten';
      return outcome.state === 'conflict' ? 'conflict' : 'changed';
    },

    async renew(connectionId, { leaseSeen, now }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: { connectionId: S(connectionId) },
        UpdateExpression: 'SET leaseUntil = :now + leaseMs',
        // Its client may have spoken meanwhile, or be gone: then the evidence is older than the row.
        ConditionExpression: `${isBound} AND ${leaseIsAsSeen}`,
        ExpressionAttributeValues: { ':now': N(now), ':leaseSeen': N(leaseSeen) },
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'done') return 'renewed';
      return outcome.state === 'conflict' ? 'conflict' : 'changed';
    },
  };
}

function touchCommand(TableName: string, connectionId: ConnectionId, touch: Touch): UpdateItemCommand {
  const { prepaid, isRefusal, owingMaxMs } = touch;
  const { from, set, condition, values } = chargeOf(touch);
  const counts = isRefusal ? ', refusals :one' : '';
  const forgets = !isRefusal && owingMaxMs === undefined ? 'REMOVE refusals' : '';
  return new UpdateItemCommand({
    TableName,
    Key: { connectionId: S(connectionId) },
    // The lease counts from where the charge does, and `tat` only ever grows. So a request that lands late, behind a newer one (its
    // Lambda froze, or the SDK gave it up and asked again), cannot take the lease back.
    UpdateExpression: `SET leaseUntil = ${from} + leaseMs, heardAt = ${from}, ${set} ADD prepaid :prepaid${counts} ${forgets}`,
    // A heartbeat that upserts would bring a connection back after its `$disconnect` (P6).
    ConditionExpression: [isBound, condition, ...(prepaid < 0 ? [hasPrepaid] : [])].join(' AND '),
    ExpressionAttributeValues: {
      ...values,
      ':prepaid': N(prepaid),
      ...(prepaid < 0 || isRefusal ? { ':one': N(1) } : {}),
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
}
