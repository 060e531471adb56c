import type { Stores } from '../../src/adapters/memory/stores';
import type { Cursor, Device, Expired, Profile } from '../../src/domain/ports/ports';
import type { ConnectionId, ConversationId, MessageId, UserId } from '../../src/protocol/ids';
import type { Change } from '../../src/protocol/messages';
import type { Random } from '../simulation/random';

export interface DrawnOperation {
  /** With its arguments: what a failure shows. */
  readonly name: string;
  readonly run: (stores: Stores) => Promise<unknown>;
}

type Call = (stores: Stores) => Promise<unknown>;

/** So few of everything that conditions often fail: three users (one may not exist), four connections, few seqs and times. */
class Universe {
  readonly #random: Random;
  readonly mark: string;

  constructor(random: Random, mark: string) {
    this.#random = random;
    this.mark = mark;
  }

  #named(kind: string, count: number): string {
    return `${kind}${this.mark}${this.#random.whole(1, count)}`;
  }

  user = () => this.#named('u', 3) as UserId;
  connectionId = () => this.#named('c', 4) as ConnectionId;
  conversation = () => this.#named('dm', 2) as ConversationId;
  seq = () => this.#random.whole(1, 4);
  time = () => this.#random.whole(1, 3) * 1_000;
  maybe = <T>(value: () => T): T | undefined => (this.#random.chance(0.5) ? value() : undefined);
  coin = () => this.#random.chance(0.5);
  group = () => this.#named('group:g', 2) as ConversationId;
  state = () => this.#random.pick(['none', 'outgoing', 'incoming', 'friends'] as const);
  pair = () => ({ userId: this.user(), other: this.user() });

  message = () => ({
    conversation: this.conversation(),
    seq: this.seq(),
    from: this.user(),
    text: this.#random.pick(['hello', '你好', '']),
    sentAt: this.time(),
    id: 'm' as MessageId,
  });

  change = (change: Change) => {
    const { text: _, ...entry } = this.message();
    return { ...entry, conversation: this.group(), change };
  };

  charge = () => ({
    now: this.time(),
    costMs: this.#random.pick([0, 40, 1_000]),
    owingMaxMs: this.maybe(() => this.#random.pick([0, 1_000, 4_000])),
  });

  release = () => ({
    connectionId: this.connectionId(),
    userId: this.user(),
    leaseSeen: this.maybe(this.time),
    keepUnboundUntil: this.maybe(this.time),
    now: this.time(),
  });
}

/** Each draws its arguments, and is the call with them. Weights are by repetition: what changes presence comes most. */
const OPERATIONS: Readonly<Record<string, (of: Universe) => { args: unknown; call: Call }>> = {
  create: (of) => {
    const account = { userId: of.user(), skeleton: of.user(), passwordHash: 'h', tokenKey: 'k', now: of.time() };
    return { args: account, call: ({ accounts }) => accounts.create(account) };
  },
  createOwned: (of) => {
    const account = { userId: of.user(), subject: of.coin() ? 's' : 't', now: of.time() };
    return { args: account, call: ({ accounts }) => accounts.createOwned(account) };
  },
  ownerOf: (of) => {
    const userId = of.user();
    return { args: userId, call: ({ accounts }) => accounts.ownerOf(userId) };
  },
  credentialOf: (of) => {
    const userId = of.user();
    return { args: userId, call: ({ accounts }) => accounts.credentialOf(userId) };
  },
  changeCredential: (of) => {
    const hash = () => `h${of.time()}`;
    const named = of.maybe(hash) === undefined ? { passwordHash: hash() } : { tokenKey: hash() };
    const change = { userId: of.user(), seenHash: of.maybe(() => 'h'), ...named };
    return { args: change, call: ({ accounts }) => accounts.changeCredential(change) };
  },
  charge: (of) => {
    const [userId, charge] = [of.user(), of.charge()];
    return { args: { userId, charge }, call: ({ accounts }) => accounts.charge(userId, charge) };
  },
  snapshotOf: (of) => {
    const userId = of.user();
    return { args: userId, call: ({ accounts }) => accounts.snapshotOf(userId) };
  },
  open: (of) => {
    const connectionId = of.connectionId();
    const opening = {
      connectionId,
      connectedAt: of.time(),
      leaseUntil: of.time(),
      sourceIp: '::1',
      userAgent: of.maybe(() => 'agent'),
    };
    return { args: opening, call: ({ connections }) => connections.open(opening) };
  },
  find: (of) => {
    const connectionId = of.connectionId();
    return { args: connectionId, call: ({ connections }) => connections.find(connectionId) };
  },
  touch: (of) => {
    const [connectionId, isRefusal] = [of.connectionId(), of.maybe(of.coin)];
    const touch = { ...of.charge(), prepaid: of.maybe(of.seq) ?? -1, isRefusal };
    return { args: { connectionId, touch }, call: ({ connections }) => connections.touch(connectionId, touch) };
  },
  forgetUnbound: (of) => {
    const [connectionId, leaseSeen] = [of.connectionId(), of.maybe(of.time)];
    return {
      args: { connectionId, leaseSeen },
      call: ({ connections }) => connections.forgetUnbound(connectionId, leaseSeen),
    };
  },
  renew: (of) => {
    const [connectionId, renewal] = [of.connectionId(), { leaseSeen: of.time(), now: of.time() }];
    return { args: { connectionId, renewal }, call: ({ connections }) => connections.renew(connectionId, renewal) };
  },
  expired: (of) => {
    const before = of.time();
    return { args: before, call: (stores) => allExpired(stores, before, of.mark) };
  },
  listOf: (of) => {
    const userId = of.user();
    return { args: userId, call: async ({ connections }) => inOrder(await connections.listOf(userId), deviceKey) };
  },
  bind: (of) => {
    const lease = { leaseUntil: of.time(), leaseMs: of.time(), heartbeatMs: of.maybe(of.time) };
    const paid = { charge: of.charge(), prepaid: of.seq() };
    const binding = { connectionId: of.connectionId(), userId: of.user(), devicesMax: 2, ...lease, ...paid };
    return {
      args: binding,
      call: async ({ presence }) => {
        const outcome = await presence.bind(binding);
        return outcome.state === 'full' ? { ...outcome, connections: outcome.connections.toSorted() } : outcome;
      },
    };
  },
  releaseLast: (of) => {
    const release = of.release();
    return { args: release, call: ({ presence }) => presence.releaseLast(release) };
  },
  releaseOneOfSeveral: (of) => {
    const release = of.release();
    return { args: release, call: ({ presence }) => presence.releaseOneOfSeveral(release) };
  },
  connectionsOf: (of) => {
    const userId = of.user();
    return { args: userId, call: async ({ presence }) => (await presence.connectionsOf(userId))?.toSorted() };
  },
  profilesOf: (of) => {
    const users = [...new Set([of.user(), of.user()])];
    return {
      args: users,
      call: async ({ presence }) => inOrder((await presence.profilesOf(users)).profiles.map(withSortedSet), profileKey),
    };
  },
  friendFind: (of) => {
    const pair = of.pair();
    return { args: pair, call: ({ friends }) => friends.find(pair) };
  },
  ask: (of) => {
    const [pair, now] = [otherThan(of), of.time()];
    return { args: { pair, now }, call: ({ friends }) => friends.ask(pair, now) };
  },
  accept: (of) => {
    const [pair, now] = [otherThan(of), of.time()];
    return { args: { pair, now }, call: ({ friends }) => friends.accept(pair, now) };
  },
  remove: (of) => {
    const removal = { ...otherThan(of), blocks: { mine: of.coin(), theirs: of.coin() } };
    return { args: removal, call: ({ friends }) => friends.remove(removal) };
  },
  friendsPage: (of) => {
    const page = { userId: of.user(), limit: of.seq(), from: of.maybe(of.user) };
    return { args: page, call: ({ friends }) => friends.page(page) };
  },
  count: (of) => {
    const userId = of.user();
    return { args: userId, call: ({ friends }) => friends.count(userId) };
  },
  put: (of) => {
    const message = of.message();
    return { args: message, call: ({ log }) => log.put(message) };
  },
  head: (of) => {
    const conversation = of.conversation();
    return { args: conversation, call: ({ log }) => log.head(conversation) };
  },
  from: (of) => {
    const page = { conversation: of.conversation(), fromSeq: of.seq() - 1, limit: of.seq() };
    return { args: page, call: ({ log }) => log.from(page) };
  },
  arrive: (of) => {
    const arrival = { userId: of.user(), message: of.message(), creates: of.coin() };
    return { args: arrival, call: ({ inboxes }) => inboxes.arrive(arrival) };
  },
  upTo: (of) => {
    const page = { conversation: of.conversation(), toSeq: of.seq(), limit: of.seq() };
    return { args: page, call: ({ log }) => log.upTo(page) };
  },
  hide: (of) => {
    const place = { conversation: of.conversation(), seq: of.seq() };
    return { args: place, call: ({ log }) => log.hide(place) };
  },
  expire: (of) => {
    const expiry = { conversation: of.conversation(), seq: of.seq(), at: of.time() };
    return { args: expiry, call: ({ log }) => log.expire(expiry) };
  },
  entriesOf: (of) => {
    const key = { userId: of.user(), conversation: of.coin() ? of.group() : of.conversation() };
    return { args: key, call: ({ inboxes }) => inboxes.entriesOf([key]) };
  },
  inboxOf: (of) => {
    const userId = of.user();
    return { args: userId, call: ({ inboxes }) => inboxes.listOf(userId) };
  },
  countGroups: (of) => {
    const userId = of.user();
    return { args: userId, call: ({ inboxes }) => inboxes.countGroups(userId) };
  },
  markBig: (of) => {
    const key = { userId: of.user(), conversation: of.group() };
    return { args: key, call: ({ inboxes }) => inboxes.markBig(key) };
  },
  createGroup: (of) => {
    const group = { name: 'g', description: of.maybe(() => 'd'), entry: { ...of.change('created'), seq: 1 } };
    return { args: group, call: ({ groups }) => groups.create(group) };
  },
  join: (of) => {
    const joining = { entry: of.change('joined'), role: 'member' as const, versionSeen: of.seq(), big: of.coin() };
    return { args: joining, call: ({ groups }) => groups.join(joining) };
  },
  leave: (of) => {
    const entry = of.change('left');
    return { args: entry, call: ({ groups }) => groups.leave(entry) };
  },
  findGroup: (of) => {
    const conversation = of.group();
    return { args: conversation, call: ({ groups }) => groups.find(conversation) };
  },
  infoOf: (of) => {
    const conversation = of.group();
    return { args: conversation, call: ({ groups }) => groups.infoOf([conversation]) };
  },
  member: (of) => {
    const key = { userId: of.user(), conversation: of.group() };
    return { args: key, call: ({ groups }) => groups.member(key) };
  },
  members: (of) => {
    const page = { conversation: of.group(), limit: of.seq(), from: of.maybe(of.user) };
    return { args: page, call: ({ groups }) => groups.members(page) };
  },
  block: (of) => {
    const frozen = { version: of.seq(), lastSeen: of.time() };
    const seen = { stateSeen: of.state(), versionSeen: of.seq() - 1, now: of.time() };
    const blocking = { ...otherThan(of), conversation: of.conversation(), frozen, ...seen };
    return { args: blocking, call: ({ blocks }) => blocks.block(blocking) };
  },
  unblock: (of) => {
    const unblocking = { ...otherThan(of), conversation: of.conversation(), stateSeen: of.state() };
    return { args: unblocking, call: ({ blocks }) => blocks.unblock(unblocking) };
  },
  advance: (of) => {
    const name: Cursor['name'] = of.maybe(() => 'ackSeq' as const) ?? 'readSeq';
    const cursor = { userId: of.user(), conversation: of.conversation(), name, seq: of.seq() };
    return { args: cursor, call: ({ inboxes }) => inboxes.advance(cursor) };
  },
};

const OFTEN = [
  'open',
  'bind',
  'bind',
  'touch',
  'releaseLast',
  'releaseOneOfSeveral',
  'create',
  'ask',
  'accept',
  'block',
  'join',
  'join',
  'createGroup',
];
const NAMES = [...Object.keys(OPERATIONS), ...OFTEN];

export function drawOperation(random: Random, mark: string): DrawnOperation {
  const name = random.pick(NAMES);
  const { args, call } = OPERATIONS[name]?.(new Universe(random, mark)) ?? { args: undefined, call: undefined };
  if (!call) throw new Error(`There is no operation ${name}.`);
  return { name: `${name} ${JSON.stringify(args)}`, run: call };
}

/** A transaction may not name one item twice, and nobody befriends themselves: the domain refuses it before. */
function otherThan(of: Universe) {
  const userId = of.user();
  let other = of.user();
  while (other === userId) other = of.user();
  return { userId, other };
}

/** Pages and segments depend on an engine's own order of keys; what is in all of them does not. The table is shared. */
async function allExpired({ connections }: Stores, before: number, mark: string): Promise<unknown> {
  const found: Expired['connections'][number][] = [];
  for (let segment = 0; segment < 2; segment++) {
    let from: ConnectionId | undefined;
    do {
      const page = await connections.expired({ segment, segments: 2, before, limit: 2, from });
      found.push(...page.connections);
      from = page.next;
    } while (from !== undefined);
  }
  return inOrder(
    found.filter(({ connectionId }) => connectionId.includes(mark)),
    deviceKey,
  );
}

const deviceKey = ({ connectionId }: Pick<Device, 'connectionId'>) => connectionId;
const profileKey = ({ userId }: Profile) => userId;
const withSortedSet = (profile: Profile) => ({ ...profile, connections: profile.connections.toSorted() });

function inOrder<T>(list: readonly T[], keyOf: (element: T) => string): readonly T[] {
  return list.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
