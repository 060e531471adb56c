import type { Tables } from '../../../src/adapters/memory/tables';
import type { FanOutJob, InboxEntry } from '../../../src/domain/ports/ports';
import {
  type ConnectionId,
  directConversation,
  type GroupId,
  groupConversation,
  type MessageId,
  type UserId,
} from '../../../src/protocol/ids';
import type { Message } from '../../../src/protocol/messages';
import { PASSWORD } from '../device';
import { EPOCH_MS } from '../lambdas';
import { Ear } from './ear';

const ANN = 'ann' as UserId;
const BOB = 'bob' as UserId;
export const DIRECT = directConversation(ANN, BOB);
export const GROUP = groupConversation('g' as GroupId);

/** `c1` is of ann, `c2` of bob, `c3` of ann too. What comes last in a log nobody but ann has acked. */
export const ANNS = 'c1' as ConnectionId;
export const BOBS = 'c2' as ConnectionId;
export const ANNS_OTHER = 'c3' as ConnectionId;

export interface Situation {
  readonly name: string;
  /** Nobody has written yet. */
  readonly isEmpty?: true;
  /** Bob's connection is open, and nobody has logged in on it. */
  readonly bobIsOut?: true;
  readonly bobHasBlocked?: true;
  /** Bob is no member of the group. */
  readonly bobIsStranger?: true;
  readonly isLarge?: true;
  readonly directMembersMax?: number;
}

/** A message that is stored, in a large group, and that nobody has been told of. */
export const JOB: FanOutJob = { conversation: GROUP, seq: 3, except: ANNS };

const LEASE_MS = 20_000;

export function populateTalk(tables: Tables, situation: Situation): readonly Ear[] {
  const { credentials, profiles } = tables;
  const ears = [new Ear(ANNS, ANN), new Ear(BOBS, BOB), new Ear(ANNS_OTHER, ANN)];
  for (const { connectionId, user } of ears) {
    const isBound = !(situation.bobIsOut && user === BOB);
    const row = { connectionId, connectedAt: EPOCH_MS, leaseUntil: EPOCH_MS + LEASE_MS, sourceIp: '::1' };
    tables.connections.put(connectionId, isBound ? { ...row, userId: user, leaseMs: LEASE_MS } : row);
  }
  for (const user of [ANN, BOB]) {
    credentials.put(user, { passwordHash: `hash of ${PASSWORD}`, tokenKey: 'key' });
    const mine = ears.filter((ear) => ear.user === user).map(({ connectionId }) => connectionId);
    const connections = new Set(situation.bobIsOut && user === BOB ? [] : mine);
    const state = connections.size > 0 ? 'online' : 'offline';
    profiles.put(user, { state, connections, version: connections.size > 0 ? 1 : 0, createdAt: EPOCH_MS });
  }
  if (!situation.isEmpty) populateDirect(tables, situation);
  populateGroup(tables, situation);
  for (const [conversation, log] of tables.logs.entries()) {
    for (const ear of ears) if (!(situation.bobIsOut && ear.user === BOB)) ear.got(conversation, log.size);
  }
  return ears;
}

const text = (message: Omit<Message, 'text' | 'sentAt' | 'id'>): Message => {
  const { conversation, seq } = message;
  return { ...message, text: `text ${seq}`, sentAt: EPOCH_MS, id: `${conversation} ${seq}` as MessageId };
};

function populateDirect({ logs, inboxes, friends }: Tables, { bobHasBlocked }: Situation): void {
  logs.put(DIRECT, new Map([[1, text({ conversation: DIRECT, seq: 1, from: ANN })]]));
  const entry: InboxEntry = { conversation: DIRECT, lastSeq: 1, ackSeq: 1, readSeq: 1, at: EPOCH_MS };
  keep(inboxes, ANN, entry);
  const block = bobHasBlocked && { block: { after: 1, ackSeq: 0, readSeq: 0 } };
  keep(inboxes, BOB, { ...entry, ackSeq: 0, readSeq: 0, ...block });
  if (bobHasBlocked) friends.put(BOB, new Map([[ANN, { userId: ANN, state: 'none', since: EPOCH_MS, blocked: true }]]));
}

function populateGroup({ groups, members, logs, inboxes }: Tables, { bobIsStranger, isLarge }: Situation): void {
  const names = bobIsStranger ? [ANN] : [ANN, BOB];
  const about = { conversation: GROUP, name: 'g', creator: ANN, createdAt: EPOCH_MS };
  groups.put(GROUP, { ...about, members: names.length, version: names.length, big: isLarge ?? false });
  const changes = names.map((from, index): Message => {
    const change = index === 0 ? 'created' : 'joined';
    return { conversation: GROUP, seq: index + 1, from, change, sentAt: EPOCH_MS, id: `change ${from}` as MessageId };
  });
  const last = names.length + 1;
  const log = [...changes, text({ conversation: GROUP, seq: last, from: ANN })];
  logs.put(GROUP, new Map(log.map((entry) => [entry.seq, entry])));
  const roleOf = (user: UserId) => (user === ANN ? ('owner' as const) : ('member' as const));
  const memberOf = (userId: UserId, index: number) => ({ userId, role: roleOf(userId), joinedSeq: index + 1 });
  members.put(GROUP, new Map(names.map((name, index) => [name, memberOf(name, index)])));
  names.forEach((user, index) => {
    const seqs = { lastSeq: last, ackSeq: user === ANN ? last : last - 1, readSeq: last, joinedSeq: index + 1 };
    const entry: InboxEntry = { conversation: GROUP, ...seqs, at: EPOCH_MS, role: roleOf(user) };
    // In a large group bob's entry has not heard of the last one.
    const large = user === BOB ? { lastSeq: last - 1, readSeq: last - 1, big: true as const } : { big: true as const };
    keep(inboxes, user, isLarge ? { ...entry, ...large } : entry);
  });
}

function keep(inboxes: Tables['inboxes'], user: UserId, entry: InboxEntry): void {
  inboxes.put(user, new Map(inboxes.get(user)).set(entry.conversation, entry));
}
