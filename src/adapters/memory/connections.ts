import type { Connection, Connections } from '../../domain/ports';
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

    async touch(connectionId, now) {
      const row = connections.get(connectionId);
      if (!row) return { state: 'absent' };
      if (row.userId === undefined) return { state: 'unbound' };
      connections.put(connectionId, { ...row, leaseUntil: now + (row.leaseMs ?? 0) });
      return { state: 'bound', userId: row.userId };
    },

    async forgetUnbound(connectionId, leaseSeen) {
      const row = connections.get(connectionId);
      const isAsSeen = leaseSeen === undefined || row?.leaseUntil === leaseSeen;
      if (row?.userId !== undefined || !isAsSeen) return 'changed';
      connections.delete(connectionId);
      return 'forgotten';
    },

    async suggestOldest(userId) {
      const rows = [...tables.index.values()].filter((row) => row.userId === userId);
      return rows.sort((one, other) => one.connectedAt - other.connectedAt).map(({ connectionId }) => connectionId);
    },
  };
}

function toConnection({ connectionId, connectedAt, leaseUntil, userId }: ConnectionRow): Connection {
  return { connectionId, connectedAt, leaseUntil, userId };
}
