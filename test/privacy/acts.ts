import type { Random } from '../simulation/random';
import { passwordOf, type World } from './world';

/** Something that one user does in a world. Whatever it depends on was drawn before, or is that user's own. */
export type Act = (world: World, random: Random) => Promise<void>;

export const GROUP = 'choir';

const SEQS = [0, 1, 2, 3, 5, 9];
const EVERYBODY = ['alice', 'bob', 'carl', 'nobody'];
/** Conversations that Bob is in, is not in, was in, and that nobody has. */
const CONVERSATIONS = [
  'dm:alice:bob',
  'dm:bob:carl',
  'dm:alice:carl',
  `group:${GROUP}`,
  'group:group-of-alice-9',
  'dm:bob:bob',
  'dm:bob:nobody',
];

/** Everything that Bob can try; he knows every name but those that the server made for others. */
export const observerActs: readonly Act[] = [
  (world, random) => world.login('bob', random.chance(0.5) ? { heartbeat: 60 } : {}),
  async (world) => {
    await world.connect('bob');
    await world.login('bob');
  },
  (world, random) => world.leave('bob', random.chance(0.5)),
  (world) => world.send('bob', { action: 'logout' }),
  (world, random) => world.send('bob', { action: 'sync', ...(random.chance(0.5) ? { cursors: cursors(random) } : {}) }),
  (world, random) =>
    world.send('bob', { action: 'history', conversation: random.pick(CONVERSATIONS), ...page(random) }),
  (world, random) =>
    world.send('bob', {
      action: 'ack',
      conversation: random.pick(CONVERSATIONS),
      received: random.pick(SEQS),
      read: random.pick(SEQS),
    }),
  (world, random) => world.send('bob', { action: 'typing', ...target(random) }),
  (world, random) => world.send('bob', { action: 'chat', ...target(random), text: `t${random.whole(1, 9)}` }),
  (world, random) =>
    world.send('bob', {
      action: 'chat',
      ...target(random),
      text: 'x',
      id: `i${random.whole(1, 4)}`,
      after: random.pick(SEQS),
    }),
  (world) => world.send('bob', { action: 'presence', users: EVERYBODY }),
  (world, random) =>
    world.send('bob', { action: 'devices', revoke: `${random.pick(EVERYBODY)}-${random.whole(1, 9)}` }),
  (world, random) => world.send('bob', { action: 'addFriend', user: random.pick(EVERYBODY) }),
  (world, random) => world.send('bob', { action: 'removeFriend', user: random.pick(EVERYBODY) }),
  (world, random) =>
    world.send('bob', {
      action: 'block',
      user: random.pick(EVERYBODY),
      ...(random.chance(0.5) ? { unblock: true } : {}),
    }),
  (world, random) =>
    world.send('bob', { action: 'members', group: GROUP, ...(random.chance(0.5) ? { after: 'a' } : {}) }),
  (world) => world.send('bob', { action: 'leaveGroup', group: GROUP }),
  (world, random) => world.send('bob', { action: 'createGroup', name: 'n', id: random.pick([GROUP, 'mine']) }),
  (world) => world.send('bob', { action: 'reg', user: 'alice', password: passwordOf('bob') }),
  (world) => world.send('bob', { action: 'login', user: 'alice', password: passwordOf('bob') }),
  (world) =>
    world.send('bob', { action: 'login', token: 'YWxpY2U.9999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
];

function target(random: Random) {
  return random.pick([
    { to: 'alice' },
    { to: 'alice' },
    { to: 'carl' },
    { group: GROUP },
    { group: 'group-of-alice-9' },
  ]);
}

function page(random: Random) {
  return random.pick([{}, { before: random.pick(SEQS) }, { after: random.pick(SEQS) }, { limit: 1 }]);
}

function cursors(random: Random) {
  return Object.fromEntries(CONVERSATIONS.map((conversation) => [conversation, random.pick(SEQS)]));
}

const pair = (random: Random) =>
  random.pick([
    ['alice', 'carl'],
    ['carl', 'alice'],
  ] as const);

/** What Alice and Carl do that is nobody else's business. */
export const privateActs: readonly Act[] = [
  async (world, random) => {
    const [user] = pair(random);
    await world.connect(user);
    await world.login(user, random.chance(0.5) ? { heartbeat: 10 } : {});
  },
  (world, random) => world.login(pair(random)[0]),
  (world, random) => world.leave(pair(random)[0], random.chance(0.5)),
  (world, random) =>
    world.send(pair(random)[0], { action: 'logout', ...(random.chance(0.3) ? { everywhere: true } : {}) }),
  (world, random) => said(world, random, { action: 'chat', text: 'between us' }),
  (world, random) => said(world, random, { action: 'typing' }),
  (world, random) =>
    world.send(pair(random)[0], { action: 'ack', conversation: 'dm:alice:carl', received: 1, read: 1 }),
  (world, random) => befriend(world, random, 'addFriend'),
  (world, random) => befriend(world, random, 'removeFriend'),
  async (world, random) => {
    const [user, other] = pair(random);
    await world.send(user, { action: 'block', user: other, ...(random.chance(0.5) ? { unblock: true } : {}) });
  },
  (world, random) => world.send(pair(random)[0], { action: 'createGroup', name: 'ours' }),
  (world, random) =>
    world.send(pair(random)[0], { action: 'createGroup', name: 'ours', id: 'a-name-that-bob-does-not-guess' }),
  (world, random) => world.send(pair(random)[0], { action: 'joinGroup', group: 'a-name-that-bob-does-not-guess' }),
  (world, random) =>
    world.send(pair(random)[0], { action: 'chat', group: 'a-name-that-bob-does-not-guess', text: 'x' }),
  (world, random) => world.send(pair(random)[0], { action: 'sync' }),
  (world, random) => world.send(pair(random)[0], { action: 'presence', users: EVERYBODY }),
  (world, random) => world.send(pair(random)[0], { action: 'devices' }),
  (world, random) =>
    world.send(pair(random)[0], { action: 'passwd', password: passwordOf('alice'), newPassword: passwordOf('alice') }),
  (world) => world.send('alice', { action: 'login', user: 'alice', password: 'a wrong one' }),
];

async function said(
  world: World,
  random: Random,
  command: { readonly action: 'chat' | 'typing'; readonly text?: string },
) {
  const [user, to] = pair(random);
  await world.send(user, { ...command, to });
}

async function befriend(world: World, random: Random, action: 'addFriend' | 'removeFriend') {
  const [user, other] = pair(random);
  await world.send(user, { action, user: other });
}
