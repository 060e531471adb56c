import { expect, it } from '@jest/globals';
import type { PairAttempts, Warming } from '../../../src/domain/ports/ports';
import { describeOn, type Engine, storesOn } from '../subjects';
import { bound, newConnectionId, newUserId, opened, registered } from './fixtures';

const NOW = 1_000_000_000;
const FIRST = { now: NOW, expiresAt: 1_003_600 };
const FRESH = { failures: 1, openAt: 0, known: false, waited: false, expiresAt: 1_003_600 };

export function loginAttemptsContract(engine: Engine): void {
  describeOn(engine, `login attempts on ${engine.name}`, (database) => {
    const attempts = () => storesOn(database()).attempts;
    const newPair = () => ({ userId: newUserId(), address: newUserId() as string });
    const warming = (change: Partial<Warming>): Warming => ({
      of: newPair(),
      isWarm: false,
      now: NOW,
      stepMs: 6_000,
      hotUntilMax: NOW + 20_000,
      expiresAt: 1_000_300,
      ...change,
    });

    it('has evidence of a user who does not exist as of one who does, but for the credential', async () => {
      const userId = await registered(storesOn(database()));
      const cold = { state: 'read', accountHotUntil: 0, addressHotUntil: 0 };

      expect(await attempts().evidenceFor({ userId, address: 'a' })).toEqual({
        ...cold,
        credential: { passwordHash: 'h', tokenKey: 'k' },
      });
      expect(await attempts().evidenceFor(newPair())).toEqual(cold);
    });

    it('begins with a pair that is new, once for all who try at the same time', async () => {
      const pair = newPair();

      const outcomes = await Promise.all([1, 2, 3].map(() => attempts().begin(pair, FIRST)));

      expect(outcomes.map(({ state }) => state).sort()).toEqual(['begun', 'seen', 'seen']);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ attempts: FRESH });
    });

    it('begins with a pair that is known, and keeps it known until then', async () => {
      const pair = newPair();
      await attempts().forgive(pair, 2_000_000);
      const known = { failures: 1, openAt: 0, known: true, waited: false, expiresAt: 2_000_000 };

      expect(await attempts().begin(pair, FIRST)).toEqual({ state: 'begun', attempts: known });
      expect(await attempts().begin(pair, FIRST)).toEqual({ state: 'seen', attempts: known });
    });

    it('does not begin with what has expired and is still there', async () => {
      const pair = newPair();
      const rest = { failures: 0, openAt: 0, known: true, waited: false };
      await attempts().forgive(pair, NOW / 1000);

      expect(await attempts().begin(pair, FIRST)).toEqual({
        state: 'seen',
        attempts: { ...rest, expiresAt: NOW / 1000 },
      });
    });

    it('replaces what is as it was seen, once for all who saw the same', async () => {
      const pair = newPair();
      await attempts().begin(pair, FIRST);
      const next = (failures: number): PairAttempts => ({ ...FRESH, failures, openAt: 7, waited: true });

      const outcomes = await Promise.all([2, 3].map((n) => attempts().replace({ pair, seen: FRESH, next: next(n) })));

      const winner = next([2, 3][outcomes.findIndex(({ state }) => state === 'replaced')] ?? 0);
      expect(outcomes).toContainEqual({ state: 'changed', seen: winner });
      expect(await attempts().begin(pair, FIRST)).toEqual({ state: 'seen', attempts: winner });
    });

    it('makes a pair that was not there, and not one that is', async () => {
      const pair = newPair();
      const [one, other] = [FRESH, { ...FRESH, failures: 2 }];

      expect(await attempts().replace({ pair, seen: one, next: other })).toEqual({ state: 'changed' });
      expect(await attempts().replace({ pair, seen: undefined, next: one })).toEqual({ state: 'replaced' });
      expect(await attempts().replace({ pair, seen: undefined, next: other })).toEqual({ state: 'changed', seen: one });
    });

    it('forgives everything, whatever there was', async () => {
      const pair = newPair();
      await attempts().replace({ pair, seen: undefined, next: { ...FRESH, failures: 30, openAt: 9, waited: true } });

      expect(await attempts().forgive(pair, 1_500_000)).toBe('forgiven');

      const known = { failures: 1, openAt: 0, known: true, waited: false, expiresAt: 1_500_000 };
      expect(await attempts().begin(pair, FIRST)).toEqual({ state: 'begun', attempts: known });
    });

    it('warms what is cold from now on, and what is warm from when it would have cooled', async () => {
      const pair = newPair();
      const of = { userId: pair.userId };

      expect(await attempts().warm(warming({ of, isWarm: true }))).toBe('changed');
      expect(await attempts().warm(warming({ of }))).toBe('warmed');
      expect(await attempts().warm(warming({ of, now: NOW + 1_000 }))).toBe('changed');
      expect(await attempts().warm(warming({ of, now: NOW + 1_000, isWarm: true }))).toBe('warmed');

      expect(await attempts().evidenceFor(pair)).toMatchObject({ accountHotUntil: NOW + 12_000, addressHotUntil: 0 });
    });

    it('warms nothing beyond the hottest there is, and begins anew when it has cooled', async () => {
      const pair = newPair();
      const of = { address: pair.address };
      const late = NOW + 60_000;
      await attempts().warm(warming({ of }));
      const hot = warming({ of, isWarm: true, hotUntilMax: NOW + 6_000 });

      expect(await attempts().warm({ ...hot, hotUntilMax: NOW + 6_001 })).toBe('warmed');
      expect(await attempts().warm(hot)).toBe('hottest');
      expect(await attempts().warm(warming({ of, now: late, hotUntilMax: late + 20_000 }))).toBe('warmed');

      expect(await attempts().evidenceFor(pair)).toMatchObject({ accountHotUntil: 0, addressHotUntil: late + 6_000 });
    });

    it('counts failures on a connection, bound or not, and never makes one', async () => {
      const [unbound, { connectionId }] = [await opened(storesOn(database())), await bound(storesOn(database()))];
      const absent = newConnectionId();

      const counts = await Promise.all([unbound, unbound, unbound].map((id) => attempts().countFailure(id)));

      expect(counts.map((count) => 'failures' in count && count.failures).sort()).toEqual([1, 2, 3]);
      expect(await attempts().countFailure(connectionId)).toEqual({ state: 'counted', failures: 1 });
      expect(await attempts().countFailure(absent)).toEqual({ state: 'absent' });
      expect(await storesOn(database()).connections.find(absent)).toBeUndefined();
    });
  });
}
