import { DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Connections } from '../../domain/ports';
import type { UserId } from '../../protocol/ids';
import { request } from '../request';
import { attempt } from './attempt';
import { connectionListsOn, toConnection } from './connection-lists';
import type { Database } from './database';
import { N, optionalText, S } from './item';

const isAbsent = 'attribute_not_exists(connectionId)';
const isBound = 'attribute_exists(userId)';
// A request may land late, behind a newer one: its Lambda froze, or the SDK gave it up and asked again. It must not take the
// lease back.
const isNewest = '(attribute_not_exists(heardAt) OR heardAt <= :now)';
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

    async touch(connectionId, now) {
      const command = new UpdateItemCommand({
        TableName,
        Key: { connectionId: S(connectionId) },
        UpdateExpression: 'SET leaseUntil = :now + leaseMs, heardAt = :now',
        // A heartbeat that upserts would bring a connection back after its `$disconnect` (P6).
        ConditionExpression: `${isBound} AND ${isNewest}`,
        ExpressionAttributeValues: { ':now': N(now) },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'conflict') return { state: 'conflict' };
      const row = outcome.state === 'refused' ? outcome.by : outcome.output.Attributes;
      if (!row) return { state: 'absent' };
      const userId = optionalText(row, 'userId');
      return userId === undefined ? { state: 'unbound' } : { state: 'bound', userId: userId as UserId };
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
