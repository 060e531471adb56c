import type { UserId } from '../../protocol/ids';
import {
  LOGIN_FAILURES_MAX,
  LOGIN_HEAT_FREE_MS,
  LOGIN_HEAT_STEP_MS,
  LOGIN_KNOWN_MS,
  LOGIN_WAIT_MAX_MS,
} from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import type { Evidence, Heated, LoginAttempts, LoginPair } from '../ports/login-ports';
import type { Caller } from '../ports/operation';
import type { Credential, Passwords } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';
import { addressOf } from './address';
import { forgottenAt, heatWaitMs, judge } from './login-pace';

export interface ProvePasswordPorts extends SettlePorts {
  readonly attempts: LoginAttempts;
  readonly passwords: Pick<Passwords, 'verify'>;
}

interface Claim {
  readonly userId: UserId;
  readonly password: string;
  /** Whether failures on this connection are counted, and the last one that it may have closes it. */
  readonly closes: boolean;
}

export interface ProvedPassword {
  readonly credential: Credential;
  /** Takes the attempt back. To be called, beside whatever comes next. */
  readonly forgive: () => Promise<unknown>;
}

/**
 * The credential of a user whose password the caller knows. Refuses `wrong_credentials`, with the same work and the same words
 * for a wrong password and for an unknown user; and `too_many_attempts`, without that work, for both alike.
 *
 * An attempt is counted before it is looked at, or many at once would all be the first. ARCHITECTURE.md, "Guessing".
 */
export async function provePassword(ports: ProvePasswordPorts, caller: Caller, claim: Claim): Promise<ProvedPassword> {
  const pair = { userId: claim.userId, address: addressOf(caller.sourceIp) };
  const reading = readEvidence(ports, pair);
  const [evidence, waitMs] = await Promise.all([reading, waitOf(ports, pair, reading)]);
  if (waitMs > 0) throw await tooSoon(ports, { ...claim, ...caller }, waitMs);
  const { credential } = evidence;
  const isRight = await ports.passwords.verify(claim.password, credential?.passwordHash);
  if (!credential || !isRight) throw await wrong(ports, { ...claim, ...caller }, pair, evidence);
  return { credential, forgive: () => settle(ports, () => ports.attempts.forgive(pair, knownUntil(ports))) };
}

function readEvidence(ports: ProvePasswordPorts, pair: LoginPair): Promise<Evidence> {
  return settle(ports, () => ports.attempts.evidenceFor(pair));
}

/**
 * Counts the attempt and returns 0, or returns for how long it is not looked at, in milliseconds. One request beside that for
 * the evidence, where there is nothing against the pair; otherwise a second one.
 */
async function waitOf(ports: ProvePasswordPorts, pair: LoginPair, reading: Promise<Evidence>): Promise<number> {
  const now = ports.clock.now();
  const [begun, evidence] = await Promise.all([begin(ports, pair, now), reading]);
  const moment = { now, heatWaitMs: heatWaitMs(evidence, now) };
  if (begun.state === 'begun' && (begun.attempts.known || moment.heatWaitMs === 0)) return 0;
  let seen: typeof begun.attempts | undefined = begun.attempts;
  return settle(ports, async () => {
    const { waitMs, next } = judge(seen, moment);
    if (!next) return waitMs;
    const outcome = await ports.attempts.replace({ pair, seen, next });
    if (outcome.state === 'changed') seen = outcome.seen;
    return outcome.state === 'replaced' ? waitMs : 'conflict';
  });
}

function begin(ports: ProvePasswordPorts, pair: LoginPair, now: number) {
  return settle(ports, () => ports.attempts.begin(pair, { now, expiresAt: forgottenAt(now) }));
}

type Claimant = Pick<Claim, 'closes'> & Pick<Caller, 'connectionId'>;

async function tooSoon(ports: ProvePasswordPorts, claimant: Claimant, waitMs: number): Promise<Refusal> {
  const closesConnection = await isLastFailure(ports, claimant);
  return new Refusal('too_many_attempts', { retryAfter: Math.ceil(waitMs / 1000), closesConnection });
}

async function wrong(
  ports: ProvePasswordPorts,
  claimant: Claimant,
  { userId, address }: LoginPair,
  { accountHotUntil, addressHotUntil }: Evidence,
): Promise<Refusal> {
  const [closesConnection] = await Promise.all([
    isLastFailure(ports, claimant),
    warm(ports, { userId }, accountHotUntil),
    warm(ports, { address }, addressHotUntil),
  ]);
  return new Refusal('wrong_credentials', { closesConnection });
}

/** Whether the connection has had its last failure. Without a row it is known no longer, and is closed as well: the fence. */
async function isLastFailure(ports: ProvePasswordPorts, { closes, connectionId }: Claimant): Promise<boolean> {
  if (!closes) return false;
  const counted = await settle(ports, () => ports.attempts.countFailure(connectionId));
  return counted.state === 'absent' || counted.failures >= LOGIN_FAILURES_MAX;
}

const HEAT_MS_MAX = LOGIN_HEAT_FREE_MS + LOGIN_WAIT_MAX_MS;

/** What is as hot as it can be is not written to any more: an attack must not make it a bottleneck. */
async function warm(ports: ProvePasswordPorts, of: Heated, hotUntil: number): Promise<void> {
  const now = ports.clock.now();
  if (hotUntil - now >= HEAT_MS_MAX) return;
  const expiresAt = Math.ceil((now + 2 * HEAT_MS_MAX) / 1000);
  let isWarm = hotUntil > now;
  await settle(ports, async () => {
    const warming = { of, isWarm, now, stepMs: LOGIN_HEAT_STEP_MS, hotUntilMax: now + HEAT_MS_MAX, expiresAt };
    const outcome = await ports.attempts.warm(warming);
    if (outcome === 'changed') isWarm = !isWarm;
    return outcome === 'changed' ? 'conflict' : outcome;
  });
}

function knownUntil({ clock }: ProvePasswordPorts): number {
  return Math.ceil((clock.now() + LOGIN_KNOWN_MS) / 1000);
}
