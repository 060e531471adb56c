import { isGroup } from '../ids';
import type { Conversation, Friendship, Group, GroupEvent, Me, Message, Presence, Receipt, Snapshot } from '../types';

/** What events, and replies to one's own commands, change in what is known of oneself. Pure; nothing new is the same object. */

/** A login's reply, after what was known before it: on another connection, something newer may have been told already. */
export function meOf(snapshot: Snapshot, before: Me | undefined): Me {
  const { user, createdAt, friends, requests, blocked, groups, conversations } = snapshot;
  const me: Me = { user, createdAt, friends, requests, blocked, groups, conversations };
  return before?.user === user ? before.friends.reduce(withPresence, me) : me;
}

export function withPresence(me: Me, presence: Presence): Me {
  const known = me.friends.find(({ user }) => user === presence.user);
  // Replies and events overtake each other: the version says which is newer (PROTOCOL.md, `presence`).
  if (!known || known.version >= presence.version) return me;
  return { ...me, friends: me.friends.map((friend) => (friend === known ? toPresence(presence) : friend)) };
}

function toPresence({ user, state, lastSeen, version }: Presence): Presence {
  return { user, state, lastSeen, version };
}

export function withFriendship(me: Me, { user, state, blocked, presence }: Friendship, now: number): Me {
  const blockedUsers = blocked === undefined ? me.blocked : toggled(me.blocked, user, blocked);
  const requests = me.requests.filter((request) => request.user !== user);
  const others = me.friends.filter((friend) => friend.user !== user);
  const changed = { ...me, requests, friends: others, blocked: blockedUsers };
  if (state === 'none') return changed;
  if (state !== 'friends') {
    const since = me.requests.find((request) => request.user === user && request.state === state)?.since ?? now;
    return { ...changed, requests: [...requests, { user, state, since }] };
  }
  const known = me.friends.find((friend) => friend.user === user);
  const told = presence ? { user, ...presence } : undefined;
  // A friend of whom nothing is known yet: any version is newer.
  const newest = told && (!known || told.version > known.version) ? toPresence(told) : known;
  return { ...changed, friends: [...others, newest ?? { user, state: 'offline', version: 0 }] };
}

function toggled(users: readonly string[], user: string, isIn: boolean): readonly string[] {
  const others = users.filter((other) => other !== user);
  return isIn ? [...others, user] : others;
}

/** Joined, made or left, here or on another device. */
export function withGroup(me: Me, event: GroupEvent): Me {
  const others = me.groups.filter(({ group }) => group !== event.group);
  if (!('left' in event)) return { ...me, groups: [toGroup(event, me), ...others] };
  return {
    ...me,
    groups: others,
    conversations: me.conversations.filter(({ conversation }) => conversation !== event.conversation),
  };
}

type Joined = Exclude<GroupEvent, { readonly left: true }>;

function toGroup({ group, conversation, name, description, size, role }: Joined, me: Me): Group {
  const members = me.groups.find((known) => known.group === group)?.members;
  return { group, conversation, name, description, size, role, members };
}

/** What `members` tells of a group that is known. */
export function withSize(me: Me, { group, size }: Pick<Group, 'group' | 'size'>): Me {
  const known = me.groups.find((candidate) => candidate.group === group);
  if (!known || known.size === size) return me;
  return { ...me, groups: me.groups.map((other) => (other === known ? { ...known, size } : other)) };
}

/** The next entry of its conversation: it moves to the top, and who has sent it has read what came before. */
export function withMessage(me: Me, message: Message): Me {
  const { conversation, seq, from } = message;
  const known = conversationOf(me, conversation) ?? newConversation(conversation, seq - 1);
  const lastSeq = Math.max(known.lastSeq, seq);
  const isMine = from === me.user;
  const readSeq = isMine ? Math.max(known.readSeq, seq) : known.readSeq;
  const peer = known.peer && !isMine ? furthest(known.peer, { received: seq, read: seq }) : known.peer;
  const moved = counted({ ...known, lastSeq, readSeq, ackSeq: Math.max(known.ackSeq, seq), peer });
  const others = me.conversations.filter((other) => other.conversation !== conversation);
  // What is read again, to fill a gap, is no news.
  if (seq <= known.lastSeq) return replaceConversation(me, moved);
  return { ...me, conversations: [moved, ...others] };
}

function newConversation(conversation: string, before: number): Conversation {
  const cursors = { lastSeq: before, ackSeq: before, readSeq: before, unread: 0 };
  return { conversation, ...cursors, ...(!isGroup(conversation) && { peer: { received: 0, read: 0 } }) };
}

/** One's own, from another device, or the other one's of a conversation of two. */
export function withReceipt(me: Me, { conversation, user, received = 0, read = 0 }: Receipt): Me {
  const known = conversationOf(me, conversation);
  if (!known) return me;
  if (user === me.user) return withOwnCursors(me, known, { received, read });
  if (isGroup(conversation)) return me;
  return replaceConversation(me, {
    ...known,
    peer: furthest(known.peer ?? { received: 0, read: 0 }, { received, read }),
  });
}

interface Cursors {
  readonly received: number;
  readonly read: number;
}

function withOwnCursors(me: Me, known: Conversation, { received, read }: Cursors): Me {
  const ackSeq = Math.max(known.ackSeq, received);
  const readSeq = Math.max(known.readSeq, read);
  if (ackSeq === known.ackSeq && readSeq === known.readSeq) return me;
  return replaceConversation(me, counted({ ...known, ackSeq, readSeq }));
}

/** Of two, the higher number counts. */
function furthest(one: Cursors, other: Cursors): Cursors {
  return { received: Math.max(one.received, other.received), read: Math.max(one.read, other.read) };
}

function counted(conversation: Conversation): Conversation {
  return { ...conversation, unread: Math.max(0, conversation.lastSeq - conversation.readSeq) };
}

export function conversationOf(me: Me, conversation: string): Conversation | undefined {
  return me.conversations.find((known) => known.conversation === conversation);
}

function replaceConversation(me: Me, next: Conversation): Me {
  const { conversation } = next;
  return {
    ...me,
    conversations: me.conversations.map((known) => (known.conversation === conversation ? next : known)),
  };
}
