import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { N, S, SS } from '../../src/adapters/dynamodb/item';
import { credentialKey, friendKey, inboxKey, messageKey, profileKey } from '../../src/adapters/dynamodb/keys';
import type { ConnectionRow, ProfileRow, Tables } from '../../src/adapters/memory/tables';
import type { Friend, InboxEntry } from '../../src/domain/ports';
import type { UserId } from '../../src/protocol/ids';
import type { Message } from '../../src/protocol/messages';
import type { Row, Rows } from './rows';

/** The memory's tables, as a scan of DynamoDB's would show them. */
export function dump(tables: Tables): Rows {
  return {
    connections: [...tables.connections.values()].map(connectionRow),
    chat: [
      ...[...tables.credentials.entries()].map(([userId, { passwordHash, tokenKey }]) => ({
        ...credentialKey(userId),
        passwordHash: S(passwordHash),
        tokenKey: S(tokenKey),
      })),
      ...[...tables.profiles.entries()].map(([userId, profile]) => profileRow(userId, profile)),
      ...[...tables.friends.entries()].flatMap(([userId, friends]) =>
        [...friends.values()].map((friend) => friendRow(userId, friend)),
      ),
      ...[...tables.inboxes.entries()].flatMap(([userId, inbox]) =>
        [...inbox.values()].map((entry) => inboxRow(userId, entry)),
      ),
      ...[...tables.logs.values()].flatMap((log) => [...log.values()].map(messageRow)),
    ],
  };
}

function connectionRow(row: ConnectionRow): Row {
  const { connectionId, connectedAt, leaseUntil, sourceIp, userAgent, userId, leaseMs, heartbeatMs, heardAt } = row;
  return {
    connectionId: S(connectionId),
    sourceIp: S(sourceIp),
    ...optional({ userAgent, userId }, S),
    ...optional({ connectedAt, leaseUntil, leaseMs, heartbeatMs, heardAt }, N),
  };
}

function profileRow(userId: UserId, { state, connections, version, createdAt, lastSeen }: ProfileRow): Row {
  return {
    ...profileKey(userId),
    state: S(state),
    ...optional({ version, createdAt, lastSeen }, N),
    ...(connections.size > 0 ? { connections: SS(...[...connections].sort()) } : {}),
  };
}

function friendRow(userId: UserId, friend: Friend): Row {
  return { ...friendKey(userId, friend.userId), state: S(friend.state), since: N(friend.since) };
}

function inboxRow(userId: UserId, { conversation, lastSeq, ackSeq, readSeq, at }: InboxEntry): Row {
  return { ...inboxKey(userId, conversation), ...optional({ lastSeq, ackSeq, readSeq, at }, N) };
}

function messageRow({ conversation, seq, from, text, sentAt, id }: Message): Row {
  return { ...messageKey(conversation, seq), ...optional({ from, text, id }, S), sentAt: N(sentAt) };
}

function optional<T>(fields: Record<string, T | undefined>, encode: (value: T) => AttributeValue): Row {
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, encode(value)]],
  );
  return Object.fromEntries(present);
}
