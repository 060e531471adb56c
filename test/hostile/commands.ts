import type { Action } from '../../src/protocol/commands';
import { directConversation, type GroupId, groupConversation, peerOf, type UserId } from '../../src/protocol/ids';
import type { Random } from '../simulation/random';
import { type Device, PASSWORD, type Town } from './town';
import { longText } from './values';

type Fields = Readonly<Record<string, unknown>>;

interface Moment {
  readonly random: Random;
  readonly town: Town;
  readonly device: Device;
}

/** A correct command of each action, about whom and what there is: often about somebody else's. */
const correct: Readonly<Record<Action, (moment: Moment) => Fields>> = {
  reg: ({ random, town }) => {
    const user = random.chance(0.3) ? anyUser({ random, town }) : `u${random.whole(1, 40)}`;
    return { user, password: PASSWORD + user };
  },
  login: (moment) => ({
    ...proof(moment),
    ...maybe(moment.random, 0.4, { heartbeat: moment.random.pick([10, 60, 540]) }),
  }),
  logout: ({ random }) => maybe(random, 0.2, { everywhere: true }),
  passwd: ({ random, town, device }) => ({
    password: town.users.get(device.home) ?? PASSWORD,
    newPassword: `${PASSWORD}${device.home}${random.whole(1, 9)}`,
  }),
  ping: () => ({}),
  chat: (moment) => chat(moment),
  history: (moment) => ({ conversation: anyConversation(moment), ...page(moment) }),
  sync: (moment) => maybe(moment.random, 0.6, { cursors: cursors(moment) }),
  ack: (moment) => {
    const conversation = anyConversation(moment);
    const seq = () => Math.max(0, (moment.town.heads.get(conversation) ?? 1) - moment.random.pick([0, 0, 1, 3, -1]));
    return moment.random.pick(
      [{ received: seq() }, { read: seq() }, { received: seq(), read: seq() }].map((cursor) => ({
        conversation,
        ...cursor,
      })),
    );
  },
  typing: (moment) => target(moment),
  createGroup: ({ random, town }) => ({
    name: `${town.mark()}${random.pick(['choir', '合唱团', '"'.repeat(40), '\u0000'.repeat(40)])}`,
    ...maybe(random, 0.3, {
      description: `${town.mark()}${longText(random, random.pick([1, 500]))}`.toWellFormed().slice(0, 120),
    }),
    ...maybe(random, 0.8, { id: `g${random.whole(1, 12)}` }),
  }),
  joinGroup: (moment) => ({ group: anyGroup(moment) }),
  leaveGroup: (moment) => ({ group: anyGroup(moment) }),
  members: (moment) => ({ group: anyGroup(moment), ...maybe(moment.random, 0.3, { after: anyUser(moment) }) }),
  presence: (moment) => ({ users: Array.from({ length: moment.random.pick([1, 2, 6, 50]) }, () => anyUser(moment)) }),
  devices: ({ random, town }) => maybe(random, 0.5, { revoke: random.pick(town.devices).connectionId }),
  addFriend: (moment) => ({ user: anyUser(moment) }),
  removeFriend: (moment) => ({ user: anyUser(moment) }),
  block: (moment) => ({ user: anyUser(moment), ...maybe(moment.random, 0.5, { unblock: true }) }),
};

export const ACTIONS = Object.keys(correct) as readonly Action[];

/** The action that a frame is routed by. */
export function actionOf(command: Readonly<Record<string, unknown>> | undefined): Action | undefined {
  return ACTIONS.find((action) => action === command?.action);
}

/** What people do most of, and a little of everything. */
const USUAL: readonly Action[] = ['chat', 'chat', 'chat', 'login', 'history', 'sync', 'ack', 'joinGroup', 'addFriend'];

export function anyAction(random: Random): Action {
  return random.chance(0.4) ? random.pick(USUAL) : random.pick(ACTIONS);
}

export function correctCommand(moment: Moment, action: Action): Fields {
  const ref = moment.random.pick([undefined, 'r', 7]);
  return { action, ...(ref === undefined ? {} : { ref }), ...correct[action](moment) };
}

function maybe(random: Random, probability: number, fields: Fields): Fields {
  return random.chance(probability) ? fields : {};
}

function anyUser({ random, town }: Pick<Moment, 'random' | 'town'>): string {
  return random.chance(0.05) ? 'nobody' : random.pick([...town.users.keys()]);
}

function anyGroup({ random, town }: Moment): string {
  return town.groups.length === 0 || random.chance(0.05) ? 'g99' : random.pick(town.groups);
}

/** Mostly one's own; also those of others, and those that could be. */
function anyConversation(moment: Moment): string {
  const { random, town, device } = moment;
  const kind = random.fraction();
  if (kind < 0.25) return directConversation(device.home, anyUser(moment) as UserId);
  if (kind < 0.45) return groupConversation(anyGroup(moment) as GroupId);
  const known = [...town.conversations];
  const own = known.filter((conversation) => peerOf(conversation, device.home) !== undefined);
  return random.pick([...(kind < 0.8 ? own : known), 'dm:ann:bob']);
}

function target(moment: Moment): { readonly to: string } | { readonly group: string } {
  return moment.random.chance(0.5) ? { to: anyUser(moment) } : { group: anyGroup(moment) };
}

/** A new message, or one that was sent before: by oneself or by somebody else. */
function chat(moment: Moment): Fields {
  const { random, town, device } = moment;
  const again = random.chance(0.15) && town.sent.length > 0 ? random.pick(town.sent) : undefined;
  const text = `${town.mark()}${random.chance(0.05) ? fill(random) : ''}`;
  if (again) return { ...again.target, text, id: again.id, after: again.after };
  const goal = target(moment);
  if (random.chance(0.4)) return { ...goal, text };
  const conversation =
    'to' in goal ? directConversation(device.home, goal.to as UserId) : groupConversation(goal.group as GroupId);
  const after = Math.max(0, (town.heads.get(conversation) ?? 0) + random.pick([0, 0, 0, -1, -5, 1]));
  const id = `m${random.whole(1, 1_000_000)}`;
  town.sent.push({ from: device.home, target: goal, id, after });
  return { ...goal, text, id, after };
}

/** As long as a text may be, of what takes most room in a reply. */
function fill(random: Random): string {
  const [unit, bytes] = random.pick([
    ['\u0000', 1],
    ['"', 1],
    ['语', 3],
    ['😀', 4],
  ] as const);
  return unit.repeat(Math.floor(4_080 / bytes));
}

function page({ random }: Moment): Fields {
  const seq = random.pick([0, 1, 2, 5, 20, 2 ** 53 - 1]);
  return {
    ...random.pick([{}, { before: seq }, { after: seq }]),
    ...maybe(random, 0.5, { limit: random.pick([1, 2, 100]) }),
  };
}

function cursors(moment: Moment): Fields {
  const names = Array.from({ length: moment.random.pick([0, 1, 3, 100]) }, () => anyConversation(moment));
  return Object.fromEntries(names.map((name) => [name, moment.random.pick([0, 1, 5, 2 ** 53 - 1])]));
}

/** Mostly the device's own user, by the right password; also others' tokens, cut, extended, swapped and forged. */
function proof(moment: Moment): Fields {
  const { random, town, device } = moment;
  const kind = random.fraction();
  const user = kind < 0.75 ? device.home : (anyUser(moment) as UserId);
  if (kind < 0.85 || town.tokens.length === 0) return { user, password: town.users.get(user) ?? PASSWORD };
  if (kind < 0.9) return { user, password: `${PASSWORD}wrong` };
  return { token: kind < 0.94 ? random.pick(town.tokens) : forgedToken(moment) };
}

function forgedToken({ random, town }: Moment): string {
  const [one, other] = [random.pick(town.tokens), random.pick(town.tokens)];
  const [user = '', expiresAt = '', signature = ''] = one.split('.');
  const [otherUser = '', , otherSignature = ''] = other.split('.');
  return random.pick([
    one.slice(0, random.whole(1, one.length)),
    `${one}A`,
    `${one}.${signature}`,
    `${otherUser}.${expiresAt}.${signature}`,
    `${user}.${expiresAt}.${otherSignature}`,
    `${user}.${'9'.repeat(15)}.${signature}`,
    `${Buffer.from('Ann').toString('base64url')}.${expiresAt}.${signature}`,
    `${Buffer.from([0xff, 0xfe]).toString('base64url')}.${expiresAt}.${signature}`,
    `${user}.${expiresAt}.${'A'.repeat(43)}`,
    `..${signature}`,
  ]);
}
