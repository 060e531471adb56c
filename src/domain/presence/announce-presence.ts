import type { UserId } from '../../protocol/ids';
import { ANNOUNCEMENTS_PARALLEL_MAX, PUSHES_PARALLEL_MAX } from '../../protocol/limits';
import { encodePresenceEvent } from '../../protocol/messages';
import { type FriendsPorts, friendsAmong, readFriends } from '../friends/read-friends';
import type { UserPresence } from '../ports/ports';
import { type PushPorts, pushFirmly } from '../pushes/push-text';
import { type ProfilesPorts, readProfiles, toPresence } from '../pushes/read-profiles';
import { inParallel } from '../steps/in-parallel';

export type AnnouncePorts = PushPorts & FriendsPorts & ProfilesPorts & { readonly presence: PushPorts['presence'] };

/** One change of a user's profile, as the table's stream tells it. */
export interface ProfileChange {
  readonly before: UserPresence;
  readonly after: UserPresence;
}

/**
 * Pushes the newest state of every user who flipped in this batch to all devices of their friends, and returns the users
 * for whom that failed: their changes have to come again. One failing push is no failure, a dead peer holds up nobody.
 *
 * What waits is the announcement, not the truth: flips of one batch are one push. Even a flip that the batch undoes is
 * pushed, with the state that was announced last and a newer version. A client that logged in between the two flips has
 * read the state in the middle, and nothing else would tell it.
 *
 * P5: friends and their connections are read strongly, after the flip. A friend who binds later than that reads the flip.
 */
export async function announcePresence(
  ports: AnnouncePorts,
  changes: readonly ProfileChange[],
): Promise<readonly UserId[]> {
  const failed: UserId[] = [];
  await inParallel(newestFlips(changes), ANNOUNCEMENTS_PARALLEL_MAX, async (presence) => {
    try {
      await announce(ports, presence);
    } catch (cause) {
      ports.report(cause);
      failed.push(presence.userId);
    }
  });
  return failed;
}

async function announce(ports: AnnouncePorts, presence: UserPresence): Promise<void> {
  const entries = await readFriends(ports, presence.userId);
  // Whom the user has blocked is shown what stood at that moment.
  const friends = friendsAmong(entries.filter(({ blocked }) => !blocked));
  const connections = (await readProfiles(ports, friends)).flatMap((friend) => friend.connections);
  const event = encodePresenceEvent(toPresence(presence));
  await inParallel(connections, PUSHES_PARALLEL_MAX, (connectionId) => pushFirmly(ports, connectionId, event));
}

/** Of each user whose state was another one in between: the newest. A further device changes the profile, but not the state. */
function newestFlips(changes: readonly ProfileChange[]): readonly UserPresence[] {
  const flipped = new Set(
    changes.filter(({ before, after }) => before.state !== after.state).map(({ after }) => after.userId),
  );
  const newest = new Map<UserId, UserPresence>();
  for (const { after } of changes) {
    const known = newest.get(after.userId);
    if (flipped.has(after.userId) && (known === undefined || known.version < after.version))
      newest.set(after.userId, after);
  }
  return [...newest.values()];
}
