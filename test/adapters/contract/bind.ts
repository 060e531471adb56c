import { expect, it } from '@jest/globals';
import type { ConnectionId } from '../../../src/protocol/ids';
import { describeOn, type Engine, expectPresenceInvariants, profileOf, rowsOf, storesOn } from '../subjects';
import { bound, LEASE, newConnectionId, newUserId, opened, registered } from './fixtures';

export function bindContract(engine: Engine): void {
  describeOn(engine, `bind on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('maps the connection and makes the user online', async () => {
      const { connectionId, userId } = await bound(ports());

      expect(await ports().connections.find(connectionId)).toMatchObject({ userId, leaseUntil: 5_000 });
      expect(await ports().presence.connectionsOf(userId)).toEqual([connectionId]);
      expect(await profileOf(database(), userId)).toMatchObject({ state: { S: 'online' }, version: { N: '1' } });
      await expectPresenceInvariants(database());
    });

    it('answers the same when it is repeated', async () => {
      const { connectionId, userId } = await bound(ports());

      const again = await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE });

      expect(again).toEqual({ state: 'bound' });
      expect(await ports().presence.connectionsOf(userId)).toEqual([connectionId]);
    });

    it('drops the promise of heartbeats that a repeated login no longer makes', async () => {
      const userId = await registered(ports());
      const connectionId = await opened(ports());
      await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE, heartbeatMs: 500 });
      const before = await rowOf(connectionId);

      await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE });

      expect(before).toMatchObject({ heartbeatMs: { N: '500' } });
      expect(await rowOf(connectionId)).not.toHaveProperty('heartbeatMs');
    });

    it('does not bind a connection that is not there, and leaves the user offline', async () => {
      const userId = await registered(ports());

      const outcome = await ports().presence.bind({ connectionId: newConnectionId(), userId, devicesMax: 1, ...LEASE });

      expect(outcome).toEqual({ state: 'absent' });
      expect(await profileOf(database(), userId)).toMatchObject({ state: { S: 'offline' }, version: { N: '0' } });
    });

    it("does not take another user's connection", async () => {
      const { connectionId } = await bound(ports());
      const userId = await registered(ports());

      expect(await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE })).toEqual({
        state: 'taken',
      });
      await expectPresenceInvariants(database());
    });

    it('names the whole set when it is full', async () => {
      const { connectionId: first, userId } = await bound(ports());
      const second = await opened(ports());

      const outcome = await ports().presence.bind({ connectionId: second, userId, devicesMax: 1, ...LEASE });

      expect(outcome).toEqual({ state: 'full', connections: [first] });
      expect(await ports().connections.find(second)).not.toHaveProperty('userId', userId);
    });

    it('fails loudly for a user who does not exist', async () => {
      const connectionId = await opened(ports());
      const userId = newUserId();

      await expect(ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE })).rejects.toThrow(
        'no profile',
      );
      expect(await profileOf(database(), userId)).toBeUndefined();
    });

    it('has no connections for a user who does not exist, and an empty set for one who is offline', async () => {
      expect(await ports().presence.connectionsOf(newUserId())).toBeUndefined();
      expect(await ports().presence.connectionsOf(await registered(ports()))).toEqual([]);
    });

    async function rowOf(connectionId: ConnectionId) {
      const { connections } = await rowsOf(database());
      return connections.find((row) => row.connectionId?.S === connectionId);
    }
  });
}
