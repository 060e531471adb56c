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

export function areIndependent(one: string, other: string): boolean {
  const isRead = (name: string) => READS[name] !== undefined;
  if (isRead(one) && isRead(other)) return true;
  const [mine, theirs] = [READS[one] ?? WRITES[one], READS[other] ?? WRITES[other]];
  return mine !== undefined && theirs !== undefined && !mine.some((table) => theirs.includes(table));
}
