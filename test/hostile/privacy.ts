import { type ConnectionId, type ConversationId, peerOf, type UserId } from '../../src/protocol/ids';
import type { Row, Rows } from '../tooling/rows';
import { KEY_MARK, type Stage } from './stage';
import { PASSWORD } from './town';
import { hold } from './violation';

/** A text of ours that came to somebody. */
interface Sighting {
  readonly mark: string;
  /** Whoever may have been on that connection at that moment. */
  readonly users: readonly UserId[];
  readonly text: string;
}

/** Who is what during a batch: whatever was so at its begin, and whatever became so. */
class Standing {
  readonly #now = new Map<string, Set<string>>();
  readonly #read: () => Iterable<readonly [string, Iterable<string>]>;

  constructor(read: () => Iterable<readonly [string, Iterable<string>]>) {
    this.#read = read;
  }

  begin(): void {
    this.#now.clear();
    for (const [key, values] of this.#read()) this.add(key, values);
  }

  add(key: string, values: Iterable<string>): void {
    const known = this.#now.get(key) ?? new Set();
    for (const value of values) known.add(value);
    this.#now.set(key, known);
  }

  has(key: string, value: string): boolean {
    return this.#now.get(key)?.has(value) === true;
  }

  of(key: string): readonly string[] {
    return [...(this.#now.get(key) ?? [])];
  }
}

const MARK = /«\d+»/g;
const CONNECTION = /cn-\d+-x/g;

/**
 * Watches everything that goes out for what its reader must not see: M4, presences of others than friends, others'
 * connections, passwords and keys. Where the stores are the memory's, it knows who was what at that very moment; elsewhere
 * it judges by the logs, at the end.
 */
export class Privacy {
  readonly #stage: Stage;
  /** Nothing fails, and nobody acts at the same time: then a message is hidden before anybody can have read it. */
  readonly #isCalm: boolean;
  readonly #sightings: Sighting[] = [];
  readonly #bound: Standing;
  readonly #members: Standing;
  readonly #friends: Standing;
  /** Everybody whom a connection has ever been of. */
  readonly #users = new Map<ConnectionId, Set<UserId>>();

  constructor(stage: Stage, isCalm: boolean) {
    this.#stage = stage;
    this.#isCalm = isCalm;
    const { tables } = stage.engine;
    this.#bound = new Standing(() =>
      [...(tables?.connections.values() ?? [])].map((row) => [row.connectionId, row.userId ? [row.userId] : []]),
    );
    this.#members = new Standing(() =>
      [...(tables?.members.entries() ?? [])].map(([group, members]) => [group, members.keys()]),
    );
    this.#friends = new Standing(() =>
      [...(tables?.friends.entries() ?? [])].map(([user, friends]) => [user, friendsIn(friends.values())]),
    );
    if (!tables) return;
    tables.connections.onWrite = (connectionId, row) => row?.userId && this.#bound.add(connectionId, [row.userId]);
    tables.members.onWrite = (group, members) => members && this.#members.add(group, members.keys());
    tables.friends.onWrite = (user, friends) => friends && this.#friends.add(user, friendsIn(friends.values()));
  }

  begin(): void {
    for (const standing of [this.#bound, this.#members, this.#friends]) standing.begin();
  }

  /** Somebody proves to be `user` on this connection. */
  meet(connectionId: ConnectionId, user: UserId): void {
    this.#users.set(connectionId, (this.#users.get(connectionId) ?? new Set()).add(user));
  }

  /** A reply: the server itself says whom it was for. */
  replied(connectionId: ConnectionId, userId: UserId | undefined, text: string): void {
    this.#look(connectionId, userId === undefined ? [] : [userId], text);
    const { conversation, messages } = JSON.parse(text);
    if (userId && Array.isArray(messages))
      for (const message of messages) this.#isMember(userId, message.conversation ?? conversation, text);
  }

  pushed(connectionId: ConnectionId, text: string): void {
    const users = this.#stage.engine.tables ? this.#bound.of(connectionId) : [...(this.#users.get(connectionId) ?? [])];
    this.#look(connectionId, users as UserId[], text);
  }

  /** Whoever reads a group's log is a member of it then. */
  #isMember(user: UserId, conversation: ConversationId, text: string): void {
    if (!this.#stage.engine.tables || !conversation.startsWith('group:')) return;
    hold(
      this.#members.has(conversation, user),
      'M4',
      () => `${user} is no member of ${conversation}, and reads ${text}`,
    );
  }

  #look(connectionId: ConnectionId, users: readonly UserId[], text: string): void {
    for (const secret of [KEY_MARK, PASSWORD, 'hash of'])
      hold(!text.includes(secret), 'secrets stay', () => `${connectionId} was told ${text}`);
    for (const [other] of text.matchAll(CONNECTION)) this.#isOwnDevice(connectionId, other as ConnectionId, text);
    for (const [mark] of text.matchAll(MARK)) this.#sightings.push({ mark, users, text });
    if (this.#stage.engine.tables)
      for (const shown of presencesIn(JSON.parse(text))) this.#mayWatch(users, shown, text);
  }

  #isOwnDevice(connectionId: ConnectionId, other: ConnectionId, text: string): void {
    const [mine, theirs] = [connectionId, other].map((id) => this.#users.get(id) ?? new Set());
    const isOwn = connectionId === other || [...(mine ?? [])].some((user) => theirs?.has(user));
    hold(isOwn, 'devices are private', () => `${connectionId} was told of ${other}: ${text}`);
  }

  #mayWatch(users: readonly UserId[], shown: string, text: string): void {
    const may = users.some((user) => user === shown || this.#friends.has(user, shown));
    hold(may, 'presence is for friends', () => `${users.join()} was told of ${shown}: ${text}`);
  }

  /** Every text was for whoever has seen it: of two, one of them; of a group, somebody who was in it at that place of its log. */
  judge({ chat }: Rows): void {
    const owners = new Map<string, readonly Row[]>();
    for (const row of chat)
      for (const name of ['text', 'name', 'description'])
        for (const [mark] of (row[name]?.S ?? '').matchAll(MARK)) owners.set(mark, [...(owners.get(mark) ?? []), row]);
    const stays = staysIn(chat);
    for (const { mark, users, text } of this.#sightings) {
      const isHidden = (row: Row, user: UserId) => this.#isCalm && row.hidden !== undefined && row.from?.S !== user;
      const may = (owners.get(mark) ?? []).some((row) =>
        users.some((user) => maySee(user, row, stays) && !isHidden(row, user)),
      );
      hold(may, 'M4', () => `${users.join() || 'nobody'} has seen ${text}`);
    }
  }
}

function friendsIn(friends: Iterable<{ readonly userId: UserId; readonly state: string }>): readonly UserId[] {
  return [...friends].flatMap(({ userId, state }) => (state === 'friends' ? [userId] : []));
}

/** The users whose presence stands anywhere in a reply or an event. */
function presencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { user, version, presence } = value as {
    readonly user?: string;
    readonly version?: number;
    readonly presence?: unknown;
  };
  const own =
    user !== undefined && (version !== undefined || (presence !== undefined && !Array.isArray(presence))) ? [user] : [];
  return [...own, ...Object.values(value).flatMap(presencesIn)];
}

interface Stay {
  readonly from: number;
  readonly until: number;
}

/** From which seq up to which somebody was in a group, as its log says. */
function staysIn(chat: readonly Row[]): ReadonlyMap<string, readonly Stay[]> {
  const stays = new Map<string, Stay[]>();
  const changes = chat.filter((row) => row.change).sort((one, other) => seqOf(one) - seqOf(other));
  for (const row of changes) {
    const key = `${row.pk?.S} ${row.from?.S}`;
    const known = stays.get(key) ?? [];
    const last = known.at(-1);
    if (row.change?.S === 'left' && last) known[known.length - 1] = { ...last, until: seqOf(row) };
    else known.push({ from: seqOf(row), until: Number.POSITIVE_INFINITY });
    stays.set(key, known);
  }
  return stays;
}

function seqOf(row: Row): number {
  return Number(row.sk?.S?.replace('MSG#', ''));
}

function maySee(user: UserId, row: Row, stays: ReadonlyMap<string, readonly Stay[]>): boolean {
  const conversation = String(row.pk?.S).replace('CONV#', '') as ConversationId;
  if (!conversation.startsWith('group:')) return peerOf(conversation, user) !== undefined;
  const own = stays.get(`CONV#${conversation} ${user}`) ?? [];
  if (row.sk?.S === 'META') return own.length > 0;
  return own.some(({ from, until }) => from <= seqOf(row) && seqOf(row) < until);
}
