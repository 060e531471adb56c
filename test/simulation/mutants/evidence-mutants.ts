import type { Connection, Release } from '../../../src/domain/ports/ports';
import type { ConnectionId } from '../../../src/protocol/ids';
import type { Invocation, Ports } from '../lambdas';
import { realOperations as operations } from '../operations';
import { type Mutant, override, withPort } from './mutant';

/** Releases whatever the lease is by now: who looks again sees what the first look saw. */
function forgetLeases(ports: Ports): Ports {
  const seen = new Map<ConnectionId, number>();
  const asFirstSeen = (row: Connection | undefined) => {
    if (!row) return row;
    const leaseUntil = seen.get(row.connectionId) ?? row.leaseUntil;
    seen.set(row.connectionId, leaseUntil);
    return { ...row, leaseUntil };
  };
  const anyLease = (release: Release): Release => ({ ...release, leaseSeen: undefined });
  const { connections, presence } = ports;
  return {
    ...ports,
    connections: override(connections, {
      expired: async (page) => {
        const expired = await connections.expired(page);
        for (const row of expired.connections) asFirstSeen(row);
        return expired;
      },
      find: async (connectionId) => asFirstSeen(await connections.find(connectionId)),
      forgetUnbound: (connectionId) => connections.forgetUnbound(connectionId, undefined),
    }),
    presence: override(presence, {
      releaseLast: (release) => presence.releaseLast(anyLease(release)),
      releaseOneOfSeveral: (release) => presence.releaseOneOfSeveral(anyLease(release)),
    }),
  };
}

const LENIENCE_MS = 20_000;

const isSweep = ({ route }: Invocation) => route === 'sweep';

export const evidenceMutants: readonly Mutant[] = [
  {
    name: 'no-sweep',
    what: 'A connection ends when its $disconnect comes, and else never.',
    options: { operations: { ...operations, sweep: async () => undefined } },
  },
  {
    name: 'lenient-sweep',
    what: 'The sweep gives every lease some seconds more than the bound says.',
    options: {
      operations,
      wrapCalls: (ports, invocation) =>
        isSweep(invocation)
          ? withPort(ports, 'connections', {
              expired: (page) => ports.connections.expired({ ...page, before: page.before - LENIENCE_MS }),
            })
          : ports,
    },
  },
  {
    name: 'unconditional-sweep',
    what: 'What the scan found expired is released, though its client may have spoken since.',
    directedBy: 'ping and sweep',
    options: { operations, wrapCalls: (ports, invocation) => (isSweep(invocation) ? forgetLeases(ports) : ports) },
  },
  {
    name: 'naive-gone',
    what: 'A 410 is believed at once.',
    directedBy: 'push, 410 twice and ping',
    options: {
      operations,
      wrapCalls: (ports, invocation) =>
        isSweep(invocation) ? ports : withPort(forgetLeases(ports), 'sockets', { probe: async () => 'gone' }),
    },
  },
  {
    name: 'gone-without-lease',
    what: 'A confirmed 410 is acted on without the lease that was read before.',
    directedBy: 'push, 410 twice and ping',
    options: { operations, wrapCalls: (ports, invocation) => (isSweep(invocation) ? ports : forgetLeases(ports)) },
  },
  {
    name: 'heartbeat-upserts',
    what: 'A heartbeat writes the row if there is none: an UpdateItem without a condition.',
    directedBy: 'ping and release',
    options: {
      operations,
      wrapPorts: (ports, { connections }) => ({
        ...ports,
        connections: {
          ...ports.connections,
          touch: async (connectionId, touch) => {
            const touched = await ports.connections.touch(connectionId, touch);
            if (touched.state !== 'absent') return touched;
            const { now } = touch;
            connections.put(connectionId, {
              connectionId,
              connectedAt: now,
              leaseUntil: now + 60_000,
              sourceIp: '::1',
            });
            return { state: 'unbound' };
          },
        },
      }),
    },
  },
];
