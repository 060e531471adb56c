import type { Command } from '../../protocol/commands';
import { directConversation } from '../../protocol/ids';
import { BLOCKS_MAX } from '../../protocol/limits';
import { encodeFriendEvent, encodePresenceEvent, type Friendship } from '../../protocol/messages';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Blocks, Friend, Friends, Frozen, Pair, Profile } from '../ports/ports';
import { connectionsIn, type PushToUsersPorts, pushToAll, pushToOwnDevices } from '../pushes/push-to-all';
import { readProfiles, toFrozenPresence, toPresence } from '../pushes/read-profiles';
import { settle } from '../steps/settle';

export interface BlockPorts extends PushToUsersPorts {
  readonly friends: Pick<Friends, 'find' | 'count'>;
  readonly blocks: Blocks;
}

/**
 * Blocks a user, or takes it back. What they send the caller is hidden from then on; a friend is shown the caller as offline
 * since then. They are not told. Safe to repeat. Refuses `to_self`, `no_such_user`, `too_many_blocks`.
 */
export async function block(ports: BlockPorts, caller: BoundCaller, command: Command<'block'>): Promise<Done<'block'>> {
  const { userId } = caller;
  const { user: other, unblock: isOver = false } = command;
  if (other === userId) throw new Refusal('to_self', { message: 'A block needs somebody else.' });
  const pair = { userId, other };
  const state = await settle(ports, () => (isOver ? unblockOnce(ports, pair) : blockOnce(ports, pair)));
  const fields = { user: other, state, blocked: !isOver };
  // Repeated, it is told again: the first time may have ended between the write and the telling.
  if (state === 'friends') await tellBoth(ports, caller, fields);
  else await pushToOwnDevices(ports, caller, encodeFriendEvent(fields));
  return { userId, fields };
}

async function blockOnce(ports: BlockPorts, pair: Pair): Promise<Friend['state'] | 'conflict'> {
  const { userId, other } = pair;
  const friend = await ports.friends.find(pair);
  const stateSeen = friend?.state ?? 'none';
  if (friend?.blocked) return stateSeen;
  const [[mine, theirs], { blocked }] = await Promise.all([readBoth(ports, pair), ports.friends.count(userId)]);
  if (!mine || !theirs) throw new Refusal('no_such_user');
  if (blocked >= BLOCKS_MAX) throw new Refusal('too_many_blocks');
  const now = ports.clock.now();
  const frozen = frozenFrom(mine, now);
  const conversation = directConversation(userId, other);
  const blocking = { ...pair, conversation, stateSeen, now, frozen, versionSeen: mine.version };
  return (await ports.blocks.block(blocking)) === 'blocked' ? stateSeen : 'conflict';
}

/** One version above what has been shown so far, as if the user had just gone. */
function frozenFrom({ state, lastSeen, version }: Profile, now: number): Frozen {
  return { version: version + 1, lastSeen: state === 'online' ? now : lastSeen };
}

async function unblockOnce(ports: BlockPorts, pair: Pair): Promise<Friend['state'] | 'conflict'> {
  const friend = await ports.friends.find(pair);
  const stateSeen = friend?.state ?? 'none';
  if (!friend?.blocked) return stateSeen;
  const conversation = directConversation(pair.userId, pair.other);
  const outcome = await ports.blocks.unblock({ ...pair, conversation, stateSeen });
  return outcome === 'unblocked' ? stateSeen : 'conflict';
}

async function readBoth(ports: BlockPorts, { userId, other }: Pair) {
  const profiles = await readProfiles(ports, [userId, other]);
  return [userId, other].map((user) => profiles.find((profile) => profile.userId === user));
}

/**
 * Tells the caller's other devices; and the friend, to whom a block looks like going offline, and its end like coming back. Who is
 * offline anyhow shows neither.
 */
async function tellBoth(ports: BlockPorts, { userId, connectionId }: BoundCaller, told: Friendship): Promise<void> {
  const { user: other } = told;
  const [mine, theirs] = await readBoth(ports, { userId, other });
  // Read last: if this says that the friend may see it, what was read before is not newer than a block.
  const friend = await ports.friends.find({ userId: other, other: userId });
  if (mine?.state === 'online' && friend?.state === 'friends') {
    const text = encodePresenceEvent(friend.frozen ? toFrozenPresence(userId, friend.frozen) : toPresence(mine));
    await pushToAll(ports, theirs?.connections ?? [], text);
  }
  await pushToAll(ports, connectionsIn(mine ? [mine] : [], connectionId), encodeFriendEvent(told));
}
