import { describe, expect, it } from '@jest/globals';
import { heatWaitMs, judge } from '../../src/domain/accounts/login-pace';
import type { PairAttempts } from '../../src/domain/ports/ports';
import {
  LOGIN_ATTEMPTS_FREE,
  LOGIN_FORGOTTEN_MS,
  LOGIN_HEAT_FREE_MS,
  LOGIN_HEAT_STEP_MS,
  LOGIN_PAUSE_FIRST_MS,
  LOGIN_PAUSE_MAX_MS,
  LOGIN_WAIT_MAX_MS,
} from '../../src/protocol/limits';

const NOW = 1_000_000_000;
const LATER = NOW / 1000 + 100_000;
const COLD = { now: NOW, heatWaitMs: 0 };
const HOT = { now: NOW, heatWaitMs: 40_000 };
const pair = (fields: Partial<PairAttempts>): PairAttempts => ({
  failures: 1,
  openAt: 0,
  known: false,
  waited: false,
  expiresAt: LATER,
  ...fields,
});

describe('a pair', () => {
  it('is looked at without a pause before its last free attempt, and with one after it', () => {
    const before = judge(pair({ failures: LOGIN_ATTEMPTS_FREE - 2 }), COLD);
    const last = judge(pair({ failures: LOGIN_ATTEMPTS_FREE - 1 }), COLD);

    expect(before).toMatchObject({ waitMs: 0, next: { failures: LOGIN_ATTEMPTS_FREE - 1, openAt: NOW } });
    expect(last).toMatchObject({ waitMs: 0, next: { openAt: NOW + LOGIN_PAUSE_FIRST_MS } });
  });

  it('is looked at when its pause is over, and not a millisecond before', () => {
    expect(judge(pair({ openAt: NOW }), COLD).waitMs).toBe(0);
    expect(judge(pair({ openAt: NOW + 1 }), COLD)).toEqual({ waitMs: 1 });
  });

  it('waits twice as long each time, up to the longest pause; one that is known, always the first one', () => {
    const pauses = (known: boolean) =>
      [0, 1, 2, 3, 4, 5, 50].map((more) => {
        const { next } = judge(pair({ failures: LOGIN_ATTEMPTS_FREE - 1 + more, known }), COLD);
        return (next?.openAt ?? 0) - NOW;
      });

    const [first, longest] = [LOGIN_PAUSE_FIRST_MS, LOGIN_PAUSE_MAX_MS];
    expect(pauses(false)).toEqual([first, 2 * first, 4 * first, 8 * first, longest, longest, longest]);
    expect(pauses(true)).toEqual(Array(7).fill(first));
  });

  it('is forgotten an hour after its pause, and known for as long as it was', () => {
    const forgotten = (NOW + LOGIN_FORGOTTEN_MS) / 1000;

    expect(judge(undefined, COLD).next).toEqual(pair({ openAt: NOW, expiresAt: forgotten }));
    expect(judge(pair({ failures: 3, known: true }), COLD).next?.expiresAt).toBe(LATER);
  });

  it('is as if it had never been once it has expired, deleted or not', () => {
    const last = { failures: 40, openAt: NOW + 5_000, known: true, waited: true };

    expect(judge(pair({ ...last, expiresAt: NOW / 1000 + 1 }), COLD).waitMs).toBe(5_000);
    expect(judge(pair({ ...last, expiresAt: NOW / 1000 }), COLD)).toEqual(judge(undefined, COLD));
    expect(judge(pair({ ...last, expiresAt: NOW / 1000 }), HOT)).toEqual(judge(undefined, HOT));
  });

  it('waits once where it is hot, and is then on its own, whatever becomes of the heat', () => {
    const told = judge(undefined, HOT);
    const back = judge(told.next, { now: NOW + 40_000, heatWaitMs: LOGIN_WAIT_MAX_MS });

    expect(told).toMatchObject({ waitMs: 40_000, next: { waited: true, openAt: NOW + 40_000 } });
    expect(back).toMatchObject({ waitMs: 0, next: { openAt: NOW + 40_000 + LOGIN_PAUSE_FIRST_MS } });
  });

  it('waits for the heat also if it began before; and not if it is known', () => {
    expect(judge(pair({ failures: 3 }), HOT)).toMatchObject({ waitMs: 40_000, next: { waited: true } });
    expect(judge(pair({ failures: 3, known: true }), HOT)).toMatchObject({ waitMs: 0, next: { failures: 4 } });
  });
});

describe('heat', () => {
  const none = { credential: undefined, accountHotUntil: 0, addressHotUntil: 0 };

  it('asks nothing of anybody up to its free part, and the rest of it beyond, up to the longest wait', () => {
    const waitOf = (heatMs: number) => heatWaitMs({ ...none, accountHotUntil: NOW + heatMs }, NOW);

    expect(waitOf(-1)).toBe(0);
    expect(waitOf(LOGIN_HEAT_FREE_MS)).toBe(0);
    expect(waitOf(LOGIN_HEAT_FREE_MS + 1)).toBe(1);
    expect(waitOf(LOGIN_HEAT_FREE_MS + LOGIN_WAIT_MAX_MS)).toBe(LOGIN_WAIT_MAX_MS);
    expect(waitOf(LOGIN_HEAT_FREE_MS + LOGIN_WAIT_MAX_MS + 1)).toBe(LOGIN_WAIT_MAX_MS);
  });

  it('is that of the account or of the address, whichever is hotter; ten failures at once are free', () => {
    const tenAtOnce = NOW + 10 * LOGIN_HEAT_STEP_MS;

    expect(heatWaitMs({ ...none, addressHotUntil: tenAtOnce, accountHotUntil: 1 }, NOW)).toBe(0);
    expect(heatWaitMs({ ...none, addressHotUntil: tenAtOnce + LOGIN_HEAT_STEP_MS }, NOW)).toBe(LOGIN_HEAT_STEP_MS);
  });
});
