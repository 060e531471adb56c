import type { ProfileChange } from '../../../src/domain/presence/announce-presence';
import { realOperations as operations } from '../operations';
import { type Mutant, override, withPort } from './mutant';

export const closeMutants: readonly Mutant[] = [
  {
    name: 'no-fence',
    what: 'A connection that speaks without a row is neither told so nor closed.',
    options: {
      operations: {
        ...operations,
        answer: (ports, incoming) =>
          operations.answer(
            withPort(ports, 'sockets', {
              push: async (connectionId, text) =>
                connectionId === incoming.connectionId ? 'delivered' : ports.sockets.push(connectionId, text),
              close: async (connectionId) =>
                connectionId === incoming.connectionId ? 'closed' : ports.sockets.close(connectionId),
            }),
            incoming,
          ),
      },
    },
  },
  {
    name: 'close-before-release',
    what: 'The sweep closes a socket, and then releases what its lease condition may still save.',
    directedBy: 'ping and sweep',
    options: {
      operations,
      wrapCalls: (ports, { route }) => {
        if (route !== 'sweep') return ports;
        const { connections, sockets } = ports;
        return {
          ...ports,
          connections: override(connections, {
            find: async (connectionId) => {
              await sockets.close(connectionId);
              return connections.find(connectionId);
            },
          }),
          sockets: override(sockets, { close: async () => 'closed' }),
        };
      },
    },
  },
  {
    name: 'announces-net-changes',
    what: 'A flip that its own batch undoes is not announced, though a login in between has read it.',
    options: {
      operations: { ...operations, announce: (ports, changes) => operations.announce(ports, netChanges(changes)) },
    },
  },
];

function netChanges(changes: readonly ProfileChange[]): readonly ProfileChange[] {
  const first = new Map(changes.toReversed().map((change) => [change.after.userId, change]));
  const last = new Map(changes.map((change) => [change.after.userId, change]));
  return [...last].flatMap(([userId, { after }]) => {
    const before = first.get(userId)?.before ?? after;
    return before.state === after.state ? [] : [{ before, after }];
  });
}
