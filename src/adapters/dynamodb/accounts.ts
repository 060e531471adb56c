import { GetItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Accounts, Credential, Snapshot } from '../../domain/ports/ports';
import { request } from '../request';
import { attempt, attemptTransaction } from './attempt';
import { chargeUserOn } from './charge-user';
import type { Database } from './database';
import { toFriend } from './friend-lists';
import { toInboxEntry } from './inbox-entry';
import { type Item, N, number, optionalText, S, text, textSet } from './item';
import { CREDENTIAL, credentialKey, FRIEND, INBOX, PROFILE, profileKey, skeletonKey, userPartition } from './keys';

const isFree = 'attribute_not_exists(pk)';

/** The items of one user in `Chat`. */
export function accountsOn(database: Database): Accounts {
  const { client, chatTable: TableName } = database;
  return {
    charge: chargeUserOn(database),

    async create({ userId, passwordHash, tokenKey, skeleton, now }) {
      const credential = { ...credentialKey(userId), passwordHash: S(passwordHash), tokenKey: S(tokenKey) };
      const profile = { ...profileKey(userId), state: S('offline'), version: N(0), createdAt: N(now) };
      // The credential's key is the handle, so of two people who want it at once, one gets it. The profile comes with it:
      // everybody who can log in has a state.
      // The skeleton's key is what the handle looks like, and decides the same of two people who want names that look alike.
      const look = skeleton === undefined ? [] : [{ ...skeletonKey(skeleton), userId: S(userId) }];
      const TransactItems = [credential, profile, ...look].map((Item) => ({
        Put: { TableName, Item, ConditionExpression: isFree },
      }));
      const objections = await attemptTransaction(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
      if (!objections) return 'created';
      const isRefused = objections.map((objection) => objection?.state === 'refused');
      if (isRefused[0] || isRefused[1]) return 'taken';
      return isRefused[2] ? 'looks_alike' : 'conflict';
    },

    async createOwned({ userId, subject, now }) {
      const command = new UpdateItemCommand({
        TableName,
        Key: profileKey(userId),
        // A put would be another grant, for a function that needs updates anyway.
        UpdateExpression: 'SET #state = :offline, version = :none, createdAt = :now, subject = :subject',
        ConditionExpression: isFree,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':offline': S('offline'), ':none': N(0), ':now': N(now), ':subject': S(subject) },
      });
      const { state } = await attempt(() => client.send(command));
      if (state === 'done') return 'created';
      return state === 'refused' ? 'taken' : 'conflict';
    },

    async ownerOf(userId) {
      const command = new GetItemCommand({
        TableName,
        Key: profileKey(userId),
        ProjectionExpression: 'pk, subject',
        ConsistentRead: true,
      });
      const { Item } = await request(() => client.send(command));
      return Item && { subject: optionalText(Item, 'subject') };
    },

    async credentialOf(userId) {
      const command = new GetItemCommand({ TableName, Key: credentialKey(userId), ConsistentRead: true });
      const { Item } = await request(() => client.send(command));
      return Item && toCredential(Item);
    },

    async changeCredential({ userId, seenHash, passwordHash, tokenKey }) {
      const news = Object.entries({ passwordHash, tokenKey }).filter(([, value]) => value !== undefined);
      const command = new UpdateItemCommand({
        TableName,
        Key: credentialKey(userId),
        UpdateExpression: `SET ${news.map(([name]) => `${name} = :${name}`).join(', ')}`,
        ConditionExpression: seenHash === undefined ? 'attribute_exists(pk)' : 'passwordHash = :seenHash',
        ExpressionAttributeValues: {
          ...Object.fromEntries(news.map(([name, value]) => [`:${name}`, S(value ?? '')])),
          ...(seenHash === undefined ? {} : { ':seenHash': S(seenHash) }),
        },
      });
      const { state } = await attempt(() => client.send(command));
      return state === 'done' ? 'changed' : state;
    },

    async snapshotOf(userId) {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :user AND sk > :credential',
        ExpressionAttributeValues: { ':user': userPartition(userId), ':credential': S(CREDENTIAL) },
        ConsistentRead: true,
        // Backwards, the profile comes first: it is there even when the page (1 MB) does not hold everything.
        ScanIndexForward: false,
      });
      const { Items = [], LastEvaluatedKey } = await request(() => client.send(command));
      return toSnapshot(Items, LastEvaluatedKey === undefined);
    },
  };
}

export function toCredential(item: Item): Credential {
  return { passwordHash: text(item, 'passwordHash'), tokenKey: text(item, 'tokenKey') };
}

function toSnapshot(items: readonly Item[], complete: boolean): Snapshot {
  const profile = items.find((item) => text(item, 'sk') === PROFILE) ?? {};
  return {
    devices: textSet(profile, 'connections').length,
    createdAt: number(profile, 'createdAt'),
    friends: items
      .filter((item) => text(item, 'sk').startsWith(FRIEND))
      .map(toFriend)
      .toReversed(),
    inbox: items.filter((item) => text(item, 'sk').startsWith(INBOX)).map(toInboxEntry),
    complete,
  };
}
