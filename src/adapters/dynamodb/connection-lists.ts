import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Connection, Connections, Device } from '../../domain/ports/ports';
import type { ConnectionId, UserId } from '../../protocol/ids';
import { request } from '../request';
import type { Database } from './database';
import { type Item, N, number, optionalNumber, optionalText, S, text } from './item';
import { BY_USER } from './schema';

/** What finds several connections at once: both may be stale, and decide nothing. */
export function connectionListsOn({
  client,
  connectionsTable: TableName,
}: Database): Pick<Connections, 'expired' | 'listOf'> {
  return {
    async expired({ segment, segments, before, limit, from }) {
      const command = new ScanCommand({
        TableName,
        Segment: segment,
        TotalSegments: segments,
        FilterExpression: 'leaseUntil < :before',
        ProjectionExpression: 'connectionId, connectedAt, leaseUntil, userId, heartbeatMs, heardAt',
        ExpressionAttributeValues: { ':before': N(before) },
        Limit: limit,
        ...(from === undefined ? {} : { ExclusiveStartKey: { connectionId: S(from) } }),
      });
      const { Items = [], ScannedCount = 0, LastEvaluatedKey } = await request(() => client.send(command));
      const next = LastEvaluatedKey && (text(LastEvaluatedKey, 'connectionId') as ConnectionId);
      return { connections: Items.map(toConnection), scanned: ScannedCount, next };
    },

    async listOf(userId) {
      const command = new QueryCommand({
        TableName,
        IndexName: BY_USER,
        KeyConditionExpression: 'userId = :userId',
        ExpressionAttributeValues: { ':userId': S(userId) },
        ScanIndexForward: true,
      });
      const { Items = [] } = await request(() => client.send(command));
      return Items.map(toDevice);
    },
  };
}

/** A row of `Connections`. */
export function toConnection(item: Item): Connection {
  return {
    connectionId: text(item, 'connectionId') as ConnectionId,
    connectedAt: number(item, 'connectedAt'),
    leaseUntil: number(item, 'leaseUntil'),
    userId: optionalText(item, 'userId') as UserId | undefined,
    heartbeatMs: optionalNumber(item, 'heartbeatMs'),
    heardAt: optionalNumber(item, 'heardAt'),
  };
}

function toDevice(item: Item): Device {
  return {
    connectionId: text(item, 'connectionId') as ConnectionId,
    connectedAt: number(item, 'connectedAt'),
    sourceIp: text(item, 'sourceIp'),
    userAgent: optionalText(item, 'userAgent'),
  };
}
