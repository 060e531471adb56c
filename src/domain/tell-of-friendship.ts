import type { ConnectionId, UserId } from '../protocol/ids';
import { PUSHES_PARALLEL_MAX } from '../protocol/limits';
import { encodeFriendEvent, type Friendship } from '../protocol/messages';
import { inParallel } from './in-parallel';
import type { Profile } from './ports';
import { type PushPorts, pushFirmly } from './push-text';
import { type ProfilesPorts, readProfiles, toPresence } from './read-profiles';

export type TellPorts = PushPorts & ProfilesPorts & { readonly presence: PushPorts['presence'] };

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
 * M-order: this reads after the friendship was written. A flip that it does not see is announced by whoever reads the
 * friendship after that flip: see `announcePresence`.
 */
export async function tellOfFriendship(ports: TellPorts, news: News): Promise<Friendship['presence']> {
  const { userId, other, state, except } = news;
  const profiles = await readProfiles(ports, [userId, other]);
  const [mine, theirs] = [userId, other].map((user) => profiles.find((profile) => profile.userId === user));
  const presenceOf = (profile: Profile | undefined) => (state === 'friends' ? shown(profile) : undefined);
  const toMe = encodeFriendEvent({ user: other, state, presence: presenceOf(theirs) });
  const toOther = encodeFriendEvent({ user: userId, state: seenFromThere(state), presence: presenceOf(mine) });
  const pushes = [
    ...(mine?.connections ?? []).filter((id) => id !== except).map((to) => ({ to, text: toMe })),
    ...(theirs?.connections ?? []).map((to) => ({ to, text: toOther })),
  ];
  await inParallel(pushes, PUSHES_PARALLEL_MAX, ({ to, text }) => pushFirmly(ports, to, text));
  return presenceOf(theirs);
}

function seenFromThere(state: News['state']): Friendship['state'] {
  return state === 'outgoing' ? 'incoming' : state;
}

function shown(profile: Profile | undefined): Friendship['presence'] {
  if (profile === undefined) return undefined;
  const { user: _, ...presence } = toPresence(profile);
  return presence;
}
