import type { Connection, Connections, Device, Touch } from '../../domain/ports/ports';
import type { ConnectionId } from '../../protocol/ids';
import { charged } from './charge';
import type { ConnectionRow, Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/connections.ts`, where each says which race it decides. */
export function connectionsIn(tables: Tables): Connections {
  const { connections } = tables;
  return {
    async open(row) {
      if (connections.get(row.connectionId)) return 'exists';
      connections.put(row.connectionId, row);
      return 'opened';
    },

    async find(connectionId) {
      const row = connections.get(connectionId);
      return row && toConnection(row);
    },

    async touch(connectionId, touch) {
      const row = connections.get(connectionId);
      if (!row) return { state: 'absent' };
      const { userId, leaseMs = 0, tat = 0, prepaid = 0 } = row;
      if (userId === undefined) return { state: 'unbound' };
      const charging = charged(row, touch);
      if (!charging || (touch.prepaid < 0 && prepaid < 1)) return { state: 'owing', userId, tat, prepaid };
      const refusals = refusalsAfter(row, touch);
      const account = { tat: charging.tat, prepaid: prepaid + touch.prepaid, refusals };
      const lease = { leaseUntil: charging.from + leaseMs, heardAt: charging.from };
      connections.put(connectionId, { ...row, ...account, ...lease });
      return { state: 'bound', userId, refusals: refusals ?? 0 };
    },

    async forgetUnbound(connectionId, leaseSeen) {
      const row = connections.get(connectionId);
      const isAsSeen = leaseSeen === undefined || row?.leaseUntil === leaseSeen;
      if (row?.userId !== undefined || !isAsSeen) return 'changed';
      connections.delete(connectionId);
      return 'forgotten';
    },

    async renew(connectionId, { leaseSeen, now }) {
      const row = connections.get(connectionId);
      if (row?.userId === undefined || row.leaseUntil !== leaseSeen) return 'changed';
      connections.put(connectionId, { ...row, leaseUntil: now + (row.leaseMs ?? 0) });
      return 'renewed';
    },

    async expired({ segment, segments, before, limit, from }) {
      const rows = [...connections.values()].filter(
        ({ connectionId }) => segmentOf(connectionId, segments) === segment,
      );
      const start = from === undefined ? 0 : rows.findIndex(({ connectionId }) => connectionId === from) + 1;
      const page = rows.slice(start, start + limit);
      const found = page.filter(({ leaseUntil }) => leaseUntil < before).map(toConnection);
      const hasMore = start + limit < rows.length;
      return { connections: found, scanned: page.length, next: hasMore ? page.at(-1)?.connectionId : undefined };
    },

    async listOf(userId) {
      const rows = [...tables.index.values()].filter((row) => row.userId === userId);
      return rows.sort((one, other) => one.connectedAt - other.connectedAt).map(toDevice);
    },
  };
}

/** Which worker of a parallel scan reads a row: any function of the key that always says the same. */
export function segmentOf(connectionId: ConnectionId, segments: number): number {
  let hash = 0;
  for (let index = 0; index < connectionId.length; index++) hash = (hash * 31 + connectionId.charCodeAt(index)) | 0;
  return Math.abs(hash) % segments;
}

function refusalsAfter({ refusals }: ConnectionRow, { isRefusal, owingMaxMs }: Touch): number | undefined {
  if (isRefusal) return (refusals ?? 0) + 1;
  return owingMaxMs === undefined ? undefined : refusals;
}

function toConnection(row: ConnectionRow): Connection {
  const { connectionId, connectedAt, leaseUntil, userId, heartbeatMs, heardAt } = row;
  return { connectionId, connectedAt, leaseUntil, userId, heartbeatMs, heardAt };
}

function toDevice({ connectionId, connectedAt, sourceIp, userAgent }: ConnectionRow): Device {
  return { connectionId, connectedAt, sourceIp, userAgent };
}
