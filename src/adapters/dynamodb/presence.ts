import {
  BatchGetItemCommand,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Binding, Presence, Profile, Release } from '../../domain/ports/ports';
import type { ConnectionId } from '../../protocol/ids';
import { request } from '../request';
import { attemptTransaction, type Objections } from './attempt';
import { chargeOf, objectsTo, tatOf } from './charge';
import type { Database } from './database';
import { type Item, N, number, optionalNumber, S, SS, text, textSet } from './item';
import { profileKey, userOf } from './keys';

// ---- The connection's side ----
const exists = 'attribute_exists(connectionId)';
const isFree = '(attribute_not_exists(userId) OR userId = :userId)';
const isTheUsers = 'userId = :userId';
const leaseIsAsSeen = 'leaseUntil = :leaseSeen';

// ---- The user's side ----
const hasAccount = 'attribute_exists(pk)';
// The attribute goes with its last element, and the size of nothing is no number.
const hasRoom =
  '(attribute_not_exists(connections) OR size(connections) < :devicesMax OR contains(connections, :connection))';
// Two devices of one user may leave at once, in two Lambdas. Whoever finds itself the last one flips the state; the set
// and the state are one item, so exactly one of them can.
const isLastDevice = 'connections = :onlyThis';
const isOneOfSeveral = 'size(connections) > :one AND contains(connections, :connection)';

/**
 * A user's state and the mapping of their connections, always changed together in one transaction over both tables: so P1
 * and P2 of DESIGN.md §4 hold at every instant.
 */
export function presenceOn(database: Database): Presence {
  const { client, chatTable } = database;
  const transact = (...TransactItems: TransactWriteItem[]) =>
    attemptTransaction(() => client.send(new TransactWriteItemsCommand({ TransactItems })));

  return {
    async bind(binding) {
      const objections = await transact(bindConnection(database, binding), goOnline(database, binding));
      if (!objections) return { state: 'bound' };
      const [connection, profile] = objections;
      if (connection?.state === 'refused') return { state: connection.by ? 'taken' : 'absent' };
      if (isConflict(objections)) return { state: 'conflict' };
      if (profile?.state === 'refused' && profile.by) {
        // First of the two: nobody's device yields to a login that is refused.
        if (objectsTo(profile.by, binding.charge)) return { state: 'owing', tat: tatOf(profile.by) };
        return { state: 'full', connections: textSet(profile.by, 'connections') as ConnectionId[] };
      }
      throw new Error(`The user ${binding.userId} has credentials, but no profile.`);
    },

    async releaseLast(release) {
      const objections = await transact(unbindConnection(database, release), goOffline(database, release));
      return outcomeOf(objections, 'others');
    },

    async releaseOneOfSeveral(release) {
      const objections = await transact(unbindConnection(database, release), stayOnline(database, release));
      return outcomeOf(objections, 'last');
    },

    async connectionsOf(userId) {
      const command = new GetItemCommand({
        TableName: chatTable,
        Key: profileKey(userId),
        ProjectionExpression: 'pk, connections',
        ConsistentRead: true,
      });
      const { Item } = await request(() => client.send(command));
      return Item && (textSet(Item, 'connections') as ConnectionId[]);
    },

    async profilesOf(userIds) {
      const command = new BatchGetItemCommand({
        RequestItems: {
          [chatTable]: {
            Keys: userIds.map(profileKey),
            ProjectionExpression: 'pk, #state, lastSeen, version, connections',
            ExpressionAttributeNames: { '#state': 'state' },
            ConsistentRead: true,
          },
        },
      });
      const { Responses, UnprocessedKeys } = await request(() => client.send(command));
      const left = UnprocessedKeys?.[chatTable]?.Keys ?? [];
      return {
        profiles: (Responses?.[chatTable] ?? []).map(toProfile),
        left: left.map((key) => userOf(text(key, 'pk'))),
      };
    },
  };
}

/** A whole profile, from the table or from an image of its stream. */
export function toProfile(item: Item): Profile {
  return {
    userId: userOf(text(item, 'pk')),
    state: stateOf(item),
    lastSeen: optionalNumber(item, 'lastSeen'),
    version: number(item, 'version'),
    connections: textSet(item, 'connections') as ConnectionId[],
  };
}

function stateOf(item: Item): Profile['state'] {
  const state = text(item, 'state');
  if (state !== 'online' && state !== 'offline') throw new Error(`A profile has the state ${JSON.stringify(state)}.`);
  return state;
}

function bindConnection({ connectionsTable: TableName }: Database, binding: Binding): TransactWriteItem {
  const { connectionId, userId, leaseUntil, leaseMs, heartbeatMs, prepaid } = binding;
  // The connection's account begins anew: the user's has been charged for it. It begins a millisecond after the lease (`leaseFrom`).
  const lease =
    'SET userId = :userId, leaseUntil = :leaseUntil, leaseMs = :leaseMs, heardAt = :now, tat = :tat, prepaid = :prepaid';
  return {
    Update: {
      TableName,
      Key: { connectionId: S(connectionId) },
      // A second login may promise no heartbeat where the first one did.
      UpdateExpression:
        heartbeatMs === undefined
          ? `${lease} REMOVE refusals, heartbeatMs`
          : `${lease}, heartbeatMs = :heartbeatMs REMOVE refusals`,
      ConditionExpression: `${exists} AND ${isFree}`,
      ExpressionAttributeValues: {
        ':userId': S(userId),
        ':leaseUntil': N(leaseUntil),
        ':leaseMs': N(leaseMs),
        ':now': N(leaseUntil - leaseMs),
        ':tat': N(leaseUntil - leaseMs + 1),
        ':prepaid': N(prepaid),
        ...(heartbeatMs === undefined ? {} : { ':heartbeatMs': N(heartbeatMs) }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function goOnline(
  { chatTable: TableName }: Database,
  { connectionId, userId, devicesMax, charge }: Binding,
): TransactWriteItem {
  const { set, condition, values } = chargeOf(charge);
  return {
    Update: {
      TableName,
      Key: profileKey(userId),
      UpdateExpression: `SET #state = :online, ${set} ADD connections :this, version :one`,
      ConditionExpression: `${hasAccount} AND ${hasRoom} AND ${condition}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...values,
        ':online': S('online'),
        ':this': SS(connectionId),
        ':connection': S(connectionId),
        ':one': N(1),
        ':devicesMax': N(devicesMax),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function unbindConnection({ connectionsTable: TableName }: Database, release: Release): TransactWriteItem {
  const { connectionId, userId, leaseSeen, keepUnboundUntil } = release;
  const common = {
    TableName,
    Key: { connectionId: S(connectionId) },
    ConditionExpression: leaseSeen === undefined ? isTheUsers : `${isTheUsers} AND ${leaseIsAsSeen}`,
  };
  const values = { ':userId': S(userId), ...(leaseSeen === undefined ? {} : { ':leaseSeen': N(leaseSeen) }) };
  if (keepUnboundUntil === undefined) return { Delete: { ...common, ExpressionAttributeValues: values } };
  return {
    Update: {
      ...common,
      UpdateExpression: 'SET leaseUntil = :until REMOVE userId, leaseMs, heartbeatMs, heardAt, tat, prepaid, refusals',
      ExpressionAttributeValues: { ...values, ':until': N(keepUnboundUntil) },
    },
  };
}

function goOffline({ chatTable: TableName }: Database, { connectionId, userId, now }: Release): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: profileKey(userId),
      UpdateExpression: 'SET #state = :offline, lastSeen = :now ADD version :one DELETE connections :onlyThis',
      ConditionExpression: isLastDevice,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':offline': S('offline'),
        ':now': N(now),
        ':one': N(1),
        ':onlyThis': SS(connectionId),
      },
    },
  };
}

function stayOnline({ chatTable: TableName }: Database, { connectionId, userId }: Release): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: profileKey(userId),
      UpdateExpression: 'DELETE connections :this',
      ConditionExpression: isOneOfSeveral,
      ExpressionAttributeValues: { ':this': SS(connectionId), ':connection': S(connectionId), ':one': N(1) },
    },
  };
}

/** The connection's objection comes first: where it is not as the caller saw it, the user's side says nothing new. */
function outcomeOf<Other>(
  objections: Objections | undefined,
  other: Other,
): 'released' | 'changed' | 'conflict' | Other {
  if (!objections) return 'released';
  if (objections[0]?.state === 'refused') return 'changed';
  return isConflict(objections) ? 'conflict' : other;
}

function isConflict(objections: Objections): boolean {
  return objections.some((objection) => objection?.state === 'conflict');
}
