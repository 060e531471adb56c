import type { Command } from '../protocol/commands';
import type { BoundCaller, Done } from './operation';
import type { Friends } from './ports';
import { settle } from './settle';
import { type TellPorts, tellOfFriendship } from './tell-of-friendship';

export interface RemoveFriendPorts extends TellPorts {
  readonly friends: Pick<Friends, 'remove'>;
}

/**
 * Ends a friendship, withdraws a request or declines one. Where there is nothing it changes nothing, and says the same:
 * so it tells nobody whether a user exists.
 */
export async function removeFriend(
  ports: RemoveFriendPorts,
  { connectionId, userId }: BoundCaller,
  { user: other }: Command<'removeFriend'>,
): Promise<Done> {
  const outcome = await settle(ports, () => ports.friends.remove({ userId, other }));
  if (outcome === 'removed') await tellOfFriendship(ports, { userId, other, state: 'none', except: connectionId });
  return { userId, fields: { user: other, state: 'none' } };
}
