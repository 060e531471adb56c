import type { UserId } from '../../protocol/ids';
import { PROFILES_READ_MAX } from '../../protocol/limits';
import type { UserPresence } from '../../protocol/messages';
import type { Frozen, Presence, Profile } from '../ports/ports';
import { chunks } from '../steps/chunks';
import { readAll } from '../steps/read-all';
import type { SettlePorts } from '../steps/settle';
import { together } from '../steps/together';

export interface ProfilesPorts extends SettlePorts {
  readonly presence: Pick<Presence, 'profilesOf'>;
}

/**
 * The profiles of many users, each strongly consistent, in the order given; without those who do not exist. One request
 * for each PROFILES_READ_MAX of them, side by side. Refuses `busy` when the database does not get to all.
 */
export async function readProfiles(ports: ProfilesPorts, userIds: readonly UserId[]): Promise<readonly Profile[]> {
  const asked = [...new Set(userIds)];
  const pages = await together(
    ...chunks(asked, PROFILES_READ_MAX).map((users) =>
      readAll(ports, users, async (left) => {
        const page = await ports.presence.profilesOf(left);
        return { found: page.profiles, left: page.left };
      }),
    ),
  );
  const found = new Map(pages.flat().map((profile) => [profile.userId, profile]));
  return asked.flatMap((userId) => found.get(userId) ?? []);
}

/** What others may see of a profile. */
export function toPresence({ userId, state, lastSeen, version }: Omit<Profile, 'connections'>): UserPresence {
  return { user: userId, state, lastSeen, version };
}

/** What somebody who is blocked is shown: offline. Field by field in the same order, or the text itself would tell a block. */
export function toFrozenPresence(userId: UserId, { lastSeen, version }: Frozen): UserPresence {
  return toPresence({ userId, state: 'offline', lastSeen, version });
}

/** As a `friend` event or a reply has it, which name the user themselves. */
export function withoutUser({ user: _, ...presence }: UserPresence): Omit<UserPresence, 'user'> {
  return presence;
}
