import type { Accounts } from '../../domain/ports/ports';
import type { ConnectionId } from '../../protocol/ids';
import { charged } from './charge';
import { friendsInOrder } from './friends';
import { inKeyOrder, type Tables } from './tables';

export function accountsIn({ credentials, profiles, friends, inboxes, skeletons }: Tables): Accounts {
  return {
    async create({ userId, passwordHash, tokenKey, skeleton, now }) {
      if (credentials.get(userId) || profiles.get(userId)) return 'taken';
      if (skeleton !== undefined && skeletons.get(skeleton) !== undefined) return 'looks_alike';
      if (skeleton !== undefined) skeletons.put(skeleton, userId);
      credentials.put(userId, { passwordHash, tokenKey });
      profiles.put(userId, { state: 'offline', connections: new Set<ConnectionId>(), version: 0, createdAt: now });
      return 'created';
    },

    async createOwned({ userId, subject, now: createdAt }) {
      if (profiles.get(userId)) return 'taken';
      const connections = new Set<ConnectionId>();
      profiles.put(userId, { state: 'offline', connections, version: 0, createdAt, subject });
      return 'created';
    },

    async ownerOf(userId) {
      const profile = profiles.get(userId);
      return profile && { subject: profile.subject };
    },

    async credentialOf(userId) {
      return credentials.get(userId);
    },

    async changeCredential({ userId, seenHash, ...change }) {
      const credential = credentials.get(userId);
      if (!credential || credential.passwordHash !== (seenHash ?? credential.passwordHash)) return 'refused';
      credentials.put(userId, { ...credential, ...change });
      return 'changed';
    },

    async charge(userId, charge) {
      const profile = profiles.get(userId);
      if (!profile) throw new Error(`There is no profile of ${userId}.`);
      const charging = charged(profile, charge);
      if (!charging) return { state: 'owing', tat: profile.tat ?? 0 };
      profiles.put(userId, { ...profile, tat: charging.tat });
      return { state: 'charged' };
    },

    async snapshotOf(userId) {
      const profile = profiles.get(userId);
      if (!profile) throw new Error(`There is no profile of ${userId}.`);
      const inbox = [...(inboxes.get(userId)?.values() ?? [])];
      // As the Query has them, which runs backwards: see `adapters/dynamodb/accounts.ts`.
      inbox.sort((one, other) => inKeyOrder(other.conversation, one.conversation));
      const { connections, createdAt } = profile;
      const known = friendsInOrder(friends.get(userId));
      return { devices: connections.size, createdAt, friends: known, inbox, complete: true };
    },
  };
}
