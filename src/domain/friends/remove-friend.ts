import type { Command } from '../../protocol/commands';
import { Refusal } from '../../protocol/refusal';
import type { BoundCaller, Done } from '../ports/operation';
import type { Friend, Friends, Pair } from '../ports/ports';
import { settle } from '../steps/settle';
import { type TellPorts, tellOfFriendship } from './tell-of-friendship';

export interface RemoveFriendPorts extends TellPorts {
  readonly friends: Pick<Friends, 'remove' | 'find'>;
}

/**
 * Ends a friendship, withdraws a request or declines one. Where there is nothing it changes nothing, and says the same:
 * so it tells nobody whether a user exists. Refuses `to_self`.
 */
export async function removeFriend(
  ports: RemoveFriendPorts,
  { connectionId, userId }: BoundCaller,
  { user: other }: Command<'removeFriend'>,
): Promise<Done<'removeFriend'>> {
  if (other === userId) throw new Refusal('to_self', { message: 'A friend is somebody else.' });
  const outcome = await remove(ports, { userId, other });
  if (outcome === 'removed') await tellOfFriendship(ports, { userId, other, state: 'none', except: connectionId });
  return { userId, fields: { user: other, state: 'none' } };
}

/** Hardly anybody has blocked anybody, so that is tried first. A block stays when everything else between the two ends. */
function remove(ports: RemoveFriendPorts, pair: Pair): Promise<'removed' | 'absent'> {
  let blocks = { mine: false, theirs: false };
  return settle(ports, async () => {
    const outcome = await ports.friends.remove({ ...pair, blocks });
    if (outcome !== 'changed') return outcome;
    const [mine, theirs] = await Promise.all([
      ports.friends.find(pair),
      ports.friends.find({ userId: pair.other, other: pair.userId }),
    ]);
    if (isNothing(mine) && isNothing(theirs)) return 'absent';
    blocks = { mine: mine?.blocked === true, theirs: theirs?.blocked === true };
    return 'conflict';
  });
}

function isNothing(friend: Friend | undefined): boolean {
  return friend === undefined || friend.state === 'none';
}
