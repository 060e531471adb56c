import type { Done } from '../../src/domain/ports/operation';
import type { Accounts, Blocks, Friends, Inboxes, Presence } from '../../src/domain/ports/ports';
import type { Action } from '../../src/protocol/commands';
import type { ConversationId, UserId } from '../../src/protocol/ids';
import { type Routes, realRoutes } from './world';

/** A design that tells Bob what is none of his business, to him who stands so to Alice. */
export interface Mutant {
  readonly name: string;
  readonly relation: string;
  readonly routes: Routes;
}

interface Ports {
  readonly accounts: Accounts;
  readonly blocks: Blocks;
  readonly friends: Friends;
  readonly inboxes: Inboxes;
  readonly presence: Presence;
}

type Hint = (ports: Ports, caller: UserId, command: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** The action's own reply, with a hint in it. */
function hinting(action: Action, hint: Hint): Routes {
  const real = realRoutes[action] as unknown as { readonly operation: (...args: readonly unknown[]) => Promise<Done> };
  const operation = async (
    ports: Ports,
    caller: { readonly userId: UserId },
    command: Readonly<Record<string, unknown>>,
  ) => {
    const done = await real.operation(ports, caller, command);
    return { ...done, fields: { ...done.fields, hint: await hint(ports, caller.userId, command) } };
  };
  return { ...realRoutes, [action]: { ...realRoutes[action], operation } } as unknown as Routes;
}

const ALICE = 'alice' as UserId;
const OURS = 'dm:alice:bob' as ConversationId;

export const mutants: readonly Mutant[] = [
  {
    name: 'by a chat that says whether it was pushed',
    relation: 'a stranger',
    routes: hinting('chat', async ({ presence }) => (await presence.connectionsOf(ALICE))?.length),
  },
  {
    name: 'by how many friends somebody has',
    relation: 'a friend no longer',
    routes: hinting('presence', async ({ friends }) => (await friends.count(ALICE)).friends),
  },
  {
    name: 'by cursors that move under a block',
    relation: 'a friend who is blocked',
    routes: hinting('sync', async ({ inboxes }) => {
      const { entries } = await inboxes.entriesOf([{ userId: ALICE, conversation: OURS }]);
      return entries[0]?.readSeq;
    }),
  },
  {
    name: 'by a request that is refused',
    relation: 'a stranger, who is blocked or is not',
    routes: hinting(
      'addFriend',
      async ({ friends }, bob) => (await friends.find({ userId: ALICE, other: bob }))?.blocked,
    ),
  },
  {
    name: 'by the version of a presence',
    relation: 'a friend, from whom Alice has gone or whom she has blocked',
    routes: hinting('history', async ({ presence }) => (await presence.profilesOf([ALICE])).profiles[0]?.version),
  },
];
