import { segmentOf } from '../../../src/adapters/memory/connections';
import { storesIn } from '../../../src/adapters/memory/stores';
import { type ConnectionRow, emptyTables } from '../../../src/adapters/memory/tables';
import type { ExpiredPage } from '../../../src/domain/ports/ports';
import type { ConnectionId, UserId } from '../../../src/protocol/ids';
import { FREE_RATES } from '../../tooling/free-rates';
import type { Violation } from '../checkers/checker';
import { LiveStayOnline } from '../checkers/live-stay-online';
import { noResurrection } from '../checkers/no-resurrection';
import { oneTruth } from '../checkers/one-truth';
import { PASSWORD } from '../device';
import { EPOCH_MS } from '../lambdas';
import type { Peer, Socket } from '../socket';
import type { Step, WorldPorts } from '../steps';
import type { WorldOptions } from '../world';
import { type Actor, Actors } from './actors';
import type { Concerned, Handler, RowState } from './handlers';

const ANN = 'ann' as UserId;
const BOB = 'bob' as UserId;
const LEASE_MS = 20_000;
const LATER_MS = 3_600_000;
const DEVICES_MAX = 20;

/** What proves who somebody is, what no handler here changes, and what only decorates a reply: no schedule turns on when it happens. */
const NO_STEPS = new Set([
  'attempts.evidenceFor',
  'attempts.begin',
  'attempts.forgive',
  'accounts.credentialOf',
  'accounts.changeCredential',
  'accounts.snapshotOf',
  'presence.profilesOf',
  'friends.page',
]);

/** What API Gateway answers falsely. */
const LIED_TO = new Set(['sockets.push', 'sockets.probe']);

/** What `devices` ends with, to make its reply. */
const LISTS = new Set(['connections.listOf', 'presence.connectionsOf']);

/** A few connections of one user, and the handlers that meet on them: a millisecond from one arrival to the next. */
export class Stage {
  readonly violations: Violation[] = [];
  readonly #tables = emptyTables();
  readonly #sockets = new Map<ConnectionId, Socket>();
  readonly #actors: Actors;

  constructor(states: readonly RowState[], options: WorldOptions) {
    const bound = this.#populate(states);
    const ports = { ...storesIn(this.#tables), sockets: this.#api, fanOut: NO_QUEUE };
    const kindOf = (step: Step) => (this.#isNoStep(step) ? 'unseen' : 'step');
    this.#actors = new Actors({ tables: this.#tables, options, ports, violations: this.violations, kindOf });
    const world = {
      tables: this.#tables,
      now: () => this.#actors.now,
      complain: (property: string, what: string) => this.violations.push({ property, what }),
      socketOf: (connectionId: string) => this.#sockets.get(connectionId as ConnectionId),
    };
    const live = new LiveStayOnline({ ...world, devicesMax: 1 });
    if (bound.length > 0) live.full(ANN);
    states.forEach((state, index) => {
      if (state === 'bound') live.heard(idOf(index), { at: 0, landedAt: 0, leaseMs: LEASE_MS });
    });
    this.#actors.checkers = [oneTruth(world), live, noResurrection(world)];
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

  start(handler: Handler, concerned: Concerned): Actor {
    const { name, route, isAfterClose, hearsGone, devicesMax = DEVICES_MAX } = handler;
    const { mine } = concerned;
    const socket = this.#sockets.get(mine);
    if (isAfterClose && socket) socket.state = 'closed';
    const isLie = (step: Step) => hearsGone && LIED_TO.has(step.name) && String(step.args[0]) === mine;
    return this.#actors.start({
      ...{ name, route, connectionId: mine },
      settings: { leaseMs: LEASE_MS, loginGraceMs: LEASE_MS, devicesMax, rates: FREE_RATES },
      instead: (step) => (isLie(step) ? async () => 'gone' : undefined),
      run: (operations, ports) => handler.run(operations, ports, concerned),
      ended: () => {
        if (isAfterClose && socket) socket.disconnectedAt = this.#actors.now;
      },
    });
  }

  /** Long after: every client has been silent since, and the sweep comes twice. What has closed must be gone by then. */
  async recover(sweep: Handler): Promise<void> {
    this.#actors.now += LATER_MS;
    for (let pass = 0; pass < 2; pass++) await this.start(sweep, { mine: idOf(0), other: idOf(0) }).finish();
    for (const { connectionId, state } of this.#sockets.values()) {
      const row = this.#tables.connections.get(connectionId);
      if (row && state === 'closed') this.violations.push({ property: 'P3', what: `${connectionId} is still there` });
    }
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

  /** Of the sweep's parallel scan, the parts where no connection of ours can ever be are left out, too. */
  #isNoStep({ name, args, invocation }: Step): boolean {
    if (invocation.route === 'devices' && LISTS.has(name)) return true;
    if (name !== 'connections.expired') return NO_STEPS.has(name);
    const { segment, segments } = args[0] as ExpiredPage;
    return [...this.#sockets.keys()].every((connectionId) => segmentOf(connectionId, segments) !== segment);
  }
}

/** Nobody is in a large group here. */
const NO_QUEUE = {
  enqueue: async () => {
    throw new Error('Something is sent to the queue.');
  },
};

export const idOf = (index: number) => `c${index + 1}` as ConnectionId;

const nobody: Peer = {
  name: 'ann',
  user: 'ann',
  heartbeat: 10,
  opened: () => {},
  received: () => {},
  closed: () => {},
};

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
