import type { Done } from '../../src/domain/ports/operation';
import type { Action } from '../../src/protocol/commands';
import type { ConversationId, UserId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import type { Routes } from './side';
import type { Stage } from './stage';

type Ports = Stage['ports'];
type Command = Readonly<Record<string, unknown>>;
type Operation = (ports: Ports, caller: { readonly userId: UserId }, command: Command) => Promise<object>;

interface Mutant {
  readonly name: string;
  /** What it breaks: the first of these that is looked at tells. */
  readonly property: readonly string[];
  readonly routes: Partial<Routes>;
}

function mutated(action: Action, operation: Operation): Partial<Routes> {
  const real = routes[action] as unknown as { readonly operation: (...args: readonly unknown[]) => Promise<Done> };
  const wrong = async (ports: Ports, caller: { readonly userId: UserId }, command: Command) => {
    const done = await real.operation(ports, caller, command);
    return { ...done, fields: { ...done.fields, ...(await operation(ports, caller, command)) } };
  };
  return { [action]: { ...routes[action], operation: wrong } };
}

function mutant(name: string, property: string | readonly string[], action: Action, operation: Operation): Mutant {
  return { name, property: [property].flat(), routes: mutated(action, operation) };
}

/** Faults that the fuzz has to find: a check that has never failed is worth nothing. */
export const mutants: readonly Mutant[] = [
  mutant('joining brings what was written before', 'M4', 'joinGroup', async ({ log }, _caller, { group }) => ({
    messages: await log.upTo({ conversation: `group:${group}` as ConversationId, toSeq: 2 ** 50, limit: 100 }),
  })),
  mutant('an ack shows what others write to each other', 'M4', 'ack', async ({ log }, { userId }) => {
    const others = (['dm:ann:bob', 'dm:ann:constructor', 'dm:bob:constructor'] as ConversationId[]).filter(
      (conversation) => !conversation.split(':').includes(userId),
    );
    return { heads: await Promise.all(others.map((conversation) => log.head(conversation))) };
  }),
  mutant('strangers may watch', 'presence is for friends', 'presence', async ({ presence }, _caller, { users }) => ({
    presence: (await presence.profilesOf([...new Set(users as UserId[])])).profiles.map(
      ({ userId, state, version }) => ({
        user: userId,
        state,
        version,
      }),
    ),
  })),
  mutant('a list of devices is anybody’s', 'devices are private', 'devices', async ({ presence }) => ({
    devices: await presence.connectionsOf('ann' as UserId),
  })),
  mutant('a login brings the key', 'secrets stay', 'sync', async ({ accounts }, { userId }) => ({
    ...(await accounts.credentialOf(userId)),
  })),
  mutant('a name is looked up in an object', 'no internal error', 'addFriend', async (_ports, _caller, { user }) => {
    const known: Record<string, unknown> = {};
    const found = known[String(user)] as { readonly since: number } | undefined;
    return found === undefined ? {} : { since: found.since.toFixed() };
  }),
  mutant('a seq is skipped', 'M2', 'chat', async ({ log, clock }, { userId }, { to, group }) => {
    if (group === undefined || to !== undefined) return {};
    const conversation = `group:${group}` as ConversationId;
    const head = await log.head(conversation);
    const message = {
      conversation,
      seq: (head?.seq ?? 0) + 2,
      from: userId,
      text: 'x',
      sentAt: clock.now(),
      id: 'x' as never,
    };
    await log.put(message);
    return {};
  }),
  mutant(
    'a ping forgets half of a connection',
    ['P1 and P2', 'nothing is reported'],
    'ping',
    async ({ connections }, { userId }) => {
      const [device] = await connections.listOf(userId);
      if (device)
        await connections.open({
          ...device,
          connectionId: `${device.connectionId}2` as never,
          leaseUntil: 1,
          userId,
        } as never);
      return {};
    },
  ),
  mutant(
    'a field of a frame becomes an attribute',
    'rows are of known shapes',
    'createGroup',
    async ({ inboxes }, { userId }) => {
      await inboxes.arrive({
        userId,
        message: {
          conversation: 'dm:ann:bob' as ConversationId,
          seq: -1.5,
          from: userId,
          text: 'x',
          sentAt: 1,
          id: 'x' as never,
        },
        creates: true,
      });
      return {};
    },
  ),
  mutant('a page has no bound', 'a reply fits into a message', 'history', async () => ({
    filler: 'x'.repeat(128 * 1024),
  })),
  mutant('a prototype is polluted', 'no pollution', 'typing', async () => {
    Object.assign(Object.prototype, { polluted: true });
    return {};
  }),
];
