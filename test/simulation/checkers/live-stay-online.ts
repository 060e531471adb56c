import type { ConnectionId, UserId } from '../../../src/protocol/ids';
import { type Commit, type ConnectionWrite, type ProfileWrite, unboundUser } from '../commits';
import { type Invocation, LAMBDA_LIMIT_MS, SKEW_MS_MAX } from '../lambdas';
import type { Step } from '../steps';
import type { Checker, CheckerWorld } from './checker';

interface Sign {
  /** When the Lambda that heard it read its clock. */
  readonly at: number;
  readonly leaseMs: number;
  /** When it was written down. */
  readonly landedAt: number;
}

interface FalseGone {
  readonly connectionId: ConnectionId;
  readonly askedAt: number;
}

const SIGNS_OF_LIFE = new Set(['connections.touch', 'presence.bind']);
const BY_REQUEST = new Set(['logout', 'devices']);

type LiveWorld = CheckerWorld & { readonly devicesMax: number };

/**
 * P4: nothing unbinds, and nothing closes, a connection whose socket is open and which spoke within its lease, unless somebody
 * asked for it: a logout, a revocation, a login at the cap on devices. Two independent false `gone`s may, if nothing was heard
 * since the later one was asked for.
 */
export class LiveStayOnline implements Checker {
  readonly #world: LiveWorld;
  readonly #signs = new Map<ConnectionId, Sign>();
  /** For whom a Lambda runs, as far as it knows. */
  readonly #callers = new Map<Invocation, UserId>();
  /** Until when all places of a user were taken. */
  readonly #fullUntil = new Map<UserId, number>();
  readonly #falseGones = new Map<Invocation, FalseGone[]>();

  constructor(world: LiveWorld) {
    this.#world = world;
  }

  committed({ step, connections, profiles }: Commit): void {
    for (const write of profiles) this.#noteFull(write);
    for (const write of connections) {
      if (SIGNS_OF_LIFE.has(step.name)) this.#hear(step, write);
      const userId = unboundUser(write);
      if (userId === undefined || this.#isAskedFor(step, userId)) continue;
      if (this.#isLive(write.key) && !this.#isExcused(step, write.key)) {
        this.#world.complain('P4', `${write.key} is open, and spoke within its lease: ${userId} is unbound from it`);
      }
    }
  }

  /** Whoever touches a connection runs for its user, even if a newer sign of life has come before. */
  stepped({ name, invocation, args }: Step): void {
    if (name !== 'connections.touch') return;
    const userId = this.#world.tables.connections.get(args[0] as ConnectionId)?.userId;
    if (userId !== undefined) this.#callers.set(invocation, userId);
  }

  asked({ name, args }: Step): void {
    if (name !== 'sockets.close') return;
    const connectionId = args[0] as ConnectionId;
    const isBound = this.#world.tables.connections.get(connectionId)?.userId !== undefined;
    if (isBound && this.#isLive(connectionId)) {
      this.#world.complain('P4', `${connectionId} is bound, and spoke within its lease: it is closed`);
    }
  }

  answered({ invocation, args, calledAt }: Step, answer: string): void {
    const connectionId = args[0] as ConnectionId;
    if (answer !== 'gone' || !this.#isOpen(connectionId)) return;
    const known = this.#falseGones.get(invocation) ?? [];
    this.#falseGones.set(invocation, [...known, { connectionId, askedAt: calledAt }]);
  }

  heard(connectionId: ConnectionId, sign: Sign): void {
    this.#signs.set(connectionId, sign);
  }

  full(userId: UserId): void {
    this.#fullUntil.set(userId, Number.POSITIVE_INFINITY);
  }

  /** The newest sign counts, however late another one lands. */
  #hear({ calledAt }: Step, { key, before, after }: ConnectionWrite): void {
    if (after?.userId === undefined) return;
    // The same request has landed once more: nothing was heard.
    if (before?.userId === after.userId && before.leaseUntil === after.leaseUntil && before.tat === after.tat) return;
    if ((this.#signs.get(key)?.at ?? 0) > calledAt) return;
    this.heard(key, { at: calledAt, leaseMs: after.leaseMs ?? 0, landedAt: this.#world.now() });
  }

  /** A user may log out their own devices. Whoever finds all places taken makes one free, even if others have done the same meanwhile. */
  #isAskedFor({ invocation }: Step, userId: UserId): boolean {
    if (invocation.route !== 'login') {
      return BY_REQUEST.has(invocation.route) && this.#callers.get(invocation) === userId;
    }
    return this.#world.now() <= (this.#fullUntil.get(userId) ?? Number.NEGATIVE_INFINITY) + LAMBDA_LIMIT_MS;
  }

  #noteFull({ key, before, after }: ProfileWrite): void {
    const { devicesMax, now } = this.#world;
    if ((after?.connections.size ?? 0) >= devicesMax) this.full(key);
    else if ((before?.connections.size ?? 0) >= devicesMax) this.#fullUntil.set(key, now());
  }

  #isOpen(connectionId: ConnectionId): boolean {
    const socket = this.#world.socketOf(connectionId);
    return socket?.state === 'open' && socket.hasPeer;
  }

  #isLive(connectionId: ConnectionId): boolean {
    const sign = this.#signs.get(connectionId);
    if (!sign || !this.#isOpen(connectionId)) return false;
    return this.#world.now() < sign.at + sign.leaseMs - 2 * SKEW_MS_MAX;
  }

  #isExcused({ invocation }: Step, connectionId: ConnectionId): boolean {
    const gones = (this.#falseGones.get(invocation) ?? []).filter((gone) => gone.connectionId === connectionId);
    const later = gones.at(-1);
    return gones.length > 1 && later !== undefined && (this.#signs.get(connectionId)?.landedAt ?? 0) <= later.askedAt;
  }
}
