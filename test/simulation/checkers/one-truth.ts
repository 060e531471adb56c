import type { UserId } from '../../../src/protocol/ids';
import type { Commit, ConnectionWrite, ProfileWrite } from '../commits';
import type { Checker, CheckerWorld } from './checker';

/**
 * P1: `Connections[c].userId = u` ⇔ `c ∈ PROFILE[u].connections`. P2: `PROFILE[u].state = 'online'` ⇔ its set is not empty, and
 * `version` grows with every flip. At every instant; so after each step it is enough to look at what the step wrote.
 */
export function oneTruth({ tables, complain }: CheckerWorld): Checker {
  const expectMapped = (connectionId: ConnectionWrite['key'], userId: UserId) => {
    const isBound = tables.connections.get(connectionId)?.userId === userId;
    const isListed = tables.profiles.get(userId)?.connections.has(connectionId) ?? false;
    if (isBound && !isListed) complain('P1', `${connectionId} is bound to ${userId}, whose profile does not have it`);
    if (isListed && !isBound) complain('P1', `the profile of ${userId} has ${connectionId}, which is not theirs`);
  };

  const checkConnection = ({ key, before, after }: ConnectionWrite) => {
    if (before?.userId !== undefined) expectMapped(key, before.userId);
    if (after?.userId !== undefined) expectMapped(key, after.userId);
  };

  const checkProfile = ({ key, before, after }: ProfileWrite) => {
    if (!after) return complain('P2', `the profile of ${key} is gone`);
    for (const connectionId of new Set([...(before?.connections ?? []), ...after.connections])) {
      expectMapped(connectionId, key);
    }
    const due = after.connections.size > 0 ? 'online' : 'offline';
    if (after.state !== due) complain('P2', `${key} is ${after.state} with ${after.connections.size} connections`);
    if (before) checkVersion(key, before, after);
  };

  const checkVersion = (key: UserId, before: Version, after: Version) => {
    const isFlip = before.state !== after.state;
    if (after.version < before.version) complain('P2', `the version of ${key} went back to ${after.version}`);
    if (isFlip && after.version === before.version) complain('P2', `${key} flipped, and the version stayed`);
  };

  return {
    committed({ connections, profiles }: Commit) {
      for (const write of connections) checkConnection(write);
      for (const write of profiles) checkProfile(write);
    },
  };
}

interface Version {
  readonly state: string;
  readonly version: number;
}
