import { type Act, GROUP, privateActs } from './acts';
import type { World } from './world';

/** How Bob stands to Alice, and what of hers he must learn nothing of. */
export interface Relation {
  readonly name: string;
  /** The same in both worlds. */
  readonly before: (world: World) => Promise<void>;
  /** Done in one world, and other ones of them, or none, in the other. */
  readonly unseen: readonly Act[];
  /** In the first world only; and what looks the same in the second. */
  readonly either?: readonly [one: (world: World) => Promise<void>, other: (world: World) => Promise<void>];
}

const chat = (world: World, from: string, target: object) =>
  world.send(from, { action: 'chat', text: `of ${from}`, ...target });

async function talk(world: World): Promise<void> {
  await chat(world, 'alice', { to: 'bob' });
  await chat(world, 'bob', { to: 'alice' });
  await world.send('alice', { action: 'ack', conversation: 'dm:alice:bob', received: 2, read: 1 });
}

async function befriend(world: World): Promise<void> {
  await world.send('bob', { action: 'addFriend', user: 'alice' });
  await world.send('alice', { action: 'addFriend', user: 'bob' });
}

async function meet(world: World, owner: string): Promise<void> {
  await world.send(owner, { action: 'createGroup', name: 'Choir', id: GROUP });
  for (const user of ['alice', 'bob', 'carl']) await world.send(user, { action: 'joinGroup', group: GROUP });
  await chat(world, 'alice', { group: GROUP });
  await chat(world, 'bob', { group: GROUP });
}

async function part(world: World): Promise<void> {
  await world.send('bob', { action: 'leaveGroup', group: GROUP });
}

const CROWD = Array.from({ length: 34 }, (_, index) => `member${index}`);

/** As large as a group with typing and receipts may be, less one. */
async function gather(world: World): Promise<void> {
  await meet(world, 'alice');
  for (const user of CROWD) await world.register(user);
  for (const user of CROWD.slice(0, 29)) await world.send(user, { action: 'joinGroup', group: GROUP });
  await part(world);
}

const inGroup: readonly Act[] = [
  (world) => chat(world, 'alice', { group: GROUP }),
  (world) => chat(world, 'carl', { group: GROUP }),
  (world) => world.send('carl', { action: 'leaveGroup', group: GROUP }),
  (world) => world.send('carl', { action: 'joinGroup', group: GROUP }),
  (world) => world.send('alice', { action: 'typing', group: GROUP }),
  (world) => world.send('alice', { action: 'ack', conversation: `group:${GROUP}`, received: 3, read: 3 }),
];

// Not a second block: it pushes the same presence again, in case the first one was lost, as the stream's announcer does too.
const towardsBob: readonly Act[] = [
  (world) => world.send('alice', { action: 'ack', conversation: 'dm:alice:bob', received: 2, read: 2 }),
  (world) => world.send('alice', { action: 'typing', to: 'bob' }),
  (world) => world.send('alice', { action: 'addFriend', user: 'bob' }),
  (world) => world.send('alice', { action: 'history', conversation: 'dm:alice:bob' }),
  (world) => world.send('alice', { action: 'presence', users: ['bob'] }),
];

const block: Act = (world) => world.send('alice', { action: 'block', user: 'bob' });
const unblock: Act = (world) => world.send('alice', { action: 'block', user: 'bob', unblock: true });

export const relations: readonly Relation[] = [
  { name: 'a stranger', before: async () => undefined, unseen: privateActs },
  {
    name: 'a stranger, who is blocked or is not',
    before: async () => undefined,
    unseen: [...privateActs, block, unblock],
  },
  {
    name: 'somebody who has written, and is blocked or is not',
    before: talk,
    unseen: [...privateActs, block, unblock],
  },
  {
    name: 'a friend who is blocked',
    before: async (world) => {
      await befriend(world);
      await talk(world);
      await world.tick();
      await world.send('alice', { action: 'block', user: 'bob' });
    },
    unseen: [...privateActs, ...towardsBob],
  },
  {
    name: 'somebody who has asked to be a friend, and is blocked',
    before: async (world) => {
      await world.send('bob', { action: 'addFriend', user: 'alice' });
      await world.send('alice', { action: 'block', user: 'bob' });
    },
    unseen: [...privateActs, ...towardsBob],
  },
  {
    name: 'a friend, from whom Alice has gone or whom she has blocked',
    before: async (world) => {
      await befriend(world);
      await talk(world);
      await world.tick();
    },
    unseen: [],
    either: [
      (world) => world.send('alice', { action: 'block', user: 'bob' }),
      async (world) => {
        while (world.devicesOf('alice').length > 0) await world.leave('alice', true);
      },
    ],
  },
  {
    name: 'a friend no longer',
    before: async (world) => {
      await befriend(world);
      await talk(world);
      await world.send('alice', { action: 'removeFriend', user: 'bob' });
    },
    unseen: [...privateActs, block, unblock],
  },
  {
    name: 'a member of the same group',
    before: (world) => meet(world, 'alice'),
    unseen: privateActs,
  },
  {
    name: 'a member no longer',
    before: async (world) => {
      await meet(world, 'alice');
      await part(world);
    },
    unseen: [...privateActs, ...inGroup],
  },
  {
    name: 'the owner of a group that he has left',
    before: async (world) => {
      await meet(world, 'bob');
      await part(world);
    },
    unseen: [...privateActs, ...inGroup],
  },
  {
    name: 'a member no longer of a group that grows',
    before: gather,
    unseen: [
      ...inGroup,
      ...CROWD.slice(29).map(
        (user): Act =>
          (world) =>
            world.send(user, { action: 'joinGroup', group: GROUP }),
      ),
    ],
  },
];
