import type { Tables } from '../../../src/adapters/memory/tables';
import type { Profile } from '../../../src/domain/ports/ports';
import type { ConversationId, UserId } from '../../../src/protocol/ids';
import type { Message } from '../../../src/protocol/messages';
import type { Invocation, Ports } from '../lambdas';
import { realOperations as operations } from '../operations';
import type { WorldPorts } from '../steps';
import { type Mutant, override, withPort } from './mutant';

/** Replaces what the Lambdas of one route call. */
function onRoute(route: string, change: (ports: Ports) => Ports): Mutant['options'] {
  return {
    operations,
    wrapCalls: (ports: Ports, invocation: Invocation) => (invocation.route === route ? change(ports) : ports),
  };
}

/** Steps that the real log does not have. */
interface CountedLog {
  /** The next number of a counter, which is another item than the message. */
  count(conversation: ConversationId): Promise<number>;
  putAnyhow(message: Message): Promise<void>;
}

function countIn(ports: WorldPorts, { logs }: Tables): WorldPorts {
  const counts = new Map<ConversationId, number>();
  const counted: CountedLog = {
    count: async (conversation) => {
      const next = Math.max(counts.get(conversation) ?? 0, logs.get(conversation)?.size ?? 0) + 1;
      counts.set(conversation, next);
      return next;
    },
    putAnyhow: async (message) => {
      logs.put(message.conversation, new Map(logs.get(message.conversation)).set(message.seq, message));
    },
  };
  return { ...ports, log: { ...ports.log, ...counted } };
}

/** Whatever is behind a message in time: of two that were put at once, the later one may have the earlier clock. */
function byTime(ports: WorldPorts, { logs }: Tables): WorldPorts {
  return {
    ...ports,
    log: {
      ...ports.log,
      from: async ({ conversation, fromSeq, limit }) => {
        const log = logs.get(conversation);
        const since = log?.get(fromSeq - 1)?.sentAt ?? Number.NEGATIVE_INFINITY;
        const later = [...(log?.values() ?? [])].filter(({ sentAt }) => sentAt > since);
        return later.sort((one, other) => one.sentAt - other.sentAt || one.seq - other.seq).slice(0, limit);
      },
    },
  };
}

function emptiedOnRead(ports: WorldPorts, { inboxes }: Tables): WorldPorts {
  return {
    ...ports,
    accounts: {
      ...ports.accounts,
      snapshotOf: async (userId) => {
        const snapshot = await ports.accounts.snapshotOf(userId);
        const emptied = snapshot.inbox.map(
          (entry) => [entry.conversation, { ...entry, ackSeq: entry.lastSeq }] as const,
        );
        if (emptied.length > 0) inboxes.put(userId, new Map(emptied));
        return snapshot;
      },
    },
  };
}

/** Who is online is read with each arrival, before it, and not asked again. */
function readsConnectionsFirst(ports: Ports): Ports {
  const { inboxes, presence } = ports;
  const seen = new Map<UserId, Profile>();
  return {
    ...ports,
    inboxes: override(inboxes, {
      arrive: async (arrival) => {
        const { profiles } = await presence.profilesOf([arrival.userId]);
        for (const profile of profiles) seen.set(profile.userId, profile);
        return inboxes.arrive(arrival);
      },
    }),
    presence: override(presence, {
      profilesOf: async (users) => ({ profiles: users.flatMap((user) => seen.get(user) ?? []), left: [] }),
    }),
  };
}

function readsSnapshotFirst(ports: Ports): Ports {
  const { presence, accounts } = ports;
  let snapshot: ReturnType<typeof accounts.snapshotOf> | undefined;
  return {
    ...ports,
    presence: override(presence, {
      bind: async (binding) => {
        snapshot = accounts.snapshotOf(binding.userId);
        await snapshot;
        return presence.bind(binding);
      },
    }),
    accounts: override(accounts, { snapshotOf: (userId) => snapshot ?? accounts.snapshotOf(userId) }),
  };
}

/** The membership is read once, for the command's first look at the log, and believed from then on. */
function asksFirst(ports: Ports): Ports {
  const { groups, log, connections } = ports;
  let userId = '' as UserId;
  let member: ReturnType<typeof groups.member> | undefined;
  return {
    ...ports,
    connections: override(connections, {
      touch: async (connectionId, touch) => {
        const touched = await connections.touch(connectionId, touch);
        if (touched.state === 'bound') userId = touched.userId;
        return touched;
      },
    }),
    log: override(log, {
      from: async (page) => {
        member ??= groups.member({ conversation: page.conversation, userId });
        await member;
        return log.from(page);
      },
    }),
    groups: override(groups, { member: (key) => member ?? groups.member(key) }),
  };
}

const ignored = () => undefined;

export const messageMutants: readonly Mutant[] = [
  {
    name: 'counter-then-put',
    what: 'A seq is drawn from a counter, and the message put in a second write.',
    about: 'messages',
    options: {
      ...onRoute('chat', (ports) => {
        const log = ports.log as unknown as CountedLog;
        return withPort(ports, 'log', {
          put: async (message) => {
            await log.putAnyhow({ ...message, seq: await log.count(message.conversation) });
            return 'stored';
          },
        });
      }),
      wrapPorts: countIn,
    },
  },
  {
    name: 'time-as-cursor',
    what: 'A page begins behind a time, as with ids that are in the order of clocks.',
    about: 'messages',
    directedBy: 'send and answer by a slow clock',
    options: { operations, wrapPorts: byTime },
  },
  {
    name: 'dedupe-by-last',
    what: 'Whether a message is stored already is asked of the newest one only.',
    about: 'messages',
    directedBy: 'send and answer',
    options: onRoute('chat', (ports) => {
      const { log } = ports;
      return withPort(ports, 'log', { from: async (page) => (await log.from(page)).slice(-1) });
    }),
  },
  {
    name: 'connections-before-inbox',
    what: 'Who is online is read before the inboxes are written.',
    about: 'messages',
    directedBy: 'send and login',
    options: onRoute('chat', readsConnectionsFirst),
  },
  {
    name: 'snapshot-before-bind',
    what: 'A login reads what it has missed, and then binds.',
    about: 'messages',
    directedBy: 'send and login',
    options: onRoute('login', readsSnapshotFirst),
  },
  {
    name: 'emptied-on-read',
    what: 'A login takes from the inbox what it brings, whether or not it arrives: the way of the C++ project.',
    about: 'messages',
    options: { operations, wrapPorts: emptiedOnRead },
  },
  {
    name: 'ack-before-append',
    what: 'The reply does not wait for the log.',
    about: 'messages',
    options: onRoute('chat', (ports) => {
      const { log } = ports;
      return withPort(ports, 'log', {
        put: async (message) => {
          log.put(message).catch(ignored);
          return 'stored';
        },
      });
    }),
  },
  {
    name: 'ack-before-inbox',
    what: 'The reply does not wait for the inboxes.',
    about: 'messages',
    options: onRoute('chat', (ports) => {
      const { inboxes } = ports;
      return withPort(ports, 'inboxes', {
        arrive: async (arrival) => {
          inboxes.arrive(arrival).catch(ignored);
          return 'arrived';
        },
      });
    }),
  },
  {
    name: 'member-before-head',
    what: 'Whether the sender is a member is asked before the end of the log is read.',
    about: 'messages',
    directedBy: 'send to the group and leave, elsewhere',
    options: onRoute('chat', asksFirst),
  },
];
