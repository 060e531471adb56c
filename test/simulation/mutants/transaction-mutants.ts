import type { Tables } from '../../../src/adapters/memory/tables';
import type { Binding, Release } from '../../../src/domain/ports/ports';
import type { UserId } from '../../../src/protocol/ids';
import { realOperations as operations } from '../operations';
import type { WorldPorts } from '../steps';
import { BlindWrites } from './blind-writes';
import { type Mutant, withPort } from './mutant';

type Effects = WorldPorts['presence'];
type BlindPresence = (writes: BlindWrites, ports: WorldPorts) => Partial<Effects>;

/** Other effects of the presence port's methods; each stays one atomic step. */
function presenceWith(methods: BlindPresence) {
  return (ports: WorldPorts, tables: Tables): WorldPorts => ({
    ...ports,
    presence: { ...ports.presence, ...methods(new BlindWrites(tables), ports) },
  });
}

/** Steps that the real port does not have. Their names are free: they are found by nobody else. */
interface HalfSteps {
  mapOnly(binding: Binding): Promise<void>;
  listOnly(binding: Binding): Promise<void>;
  unmapOnly(release: Release): Promise<boolean>;
  unlistOnly(release: Release): Promise<void>;
  unbindStaying(release: Release): Promise<'released' | 'changed'>;
  unbindLeaving(release: Release): Promise<'released' | 'changed'>;
}

const halfSteps = presenceWith((writes) => {
  const steps: HalfSteps = {
    mapOnly: async (binding) => writes.mapConnection(binding),
    listOnly: async ({ userId, connectionId }) => writes.addDevice(userId, connectionId),
    unmapOnly: async (release) => writes.unmapConnection(release),
    unlistOnly: async ({ userId, connectionId, now }) => {
      writes.removeDevice(userId, connectionId);
      if (writes.devicesOf(userId) === 0) writes.goOffline(userId, now);
    },
    unbindStaying: async (release) => {
      if (!writes.unmapConnection(release)) return 'changed';
      writes.removeDevice(release.userId, release.connectionId);
      return 'released';
    },
    unbindLeaving: async (release) => {
      if (!writes.unmapConnection(release)) return 'changed';
      writes.removeDevice(release.userId, release.connectionId);
      writes.goOffline(release.userId, release.now);
      return 'released';
    },
  };
  return steps as Partial<Effects>;
});

const stepsOf = (presence: Effects) => presence as unknown as HalfSteps;

export const transactionMutants: readonly Mutant[] = [
  {
    name: 'offline-regardless',
    what: 'A closed connection makes its user offline, without a look at other devices: the way of the AWS samples.',
    options: {
      operations,
      wrapPorts: presenceWith((writes) => ({
        releaseLast: async (release) => {
          if (!writes.unmapConnection(release)) return 'changed';
          writes.removeDevice(release.userId, release.connectionId);
          writes.goOffline(release.userId, release.now);
          return 'released';
        },
      })),
    },
  },
  {
    name: 'counter',
    what: 'The profile counts its connections instead of naming them, so a login that is repeated counts twice.',
    options: { operations, wrapPorts: presenceWith(countingPresence) },
  },
  {
    name: 'index-decides',
    what: 'Whether a device was the last one is asked of the index, which may be behind.',
    directedBy: 'release and release',
    options: {
      operations,
      wrapPorts: halfSteps,
      wrapCalls: (ports) =>
        withPort(ports, 'presence', {
          releaseLast: async (release) => {
            const known = await ports.connections.listOf(release.userId);
            const others = known.filter(({ connectionId }) => connectionId !== release.connectionId);
            const steps = stepsOf(ports.presence);
            return others.length > 0 ? steps.unbindStaying(release) : steps.unbindLeaving(release);
          },
        }),
    },
  },
  {
    name: 'bind-in-two-writes',
    what: 'A login writes the mapping, then the profile.',
    options: {
      operations,
      wrapPorts: halfSteps,
      wrapCalls: (ports) =>
        withPort(ports, 'presence', {
          bind: async (binding) => {
            const row = await ports.connections.find(binding.connectionId);
            if (!row) return { state: 'absent' };
            await stepsOf(ports.presence).mapOnly(binding);
            await stepsOf(ports.presence).listOnly(binding);
            return { state: 'bound' };
          },
        }),
    },
  },
  {
    name: 'release-in-two-writes',
    what: 'A release deletes the mapping, then changes the profile.',
    options: {
      operations,
      wrapPorts: halfSteps,
      wrapCalls: (ports) =>
        withPort(ports, 'presence', {
          releaseLast: async (release) => {
            if (!(await stepsOf(ports.presence).unmapOnly(release))) return 'changed';
            await stepsOf(ports.presence).unlistOnly(release);
            return 'released';
          },
        }),
    },
  },
  {
    name: 'check-then-set',
    what: 'A login looks whether the connection is free, and then takes it without a condition.',
    directedBy: 'login and release',
    options: {
      operations,
      wrapPorts: presenceWith((writes) => ({
        bind: async (binding) => {
          writes.mapConnection(binding);
          writes.addDevice(binding.userId, binding.connectionId);
          return { state: 'bound' };
        },
      })),
      wrapCalls: (ports) =>
        withPort(ports, 'presence', {
          bind: async (binding) => {
            const row = await ports.connections.find(binding.connectionId);
            if (!row) return { state: 'absent' };
            if (row.userId !== undefined && row.userId !== binding.userId) return { state: 'taken' };
            return ports.presence.bind(binding);
          },
        }),
    },
  },
];

/** The set is kept for the checkers to read: the state follows the count alone. */
function countingPresence(writes: BlindWrites, { presence }: WorldPorts): Partial<Effects> {
  const counts = new Map<UserId, number>();
  const count = (userId: UserId, change: number) => {
    const next = (counts.get(userId) ?? 0) + change;
    counts.set(userId, next);
    return next;
  };
  return {
    bind: async (binding) => {
      const outcome = await presence.bind(binding);
      if (outcome.state === 'bound') count(binding.userId, 1);
      return outcome;
    },
    releaseLast: async (release) => {
      if (!writes.unmapConnection(release)) return 'changed';
      writes.removeDevice(release.userId, release.connectionId);
      if (count(release.userId, -1) === 0) writes.goOffline(release.userId, release.now);
      return 'released';
    },
  };
}
