import { expect, it } from '@jest/globals';
import { describeOn, type Engine, expectPresenceInvariants, profileOf, storesOn } from '../subjects';
import { bound, commandAt, type Device, LEASE, opened, registered } from './fixtures';

export function releaseContract(engine: Engine): void {
  describeOn(engine, `release on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const plain = { leaseSeen: undefined, keepUnboundUntil: undefined, now: 8_000 };

    it('makes the user offline with their last device, at the time given', async () => {
      const device = await bound(ports());

      expect(await ports().presence.releaseLast({ ...device, ...plain })).toBe('released');
      expect(await ports().connections.find(device.connectionId)).toBeUndefined();
      const profile = await profileOf(database(), device.userId);
      expect(profile).toMatchObject({ state: { S: 'offline' }, lastSeen: { N: '8000' }, version: { N: '2' } });
      expect(profile).not.toHaveProperty('connections');
    });

    it('does not make a user offline who has another device', async () => {
      const [device] = await twoDevices();

      expect(await ports().presence.releaseLast({ ...device, ...plain })).toBe('others');
      expect(await profileOf(database(), device.userId)).toMatchObject({ state: { S: 'online' } });
      await expectPresenceInvariants(database());
    });

    it('leaves the user online while another device is bound', async () => {
      const [one, other] = await twoDevices();

      expect(await ports().presence.releaseOneOfSeveral({ ...one, ...plain })).toBe('released');
      expect(await ports().presence.connectionsOf(one.userId)).toEqual([other.connectionId]);
      await expectPresenceInvariants(database());
    });

    it('does not release the last device as if it were one of several', async () => {
      const device = await bound(ports());

      expect(await ports().presence.releaseOneOfSeveral({ ...device, ...plain })).toBe('last');
      await expectPresenceInvariants(database());
    });

    it('releases nothing that is bound to somebody else by now', async () => {
      const device = await bound(ports());
      const stranger = await registered(ports());

      expect(await ports().presence.releaseLast({ ...device, userId: stranger, ...plain })).toBe('changed');
      expect(await ports().presence.releaseOneOfSeveral({ ...device, userId: stranger, ...plain })).toBe('changed');
    });

    it('releases nothing twice', async () => {
      const device = await bound(ports());
      await ports().presence.releaseLast({ ...device, ...plain });

      expect(await ports().presence.releaseLast({ ...device, ...plain })).toBe('changed');
      expect(await profileOf(database(), device.userId)).toMatchObject({ version: { N: '2' } });
    });

    it('keeps a connection that has spoken since its lease was read', async () => {
      const device = await bound(ports());
      await ports().connections.touch(device.connectionId, commandAt(6_000));

      expect(await ports().presence.releaseLast({ ...device, ...plain, leaseSeen: 5_000 })).toBe('changed');
      expect(await ports().presence.releaseLast({ ...device, ...plain, leaseSeen: 7_000 })).toBe('released');
    });

    it('keeps the row, unbound, where the socket stays open', async () => {
      const device = await bound(ports());

      await ports().presence.releaseLast({ ...device, ...plain, keepUnboundUntil: 9_000 });

      const kept = await ports().connections.find(device.connectionId);
      expect(kept).toEqual({ connectionId: device.connectionId, connectedAt: 1, leaseUntil: 9_000 });
      await expectPresenceInvariants(database());
    });

    async function twoDevices() {
      const userId = await registered(ports());
      const devices = [await opened(ports()), await opened(ports())].map((connectionId) => ({ connectionId, userId }));
      for (const device of devices) await ports().presence.bind({ ...device, devicesMax: 2, ...LEASE });
      return devices as [Device, Device];
    }
  });
}
