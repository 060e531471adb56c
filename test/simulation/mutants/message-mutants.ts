import type { Tables } from '../../../src/adapters/memory/tables';
import type { Profile } from '../../../src/domain/ports/ports';
import { type ConversationId, peerOf, type UserId } from '../../../src/protocol/ids';
import { MEMBERS_READ_MAX } from '../../../src/protocol/limits';
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

/** What is needed besides the log's end is asked for with it, each time, and not waited for. */
function besideHead<Answer>(
  ports: Ports,
  ask: (conversation: ConversationId, userId: UserId) => Promise<Answer>,
): { readonly ports: Ports; readonly answer: () => Promise<Answer> | undefined } {
  const { log, connections } = ports;
  let userId = '' as UserId;
  let answer: Promise<Answer> | undefined;
  const stepped: Ports = {
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
        answer = ask(page.conversation, userId);
        const [found] = await Promise.all([log.from(page), answer]);
        return found;
      },
    }),
  };
  return { ports: stepped, answer: () => answer };
}

/** A join or a leave that comes between the two is in the log's end, and not in the membership. */
function asksMemberBesideHead(ports: Ports): Ports {
  const { inboxes } = ports;
  const asked = besideHead(ports, (conversation, userId) => inboxes.entriesOf([{ conversation, userId }]));
  return {
    ...asked.ports,
    inboxes: override(inboxes, { entriesOf: (keys) => asked.answer() ?? inboxes.entriesOf(keys) }),
  };
}

function readsMembersBesideHead(ports: Ports): Ports {
  const { groups } = ports;
  const asked = besideHead(ports, (conversation) => groups.members({ conversation, limit: MEMBERS_READ_MAX }));
  return { ...asked.ports, groups: override(groups, { members: (page) => asked.answer() ?? groups.members(page) }) };
}

/** The other one's entry is written with the log: if the put does not succeed, it knows of what is not there. */
function arrivesBesidePut(ports: Ports): Ports {
  const { inboxes, log } = ports;
  return {
    ...ports,
    log: override(log, {
      put: async (message) => {
        const userId = peerOf(message.conversation, message.from);
        const arriving = userId && inboxes.arrive({ userId, message, creates: true });
        const [outcome] = await Promise.all([log.put(message), arriving]);
        return outcome;
      },
    }),
  };
}

/** The entries are marked with the join that makes a group large: whoever reads one between the two does not ask the log. */
function marksBesideJoin(ports: Ports): Ports {
  const { inboxes, groups } = ports;
  const marks: (() => ReturnType<typeof inboxes.markBig>)[] = [];
  return {
    ...ports,
    inboxes: override(inboxes, {
      markBig: async (key) => {
        marks.push(() => inboxes.markBig(key));
        return 'marked';
      },
    }),
    groups: override(groups, {
      join: async (joining) => {
        const [outcome] = await Promise.all([groups.join(joining), ...marks.splice(0).map((mark) => mark())]);
        return outcome;
      },
    }),
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
    name: 'member-beside-head',
    what: 'Whether the sender is a member is asked beside the reading of the log’s end.',
    about: 'messages',
    directedBy: 'send to the group and leave, elsewhere',
    options: onRoute('chat', asksMemberBesideHead),
  },
  {
    name: 'audience-beside-head',
    what: 'Whom a message is for is read beside the log’s end, and not beside the put.',
    about: 'messages',
    directedBy: 'send to the group and join',
    options: onRoute('chat', readsMembersBesideHead),
  },
  {
    name: 'inbox-beside-put',
    what: 'The recipient’s entry is written beside the log.',
    about: 'messages',
    directedBy: 'send and answer',
    options: onRoute('chat', arrivesBesidePut),
  },
  {
    name: 'entry-beside-page',
    what: 'A page is read beside the entry that says who may read it.',
    about: 'messages',
    directedBy: 'history of the group and leave',
    options: onRoute('history', asksMemberBesideHead),
  },
  {
    name: 'marks-beside-join',
    what: 'The members’ entries are marked beside the join that makes the group large.',
    about: 'messages',
    directedBy: 'send to the group and join',
    options: onRoute('joinGroup', marksBesideJoin),
  },
];
