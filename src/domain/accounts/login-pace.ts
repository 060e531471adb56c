import {
  LOGIN_ATTEMPTS_FREE,
  LOGIN_FORGOTTEN_MS,
  LOGIN_HEAT_FREE_MS,
  LOGIN_PAUSE_FIRST_MS,
  LOGIN_PAUSE_MAX_MS,
  LOGIN_WAIT_MAX_MS,
} from '../../protocol/limits';
import type { Evidence, PairAttempts } from '../ports/login-ports';

export interface Verdict {
  /** For how long the attempt is not looked at; 0: it is. */
  readonly waitMs: number;
  /** What the pair is from now on; absent if it stays as it is. */
  readonly next?: PairAttempts;
}

interface Moment {
  readonly now: number;
  /** What the heat asks of whoever is not known. */
  readonly heatWaitMs: number;
}

/**
 * Whether an attempt of a pair is looked at now, or when. A pair's own failures make it wait; the heat of its account and of
 * its address, which others can make, only does so once, and only if the pair is not known. The wait is then the pair's own:
 * what others do in the meantime changes nothing.
 */
export function judge(seen: PairAttempts | undefined, { now, heatWaitMs }: Moment): Verdict {
  const { failures, openAt, known, waited } = isPast(seen, now) ? NOBODY : seen;
  if (openAt > now) return { waitMs: openAt - now };
  if (heatWaitMs > 0 && !known && !waited) {
    // After its wait it has one attempt before its next pause: or a thousand addresses would have ten thousand.
    const atLeast = LOGIN_ATTEMPTS_FREE - 1;
    const next = { failures: Math.max(failures, atLeast), openAt: now + heatWaitMs, known, waited: true };
    return { waitMs: heatWaitMs, next: { ...next, expiresAt: forgottenAt(next.openAt) } };
  }
  const next = { failures: failures + 1, openAt: now + pauseMs(failures + 1, known), known, waited };
  return { waitMs: 0, next: { ...next, expiresAt: known && seen ? seen.expiresAt : forgottenAt(next.openAt) } };
}

const NOBODY = { failures: 0, openAt: 0, known: false, waited: false };

/** The table's TTL deletes late: what has expired is not there, whether or not it has been deleted. */
function isPast(seen: PairAttempts | undefined, now: number): seen is undefined {
  return seen === undefined || seen.expiresAt * 1000 <= now;
}

/** When a pair is forgotten, in seconds since 1970, if nothing more is heard of it. */
export function forgottenAt(openAt: number): number {
  return Math.ceil((openAt + LOGIN_FORGOTTEN_MS) / 1000);
}

/** The pause after so many failures. Who is known never waits longer than the first one. */
function pauseMs(failures: number, known: boolean): number {
  if (failures < LOGIN_ATTEMPTS_FREE) return 0;
  const doublings = known ? 0 : failures - LOGIN_ATTEMPTS_FREE;
  return Math.min(LOGIN_PAUSE_MAX_MS, LOGIN_PAUSE_FIRST_MS * 2 ** doublings);
}

/** What the hotter of the two asks of whoever is not known. A few failures ask nothing: people mistype. */
export function heatWaitMs({ accountHotUntil, addressHotUntil }: Evidence, now: number): number {
  const heatMs = Math.max(accountHotUntil, addressHotUntil) - now;
  return Math.min(LOGIN_WAIT_MAX_MS, Math.max(0, heatMs - LOGIN_HEAT_FREE_MS));
}
