import type { Command } from '../../protocol/commands';
import { FRIEND_REQUESTS_MAX, FRIENDS_MAX } from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Friends, Pair } from '../ports/ports';
import { settle } from '../steps/settle';
import { type TellPorts, tellOfFriendship } from './tell-of-friendship';

export interface AddFriendPorts extends TellPorts {
  readonly friends: TellPorts['friends'] & Pick<Friends, 'find' | 'ask' | 'accept' | 'count'>;
}

type Added = 'outgoing' | 'friends';

/**
 * Asks another user to be friends, or accepts their request: friends are two who have both added each other. Safe to
 * repeat. Refuses `to_self`, `no_such_user`, `blocked`, `too_many_friends`, `too_many_requests`.
 */
export async function addFriend(
  ports: AddFriendPorts,
  { connectionId, userId }: BoundCaller,
  { user: other }: Command<'addFriend'>,
): Promise<Done<'addFriend'>> {
  if (other === userId) throw new Refusal('to_self', { message: 'A friend needs to be somebody else.' });
  const pair = { userId, other };
  const state = await settle(ports, () => add(ports, pair));
  // Told again if it is repeated: the first time may have ended between the write and the telling.
  const presence = await tellOfFriendship(ports, { ...pair, state, except: connectionId });
  return { userId, fields: { user: other, state, presence } };
}

/** Whatever stands between the two may have changed since it was read; then the write does nothing, and we look again. */
async function add(ports: AddFriendPorts, pair: Pair): Promise<Added | 'conflict'> {
  const found = await ports.friends.find(pair);
  if (found?.blocked) throw new Refusal('blocked');
  switch (found?.state) {
    case undefined:
      return ask(ports, pair);
    case 'incoming':
      return accept(ports, pair);
    case 'outgoing':
    case 'friends':
      return found.state;
    case 'none':
      return 'conflict'; // Only a block can be without a state, and it was refused above.
  }
}

async function ask(ports: AddFriendPorts, pair: Pair): Promise<Added | 'conflict'> {
  const [theirs] = await Promise.all([ports.friends.count(pair.other), refuseTooMany(ports, pair)]);
  if (theirs.incoming >= FRIEND_REQUESTS_MAX) throw new Refusal('too_many_requests');
  const outcome = await ports.friends.ask(pair, ports.clock.now());
  if (outcome === 'absent') throw new Refusal('no_such_user');
  return outcome === 'asked' ? 'outgoing' : 'conflict';
}

/** The one who asked has counted this friendship since then. */
async function accept(ports: AddFriendPorts, pair: Pair): Promise<Added | 'conflict'> {
  await refuseTooMany(ports, pair);
  return (await ports.friends.accept(pair, ports.clock.now())) === 'accepted' ? 'friends' : 'conflict';
}

/** A soft bound: of several at once, each may see room. */
async function refuseTooMany(ports: AddFriendPorts, { userId }: Pair): Promise<void> {
  const { friends, outgoing } = await ports.friends.count(userId);
  if (friends + outgoing >= FRIENDS_MAX) throw new Refusal('too_many_friends');
}
