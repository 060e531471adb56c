import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { N, S, SS } from '../../src/adapters/dynamodb/item';
import {
  credentialKey,
  friendKey,
  groupKey,
  heatKey,
  inboxKey,
  memberKey,
  messageKey,
  pairKey,
  profileKey,
  skeletonKey,
} from '../../src/adapters/dynamodb/keys';
import type { ConnectionRow, MessageRow, ProfileRow, Tables } from '../../src/adapters/memory/tables';
import type { Friend, Group, InboxEntry, LoginPair, Member, PairAttempts } from '../../src/domain/ports/ports';
import type { ConversationId, UserId } from '../../src/protocol/ids';
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
      ...[...tables.skeletons.entries()].map(([skeleton, userId]) => ({
        ...skeletonKey(skeleton),
        userId: S(userId),
      })),
      ...[...tables.pairs.values()].map(pairRow),
      ...[...tables.heats.values()].map(({ of, hotUntil, expiresAt }) => ({
        ...heatKey(of),
        ...optional({ hotUntil, expiresAt }, N),
      })),
      ...[...tables.profiles.entries()].map(([userId, profile]) => profileRow(userId, profile)),
      ...[...tables.friends.entries()].flatMap(([userId, friends]) =>
        [...friends.values()].map((friend) => friendRow(userId, friend)),
      ),
      ...[...tables.inboxes.entries()].flatMap(([userId, inbox]) =>
        [...inbox.values()].map((entry) => inboxRow(userId, entry)),
      ),
      ...[...tables.logs.values()].flatMap((log) => [...log.values()].map(messageRow)),
      ...[...tables.groups.values()].map(groupRow),
      ...[...tables.members.entries()].flatMap(([conversation, members]) =>
        [...members.values()].map((member) => memberRow(conversation, member)),
      ),
    ],
  };
}

function connectionRow(row: ConnectionRow): Row {
  const { connectionId, connectedAt, leaseUntil, sourceIp, userAgent, userId, leaseMs, heartbeatMs } = row;
  const { heardAt, loginFailures, tat, prepaid, refusals } = row;
  return {
    connectionId: S(connectionId),
    sourceIp: S(sourceIp),
    ...optional({ userAgent, userId }, S),
    ...optional({ connectedAt, leaseUntil, leaseMs, heartbeatMs, heardAt, loginFailures, tat, prepaid, refusals }, N),
  };
}

function pairRow({ pair, attempts }: { pair: LoginPair; attempts: PairAttempts }): Row {
  const { failures, openAt, known, waited, expiresAt } = attempts;
  return { ...pairKey(pair), ...optional({ failures, openAt, expiresAt }, N), ...flag({ known, waited }) };
}

function profileRow(
  userId: UserId,
  { state, connections, version, createdAt, lastSeen, subject, tat }: ProfileRow,
): Row {
  return {
    ...profileKey(userId),
    state: S(state),
    ...optional({ version, createdAt, lastSeen, tat }, N),
    ...optional({ subject }, S),
    ...(connections.size > 0 ? { connections: SS(...[...connections].sort()) } : {}),
  };
}

function friendRow(userId: UserId, friend: Friend): Row {
  const { state, since, blocked, frozen } = friend;
  const shown = { frozenVersion: frozen?.version, frozenLastSeen: frozen?.lastSeen };
  return {
    ...friendKey(userId, friend.userId),
    state: S(state),
    ...optional({ since, ...shown }, N),
    ...flag({ blocked }),
  };
}

function inboxRow(userId: UserId, entry: InboxEntry): Row {
  const { conversation, lastSeq, ackSeq, readSeq, at, joinedSeq, role, big, block } = entry;
  const marks = { blockAfter: block?.after, blockAckSeq: block?.ackSeq, blockReadSeq: block?.readSeq };
  return {
    ...inboxKey(userId, conversation),
    ...optional({ lastSeq, ackSeq, readSeq, at, joinedSeq, ...marks }, N),
    ...optional({ role }, S),
    ...flag({ big }),
  };
}

function groupRow({ conversation, name, description, creator, createdAt, members, version, big }: Group): Row {
  return {
    ...groupKey(conversation),
    ...optional({ name, description, creator }, S),
    ...optional({ createdAt, members, version }, N),
    ...flag({ big }),
  };
}

function memberRow(conversation: ConversationId, { userId, role, joinedSeq }: Member): Row {
  return { ...memberKey(conversation, userId), role: S(role), joinedSeq: N(joinedSeq) };
}

function messageRow({ conversation, seq, from, text, change, sentAt, id, hidden, expiresAt }: MessageRow): Row {
  return {
    ...messageKey(conversation, seq),
    ...optional({ from, text, change, id }, S),
    ...optional({ sentAt, expiresAt }, N),
    ...flag({ hidden }),
  };
}

/** DynamoDB's items have an attribute that is true, or none. */
function flag(flags: Record<string, boolean | undefined>): Row {
  const names = Object.entries(flags).flatMap(([name, value]) => (value ? [name] : []));
  return Object.fromEntries(names.map((name) => [name, { BOOL: true }]));
}

function optional<T>(fields: Record<string, T | undefined>, encode: (value: T) => AttributeValue): Row {
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, encode(value)]],
  );
  return Object.fromEntries(present);
}
