import { expect, it } from '@jest/globals';
import { describeOn, type Engine, storesOn } from '../subjects';
import { bound, newUserId, registered } from './fixtures';

export function profilesContract(engine: Engine): void {
  describeOn(engine, `profiles on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('are read many at once: state, version, last seen, connections', async () => {
      const [online, gone] = [await bound(ports()), await bound(ports())];
      await ports().presence.releaseLast({ ...gone, leaseSeen: undefined, keepUnboundUntil: undefined, now: 8_000 });
      const never = await registered(ports());

      const { profiles, left } = await ports().presence.profilesOf([online.userId, gone.userId, never]);

      expect(left).toEqual([]);
      const byUser = Object.fromEntries(profiles.map((profile) => [profile.userId, profile]));
      const { connectionId, userId } = online;
      expect(byUser).toEqual({
        [userId]: { userId, state: 'online', version: 1, connections: [connectionId] },
        [gone.userId]: { userId: gone.userId, state: 'offline', version: 2, lastSeen: 8_000, connections: [] },
        [never]: { userId: never, state: 'offline', version: 0, connections: [] },
      });
    });

    it('has none for a user who does not exist', async () => {
      const userId = await registered(ports());

      const { profiles } = await ports().presence.profilesOf([newUserId(), userId]);

      expect(profiles.map((profile) => profile.userId)).toEqual([userId]);
    });
  });
}
