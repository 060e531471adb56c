import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Connection, Connections } from '../../domain/ports';
import type { ConnectionId, UserId } from '../../protocol/ids';
import { DEVICES_MAX } from '../../protocol/limits';
import { attempt, request } from './attempt';
import { BY_USER, type Database } from './database';
import { type Item, N, number, optionalText, S, text } from './item';

const isAbsent = 'attribute_not_exists(connectionId)';
const isBound = 'attribute_exists(userId)';
const isUnbound = 'attribute_not_exists(userId)';
const leaseIsAsSeen = 'leaseUntil = :leaseSeen';

/** The table `Connections`: DESIGN.md §3. */
export function connectionsOn({ client, connectionsTable: TableName }: Database): Connections {
  return {
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
      return outcome.state === 'done' ? 'opened' : 'exists';
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
        UpdateExpression: 'SET leaseUntil = :now + leaseMs',
        // A heartbeat that upserts would bring a connection back after its `$disconnect` (P6).
        ConditionExpression: isBound,
        ExpressionAttributeValues: { ':now': N(now) },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const outcome = await attempt(() => client.send(command));
      if (outcome.state === 'conflict') return { state: 'conflict' };
      if (outcome.state === 'refused') return { state: outcome.by ? 'unbound' : 'absent' };
      return { state: 'bound', userId: text(outcome.output.Attributes ?? {}, 'userId') as UserId };
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

    async suggestOldest(userId) {
      const command = new QueryCommand({
        TableName,
        IndexName: BY_USER,
        KeyConditionExpression: 'userId = :userId',
        ExpressionAttributeValues: { ':userId': S(userId) },
        ScanIndexForward: true,
        // The index may still hold devices that have gone; one page beyond the cap passes over them.
        Limit: 2 * DEVICES_MAX,
      });
      const { Items = [] } = await request(() => client.send(command));
      return Items.map((item) => text(item, 'connectionId') as ConnectionId);
    },
  };
}

function toConnection(item: Item): Connection {
  return {
    connectionId: text(item, 'connectionId') as ConnectionId,
    connectedAt: number(item, 'connectedAt'),
    leaseUntil: number(item, 'leaseUntil'),
    userId: optionalText(item, 'userId') as UserId | undefined,
  };
}
