import type { Heated, LoginAttempts, LoginPair, PairAttempts } from '../../domain/ports/ports';
import type { Tables } from './tables';

/** The same clauses as in `adapters/dynamodb/login-attempts.ts`, where each says which race it decides. */
export function loginAttemptsIn({ credentials, pairs, heats, connections }: Tables): LoginAttempts {
  const hotUntil = (of: Heated) => heats.get(heatName(of))?.hotUntil ?? 0;
  const attemptsOf = (pair: LoginPair) => pairs.get(pairName(pair))?.attempts;
  const put = (pair: LoginPair, attempts: PairAttempts) => pairs.put(pairName(pair), { pair, attempts });
  return {
    async evidenceFor({ userId, address }) {
      return {
        state: 'read',
        credential: credentials.get(userId),
        accountHotUntil: hotUntil({ userId }),
        addressHotUntil: hotUntil({ address }),
      };
    },

    async begin(pair, { now, expiresAt }) {
      const seen = attemptsOf(pair);
      const isAtRest = seen?.known && seen.failures === 0 && seen.expiresAt > Math.floor(now / 1000);
      if (seen && !isAtRest) return { state: 'seen', attempts: seen };
      const fresh = { known: false, waited: false, expiresAt };
      const attempts = { ...(seen ?? fresh), failures: 1, openAt: 0 };
      put(pair, attempts);
      return { state: 'begun', attempts };
    },

    async replace({ pair, seen, next }) {
      const now = attemptsOf(pair);
      const isAsSeen =
        now?.failures === seen?.failures && now?.openAt === seen?.openAt && now?.expiresAt === seen?.expiresAt;
      if (!isAsSeen) return { state: 'changed', seen: now };
      put(pair, next);
      return { state: 'replaced' };
    },

    async forgive(pair, expiresAt) {
      put(pair, { failures: 0, openAt: 0, known: true, waited: false, expiresAt });
      return 'forgiven';
    },

    async warm({ of, isWarm, now, stepMs, hotUntilMax, expiresAt }) {
      const before = hotUntil(of);
      if (isWarm ? before <= now || before >= hotUntilMax : before > now)
        return before >= hotUntilMax ? 'hottest' : 'changed';
      heats.put(heatName(of), { of, hotUntil: (isWarm ? before : now) + stepMs, expiresAt });
      return 'warmed';
    },

    async countFailure(connectionId) {
      const row = connections.get(connectionId);
      if (!row) return { state: 'absent' };
      const failures = (row.loginFailures ?? 0) + 1;
      connections.put(connectionId, { ...row, loginFailures: failures });
      return { state: 'counted', failures };
    },
  };
}

const pairName = ({ userId, address }: LoginPair) => `${userId}#${address}`;
const heatName = (of: Heated) => ('userId' in of ? `account ${of.userId}` : `address ${of.address}`);
