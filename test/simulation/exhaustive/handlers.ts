import type { ConnectionId } from '../../../src/protocol/ids';
import { PASSWORD } from '../device';
import { EPOCH_MS, type Ports } from '../lambdas';
import type { Operations } from '../operations';

/** What a connection is like when two handlers meet on it. */
export type RowState = 'absent' | 'unbound' | 'unbound, expired' | 'bound' | 'bound, expired' | 'silent, expired';

export const ROW_STATES: readonly RowState[] = [
  'absent',
  'unbound',
  'unbound, expired',
  'bound',
  'bound, expired',
  'silent, expired',
];

/** One Lambda's work on one connection of the user `ann`. */
export interface Handler {
  readonly name: string;
  /** The route that it runs as: checkers tell by it what somebody asked for. */
  readonly route: string;
  /** It comes after the end of its socket. */
  readonly isAfterClose?: true;
  /** API Gateway says 410 to it, whatever is true. */
  readonly hearsGone?: true;
  readonly devicesMax?: number;
  readonly run: (operations: Operations, ports: Ports, connections: Concerned) => Promise<unknown>;
}

export interface Concerned {
  readonly mine: ConnectionId;
  /** The other one; the same one where there is only one. */
  readonly other: ConnectionId;
}

const frame = (fields: object) => JSON.stringify(fields);
const loginFrame = frame({ action: 'login', user: 'ann', password: PASSWORD, heartbeat: 10 });

const command =
  (text: (connections: Concerned) => string): Handler['run'] =>
  (operations, ports, connections) =>
    operations.answer(ports, { connectionId: connections.mine, frame: text(connections) });

const login = command(() => loginFrame);

/** Every pair of these meets, in every situation. */
export const handlers: readonly Handler[] = [
  {
    name: 'connect',
    route: '$connect',
    run: (operations, ports, { mine }) =>
      operations.open(ports, { connectionId: mine, connectedAt: EPOCH_MS, sourceIp: '::1' }),
  },
  { name: 'login', route: 'login', run: login },
  { name: 'ping', route: 'ping', run: command(() => frame({ action: 'ping' })) },
  {
    name: 'release',
    route: '$disconnect',
    isAfterClose: true,
    run: (operations, ports, { mine }) => operations.release(ports, { connectionId: mine }),
  },
  {
    name: 'sweep',
    route: 'sweep',
    run: (operations, ports) => {
      const now = ports.clock.now();
      return operations.sweep(ports, { periodMs: 60_000, beginUntil: now, until: now + 60_000 });
    },
  },
  { name: 'logout', route: 'logout', run: command(() => frame({ action: 'logout' })) },
  { name: 'revoke', route: 'devices', run: command(({ other }) => frame({ action: 'devices', revoke: other })) },
];

/** Each of these meets each of those above: the cap, the other logout, and a false 410. */
export const furtherHandlers: readonly Handler[] = [
  { name: 'login at the cap', route: 'login', devicesMax: 1, run: login },
  { name: 'logout everywhere', route: 'logout', run: command(() => frame({ action: 'logout', everywhere: true })) },
  {
    name: 'push, 410 twice',
    route: 'announce',
    hearsGone: true,
    run: (operations, ports) => operations.announce(ports, [FLIP_OF_A_FRIEND]),
  },
];

const friend = { userId: 'bob' as never, version: 1 };
const FLIP_OF_A_FRIEND = {
  before: { ...friend, state: 'offline' },
  after: { ...friend, state: 'online', version: 2 },
} as const;
