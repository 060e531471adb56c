import { expect, it } from '@jest/globals';
import { describeOn, type Engine, storesOn } from '../subjects';
import { bound, commandAt, LEASE, newConnectionId, opened, registered } from './fixtures';

export function connectionsContract(engine: Engine): void {
  describeOn(engine, `connections on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('finds nothing under an id that was never opened', async () => {
      expect(await ports().connections.find(newConnectionId())).toBeUndefined();
    });

    it('finds what was opened, unbound', async () => {
      const connectionId = newConnectionId();

      const outcome = await ports().connections.open({ connectionId, connectedAt: 1, leaseUntil: 2, sourceIp: '::1' });

      expect(outcome).toBe('opened');
      expect(await ports().connections.find(connectionId)).toEqual({ connectionId, connectedAt: 1, leaseUntil: 2 });
    });

    it('keeps a binding when the same connection is opened again', async () => {
      const { connectionId, userId } = await bound(ports());

      const outcome = await ports().connections.open({ connectionId, connectedAt: 9, leaseUntil: 9, sourceIp: '::1' });

      expect(outcome).toBe('exists');
      expect(await ports().connections.find(connectionId)).toMatchObject({ userId, connectedAt: 1 });
    });

    it('touches a bound connection: names its user and renews its lease by its own length', async () => {
      const { connectionId, userId } = await bound(ports());

      const touched = await ports().connections.touch(connectionId, commandAt(70_000));

      expect(touched).toEqual({ state: 'bound', userId, refusals: 0 });
      expect(await ports().connections.find(connectionId)).toMatchObject({ leaseUntil: 71_000 });
    });

    it('does not touch an unbound connection', async () => {
      const connectionId = await opened(ports());

      expect(await ports().connections.touch(connectionId, commandAt(70_000))).toEqual({ state: 'unbound' });
      expect(await ports().connections.find(connectionId)).toMatchObject({ leaseUntil: 2 });
    });

    it('does not bring a connection into being by touching it', async () => {
      const connectionId = newConnectionId();

      expect(await ports().connections.touch(connectionId, commandAt(70_000))).toEqual({ state: 'absent' });
      expect(await ports().connections.find(connectionId)).toBeUndefined();
    });

    it('forgets an unbound connection', async () => {
      const connectionId = await opened(ports());

      expect(await ports().connections.forgetUnbound(connectionId, undefined)).toBe('forgotten');
      expect(await ports().connections.find(connectionId)).toBeUndefined();
    });

    it('does not forget a connection that has been bound', async () => {
      const { connectionId, userId } = await bound(ports());

      expect(await ports().connections.forgetUnbound(connectionId, undefined)).toBe('changed');
      expect(await ports().connections.find(connectionId)).toMatchObject({ userId });
    });

    it('forgets an unbound connection only with the lease that was seen', async () => {
      const connectionId = await opened(ports());

      expect(await ports().connections.forgetUnbound(connectionId, 1)).toBe('changed');
      expect(await ports().connections.forgetUnbound(connectionId, 2)).toBe('forgotten');
    });

    it("lists a user's devices, the oldest first, and nobody else's", async () => {
      const userId = await registered(ports());
      const young = await opened(ports(), 30);
      const old = await opened(ports(), 10);
      await bound(ports());
      for (const connectionId of [young, old])
        await ports().presence.bind({ connectionId, userId, devicesMax: 2, ...LEASE });

      const devices = await ports().connections.listOf(userId);

      const from = { sourceIp: '::1', userAgent: 'test' };
      expect(devices).toEqual([
        { connectionId: old, connectedAt: 10, ...from },
        { connectionId: young, connectedAt: 30, ...from },
      ]);
    });
  });
}
