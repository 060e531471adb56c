import type { ConnectionId, UserId } from '../../protocol/ids';
import { PUSHES_PARALLEL_MAX } from '../../protocol/limits';
import { encodeFriendEvent, type Friendship } from '../../protocol/messages';
import type { Friends, Profile } from '../ports/ports';
import { type PushPorts, pushFirmly } from '../pushes/push-text';
import { type ProfilesPorts, readProfiles, toFrozenPresence, toPresence, withoutUser } from '../pushes/read-profiles';
import { inParallel } from '../steps/in-parallel';

export type TellPorts = PushPorts &
  ProfilesPorts & { readonly presence: PushPorts['presence']; readonly friends: Pick<Friends, 'find'> };

interface News {
  /** Who did it. */
  readonly userId: UserId;
  readonly other: UserId;
  /** How `userId` stands to `other` now. */
  readonly state: 'outgoing' | 'friends' | 'none';
  /** The connection that did it: it gets the reply instead. */
  readonly except: ConnectionId;
}

/**
 * Tells both users' devices how they stand to each other now, friends with each other's presence, and returns the other
 * one's. Resolves when every push has been tried.
 *
 * Whoever has blocked the one who did it is not told, and shows them nothing new.
 *
 * M-order: this reads after the friendship was written. A flip that it does not see is announced by whoever reads the
 * friendship after that flip: see `announcePresence`.
 */
export async function tellOfFriendship(ports: TellPorts, news: News): Promise<Friendship['presence']> {
  const { userId, other, state, except } = news;
  const profiles = await readProfiles(ports, [userId, other]);
  const [mine, theirs] = [userId, other].map((user) => profiles.find((profile) => profile.userId === user));
  // After the profiles: if there was no block now, there was none when they were read.
  const isBlocked = (await ports.friends.find({ userId: other, other: userId }))?.blocked === true;
  const presenceOf = (profile: Profile | undefined) => (state === 'friends' ? shown(profile) : undefined);
  const presence = isBlocked ? await frozenPresence(ports, news) : presenceOf(theirs);
  const toMe = encodeFriendEvent({ user: other, state, presence });
  const toOther = encodeFriendEvent({ user: userId, state: seenFromThere(state), presence: presenceOf(mine) });
  const pushes = [
    ...(mine?.connections ?? []).filter((id) => id !== except).map((to) => ({ to, text: toMe })),
    ...(isBlocked ? [] : (theirs?.connections ?? [])).map((to) => ({ to, text: toOther })),
  ];
  await inParallel(pushes, PUSHES_PARALLEL_MAX, ({ to, text }) => pushFirmly(ports, to, text));
  return presence;
}

async function frozenPresence(ports: TellPorts, { userId, other, state }: News): Promise<Friendship['presence']> {
  const mine = state === 'friends' ? await ports.friends.find({ userId, other }) : undefined;
  return mine?.frozen && withoutUser(toFrozenPresence(other, mine.frozen));
}

function seenFromThere(state: News['state']): Friendship['state'] {
  return state === 'outgoing' ? 'incoming' : state;
}

function shown(profile: Profile | undefined): Friendship['presence'] {
  return profile && withoutUser(toPresence(profile));
}
