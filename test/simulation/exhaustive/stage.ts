import { segmentOf } from '../../../src/adapters/memory/connections';
import { storesIn } from '../../../src/adapters/memory/stores';
import { type ConnectionRow, emptyTables } from '../../../src/adapters/memory/tables';
import type { ExpiredPage } from '../../../src/domain/ports';
import type { ConnectionId, GroupId, MessageId, UserId } from '../../../src/protocol/ids';
import type { Checker, Violation } from '../checkers/checker';
import { LiveStayOnline } from '../checkers/live-stay-online';
import { noResurrection } from '../checkers/no-resurrection';
import { oneTruth } from '../checkers/one-truth';
import { Writes } from '../commits';
import { PASSWORD } from '../device';
import { countedTokens, EPOCH_MS, type Invocation, type Ports, readablePasswords } from '../lambdas';
import { turn } from '../scheduler';
import type { Peer, Socket } from '../socket';
import type { Step, WorldPorts } from '../steps';
import type { WorldOptions } from '../world';
import type { Concerned, Handler, RowState } from './handlers';

const ANN = 'ann' as UserId;
const BOB = 'bob' as UserId;
const LEASE_MS = 20_000;
const LATER_MS = 3_600_000;
const DEVICES_MAX = 20;

/** What proves who somebody is, what no handler here changes, and what only decorates a reply: no schedule turns on when it happens. */
const NO_STEPS = new Set([
  'accounts.credentialOf',
  'accounts.changeCredential',
  'accounts.snapshotOf',
  'presence.profilesOf',
  'friends.page',
]);

/** What `devices` ends with, to make its reply. */
const LISTS = new Set(['connections.listOf', 'presence.connectionsOf']);

const MICROTASKS_MAX = 40;

/** A handler under way, and what it waits for: the calls that it has made and that have not arrived. */
export class Actor {
  readonly calls: (() => void)[] = [];
  isOver = false;

  /** The next call arrives, is answered, and all that follows from the answer is done. */
  async advance(): Promise<void> {
    this.calls.shift()?.();
    const left = this.calls.length;
    // Usually it is a few microtasks to the next call or to the end; a turn of the event loop costs ten times as much.
    for (let microtask = 0; microtask < MICROTASKS_MAX; microtask++) {
      await undefined;
      if (this.isOver || this.calls.length > left) return;
    }
    await turn();
  }
}

/** A few connections of one user, and the handlers that meet on them: a millisecond from one arrival to the next. */
export class Stage {
  readonly violations: Violation[] = [];
  readonly #tables = emptyTables();
  readonly #options: WorldOptions;
  readonly #tokens = countedTokens();
  readonly #sockets = new Map<ConnectionId, Socket>();
  readonly #checkers: readonly Checker[];
  readonly #writes: Writes;
  readonly #ports: WorldPorts;
  #now = 0;

  constructor(states: readonly RowState[], options: WorldOptions) {
    this.#options = options;
    const bound = this.#populate(states);
    const world = {
      tables: this.#tables,
      now: () => this.#now,
      complain: (property: string, what: string) => this.violations.push({ property, what }),
      socketOf: (connectionId: string) => this.#sockets.get(connectionId as ConnectionId),
    };
    const live = new LiveStayOnline({ ...world, devicesMax: 1 });
    if (bound.length > 0) live.full(ANN);
    states.forEach((state, index) => {
      if (state === 'bound') live.heard(idOf(index), { at: 0, landedAt: 0, leaseMs: LEASE_MS });
    });
    this.#checkers = [oneTruth(world), live, noResurrection(world)];
    this.#writes = new Writes(this.#tables);
    const { wrapPorts = (ports) => ports } = options;
    this.#ports = wrapPorts({ ...storesIn(this.#tables), sockets: this.#api }, this.#tables);
  }

  /** The connections that are bound. */
  #populate(states: readonly RowState[]): readonly ConnectionId[] {
    const { connections, credentials, profiles, friends } = this.#tables;
    const bound: ConnectionId[] = [];
    states.forEach((state, index) => {
      const connectionId = idOf(index);
      this.#sockets.set(connectionId, openSocket(connectionId));
      const row = rowOf(connectionId, state);
      if (row) connections.put(connectionId, row);
      if (row?.userId) bound.push(connectionId);
    });
    credentials.put(ANN, { passwordHash: `hash of ${PASSWORD}`, tokenKey: 'key' });
    const state = bound.length > 0 ? 'online' : 'offline';
    profiles.put(ANN, { state, connections: new Set(bound), version: bound.length, createdAt: EPOCH_MS });
    friends.put(BOB, new Map([[ANN, { userId: ANN, state: 'friends', since: EPOCH_MS }]]));
    return bound;
  }

  /** Starts a handler: it makes its first calls, and nothing has arrived yet. */
  start(handler: Handler, concerned: Concerned): Actor {
    const actor = new Actor();
    const { wrapCalls = (ports) => ports, operations } = this.#options;
    const invocation: Invocation = {
      name: handler.name,
      route: handler.route,
      connectionId: concerned.mine,
      startedAt: this.#now,
      skewMs: 0,
      isOver: false,
    };
    const socket = this.#sockets.get(concerned.mine);
    if (handler.isAfterClose && socket) socket.state = 'closed';
    const ended = () => {
      actor.isOver = true;
      if (handler.isAfterClose && socket) socket.disconnectedAt = this.#now;
    };
    const ports = wrapCalls(this.#portsOf(actor, invocation, handler), invocation);
    handler.run(operations, ports, concerned).then(ended, (cause: unknown) => {
      actor.isOver = true;
      this.violations.push({ property: 'bug', what: String(cause) });
    });
    return actor;
  }

  /** Long after: every client has been silent since, and the sweep comes twice. What has closed must be gone by then. */
  async recover(sweep: Handler): Promise<void> {
    this.#now += LATER_MS;
    for (let pass = 0; pass < 2; pass++) await this.#finish(this.start(sweep, { mine: idOf(0), other: idOf(0) }));
    for (const { connectionId, state } of this.#sockets.values()) {
      const row = this.#tables.connections.get(connectionId);
      if (row && state === 'closed') this.violations.push({ property: 'P3', what: `${connectionId} is still there` });
    }
  }

  async #finish(actor: Actor): Promise<void> {
    await turn();
    while (actor.calls.length > 0) await actor.advance();
  }

  readonly #api: WorldPorts['sockets'] = {
    push: async (connectionId) => (this.#isOpen(connectionId) ? 'delivered' : 'gone'),
    probe: async (connectionId) => (this.#isOpen(connectionId) ? 'open' : 'gone'),
    close: async (connectionId) => {
      const socket = this.#sockets.get(connectionId);
      if (socket?.state !== 'open') return 'gone';
      socket.state = 'closed';
      return 'closed';
    },
  };

  #isOpen(connectionId: ConnectionId): boolean {
    return this.#sockets.get(connectionId)?.state === 'open';
  }

  #portsOf(actor: Actor, invocation: Invocation, { hearsGone, devicesMax = DEVICES_MAX }: Handler): Ports {
    const stepped = Object.entries(this.#ports).map(([port, methods]) => {
      // Made on demand: of some thirty methods a handler calls a few, and there are hundreds of thousands of schedules.
      const get = (target: object, method: string) => {
        const name = `${port}.${method}`;
        const real = (target as Record<string, Method>)[method];
        if (!real) throw new Error(`There is no ${name}.`);
        const isAsked = name === 'sockets.push' || name === 'sockets.probe';
        const effect: Method = async (...args) =>
          hearsGone && isAsked && String(args[0]) === invocation.connectionId ? 'gone' : real(...args);
        return (...args: never[]) => this.#call(actor, { invocation, name, args, calledAt: this.#now }, effect);
      };
      return [port, new Proxy(methods, { get })];
    });
    return {
      ...(Object.fromEntries(stepped) as WorldPorts),
      clock: { now: () => EPOCH_MS + this.#now, sleep: async () => undefined },
      chance: { fraction: () => 0, groupId: () => 'group' as GroupId, messageId: () => 'm' as MessageId },
      report: () => undefined,
      settings: { leaseMs: LEASE_MS, loginGraceMs: LEASE_MS, devicesMax },
      passwords: readablePasswords,
      tokens: this.#tokens,
    };
  }

  #call(actor: Actor, step: Step, effect: Method): Promise<unknown> {
    if (this.#isNoStep(step)) return effect(...(step.args as never[]));
    return new Promise((resolve) => {
      actor.calls.push(() => resolve(this.#arrive(step, effect)));
    });
  }

  /** Of the sweep's parallel scan, the parts where no connection of ours can ever be are left out, too. */
  #isNoStep({ name, args, invocation }: Step): boolean {
    if (invocation.route === 'devices' && LISTS.has(name)) return true;
    if (name !== 'connections.expired') return NO_STEPS.has(name);
    const { segment, segments } = args[0] as ExpiredPage;
    return [...this.#sockets.keys()].every((connectionId) => segmentOf(connectionId, segments) !== segment);
  }

  #arrive(step: Step, effect: Method): Promise<unknown> {
    this.#now++;
    if (step.name.startsWith('sockets.')) for (const checker of this.#checkers) checker.asked?.(step);
    const outcome = effect(...(step.args as never[]));
    const commit = this.#writes.take(step);
    for (const checker of this.#checkers) checker.stepped?.(step);
    if (commit) for (const checker of this.#checkers) checker.committed?.(commit);
    if (step.name.startsWith('sockets.')) {
      outcome.then((answer) => {
        for (const checker of this.#checkers) checker.answered?.(step, String(answer));
      });
    }
    return outcome;
  }
}

type Method = (...args: never[]) => Promise<unknown>;

export const idOf = (index: number) => `c${index + 1}` as ConnectionId;

const nobody: Peer = { name: 'ann', heartbeat: 10, opened: () => {}, received: () => {}, closed: () => {} };

function openSocket(connectionId: ConnectionId): Socket {
  const times = { openedAt: 0, activeAt: 0, endedAt: undefined, disconnectedAt: undefined, upAt: 0, downAt: 0 };
  return { connectionId, peer: nobody, state: 'open', hasPeer: true, ...times };
}

function rowOf(connectionId: ConnectionId, state: RowState): ConnectionRow | undefined {
  if (state === 'absent') return undefined;
  const isExpired = state.endsWith('expired');
  // Whoever spoke has done so before: a lease of this very millisecond would look like the one that it replaces.
  const leaseUntil = EPOCH_MS + (isExpired ? -1 : LEASE_MS - 1_000);
  const row = { connectionId, connectedAt: EPOCH_MS, leaseUntil, sourceIp: '::1' };
  if (state.startsWith('unbound')) return row;
  const promise = state.startsWith('silent') ? {} : { heartbeatMs: LEASE_MS / 2 };
  return { ...row, userId: ANN, leaseMs: LEASE_MS, ...promise };
}
