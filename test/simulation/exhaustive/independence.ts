/** What each call reads or writes: steps that share nothing may change places. A call that is not here shares everything. */
const READS: Readonly<Record<string, readonly string[]>> = {
  'log.head': ['logs'],
  'log.from': ['logs'],
  'log.upTo': ['logs'],
  'inboxes.entriesOf': ['inboxes'],
  'inboxes.listOf': ['inboxes'],
  'groups.find': ['groups'],
  'groups.member': ['groups'],
  'groups.members': ['groups'],
  'presence.profilesOf': ['profiles'],
  'presence.connectionsOf': ['profiles'],
  'connections.find': ['connections'],
  'connections.expired': ['connections'],
  'connections.listOf': ['connections'],
  'friends.find': ['friends'],
  'accounts.snapshotOf': ['profiles', 'friends', 'inboxes'],
};

const WRITES: Readonly<Record<string, readonly string[]>> = {
  'log.put': ['logs'],
  'log.hide': ['logs'],
  'inboxes.arrive': ['inboxes'],
  'inboxes.advance': ['inboxes'],
  'inboxes.markBig': ['inboxes'],
  'groups.create': ['groups', 'logs', 'inboxes'],
  'groups.join': ['groups', 'logs', 'inboxes'],
  'groups.leave': ['groups', 'logs', 'inboxes'],
  'connections.open': ['connections'],
  'connections.touch': ['connections'],
  'connections.renew': ['connections'],
  'connections.forgetUnbound': ['connections'],
  'accounts.charge': ['profiles'],
  'presence.bind': ['profiles', 'connections'],
  'presence.releaseLast': ['profiles', 'connections'],
  'presence.releaseOneOfSeveral': ['profiles', 'connections'],
  'blocks.block': ['friends', 'inboxes', 'profiles'],
  'blocks.unblock': ['friends', 'inboxes', 'profiles'],
  'fanOut.enqueue': [],
};

/** Of an inbox, one user's entry. */
const OF_ONE_USER = new Set(['inboxes.arrive', 'inboxes.advance', 'inboxes.markBig']);

export interface Call {
  readonly name: string;
  readonly userId?: string | undefined;
}

export function areIndependent(one: Call, other: Call): boolean {
  if ([one, other].every(({ name }) => OF_ONE_USER.has(name)) && one.userId !== other.userId) return true;
  if ([one, other].every(({ name }) => READS[name] !== undefined)) return true;
  const [mine, theirs] = [one, other].map(({ name }) => READS[name] ?? WRITES[name]);
  return mine !== undefined && theirs !== undefined && !mine.some((table) => theirs.includes(table));
}
