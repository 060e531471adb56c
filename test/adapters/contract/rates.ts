import { expect, it } from '@jest/globals';
import type { ConnectionId } from '../../../src/protocol/ids';
import { describeOn, type Engine, profileOf, rowsOf, storesOn } from '../subjects';
import { bound, commandAt, LEASE, newUserId, opened, registered } from './fixtures';

export function ratesContract(engine: Engine): void {
  describeOn(engine, `rates on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    /** A connection that owes 40 ms at 70 s. */
    const owing = async () => {
      const device = await bound(ports());
      await ports().connections.touch(device.connectionId, commandAt(70_000));
      return device;
    };

    it('charge a connection that owes nothing from now on, and use up what is prepaid', async () => {
      const { connectionId } = await owing();

      await ports().connections.touch(connectionId, commandAt(70_040));

      expect(await rowOf(connectionId)).toMatchObject({ tat: { N: '70080' }, prepaid: { N: '3' } });
    });

    it('do not touch a connection that owes something as if it owed nothing', async () => {
      const { connectionId, userId } = await owing();

      const touched = await ports().connections.touch(connectionId, commandAt(70_039));

      expect(touched).toEqual({ state: 'owing', userId, tat: 70_040, prepaid: 4 });
      expect(await rowOf(connectionId)).toMatchObject({ leaseUntil: { N: '71000' }, tat: { N: '70040' } });
    });

    it('charge a connection that owes something from its tat on, up to what it may owe, and renew its lease from there', async () => {
      const { connectionId, userId } = await owing();
      const at = (now: number) => ({ ...commandAt(now), owingMaxMs: 10 });

      const tooMuch = await ports().connections.touch(connectionId, at(70_029));
      const enough = await ports().connections.touch(connectionId, at(70_030));

      expect(tooMuch).toEqual({ state: 'owing', userId, tat: 70_040, prepaid: 4 });
      expect(enough).toEqual({ state: 'bound', userId, refusals: 0 });
      expect(await rowOf(connectionId)).toMatchObject({ leaseUntil: { N: '71040' }, tat: { N: '70080' } });
    });

    it('never take back the lease, however late a touch lands', async () => {
      const { connectionId } = await owing();

      await ports().connections.touch(connectionId, commandAt(60_000));
      const first = await rowOf(connectionId);
      await ports().connections.touch(connectionId, { ...commandAt(60_000), owingMaxMs: 20_000 });

      expect(first).toMatchObject({ leaseUntil: { N: '71000' } });
      expect(await rowOf(connectionId)).toMatchObject({ leaseUntil: { N: '71040' } });
    });

    it('do not touch a connection for which nothing is prepaid, unless the touch brings it', async () => {
      const { connectionId, userId } = await bound(ports());
      for (let command = 0; command < LEASE.prepaid; command++)
        await ports().connections.touch(connectionId, commandAt(70_000 + 40 * command));

      const outcomes = [
        await ports().connections.touch(connectionId, commandAt(80_000)),
        await ports().connections.touch(connectionId, { ...commandAt(80_000), prepaid: 0 }),
        await ports().connections.touch(connectionId, { ...commandAt(90_000), prepaid: 9 }),
        await ports().connections.touch(connectionId, commandAt(100_000)),
      ];

      expect(outcomes.map(({ state }) => state)).toEqual(['owing', 'bound', 'bound', 'bound']);
      expect(outcomes[0]).toEqual({ state: 'owing', userId, tat: 70_200, prepaid: 0 });
      expect(await rowOf(connectionId)).toMatchObject({ prepaid: { N: '8' } });
    });

    it('count refusals, until a command is accepted on a connection that owes nothing', async () => {
      const { connectionId } = await owing();
      const refusal = { now: 70_000, costMs: 0, prepaid: 0, isRefusal: true, owingMaxMs: 40 };

      const counted = [
        await ports().connections.touch(connectionId, refusal),
        await ports().connections.touch(connectionId, refusal),
        await ports().connections.touch(connectionId, { ...commandAt(70_010), owingMaxMs: 1_000 }),
        await ports().connections.touch(connectionId, commandAt(70_080)),
      ];

      expect(counted).toMatchObject([{ refusals: 1 }, { refusals: 2 }, { refusals: 2 }, { refusals: 0 }]);
      expect(await rowOf(connectionId)).toMatchObject({ leaseUntil: { N: '71080' }, prepaid: { N: '2' } });
    });

    it('count a refusal as a sign of life', async () => {
      const { connectionId } = await bound(ports());

      await ports().connections.touch(connectionId, { now: 70_000, costMs: 0, prepaid: 0, isRefusal: true });

      expect(await rowOf(connectionId)).toMatchObject({ leaseUntil: { N: '71000' }, tat: { N: '70000' } });
    });

    it('charge a user who owes nothing from now on, and who owes something from there on, up to what they may owe', async () => {
      const userId = await registered(ports());

      const outcomes = [
        await ports().accounts.charge(userId, { now: 1_000, costMs: 500, owingMaxMs: 100 }),
        await ports().accounts.charge(userId, { now: 1_000, costMs: 500 }),
        await ports().accounts.charge(userId, { now: 1_499, costMs: 500 }),
        await ports().accounts.charge(userId, { now: 1_399, costMs: 500, owingMaxMs: 100 }),
        await ports().accounts.charge(userId, { now: 1_400, costMs: 500, owingMaxMs: 100 }),
        await ports().accounts.charge(userId, { now: 2_000, costMs: 500 }),
      ];

      const [owingNever, owing] = [0, 1_500].map((tat) => ({ state: 'owing', tat }));
      const done = { state: 'charged' };
      expect(outcomes).toEqual([owingNever, done, owing, owing, done, done]);
      expect(await profileOf(database(), userId)).toMatchObject({ tat: { N: '2500' }, version: { N: '0' } });
    });

    it('make no profile for a user who does not exist', async () => {
      const userId = newUserId();

      await expect(ports().accounts.charge(userId, { now: 1_000, costMs: 500 })).rejects.toThrow('no profile');
      expect(await profileOf(database(), userId)).toBeUndefined();
    });

    it('charge a user for a login, in the same step, or refuse it', async () => {
      const userId = await registered(ports());
      const [first, second] = [await opened(ports()), await opened(ports())];
      const binding = { userId, devicesMax: 20, ...LEASE, charge: { now: 4_000, costMs: 500 } };

      const outcomes = [
        await ports().presence.bind({ ...binding, connectionId: first }),
        await ports().presence.bind({ ...binding, connectionId: second }),
        await ports().presence.bind({
          ...binding,
          connectionId: second,
          charge: { now: 4_000, costMs: 500, owingMaxMs: 500 },
        }),
      ];

      expect(outcomes).toEqual([{ state: 'bound' }, { state: 'owing', tat: 4_500 }, { state: 'bound' }]);
      expect(await profileOf(database(), userId)).toMatchObject({ tat: { N: '5000' }, version: { N: '2' } });
      expect(await rowOf(first)).toMatchObject({ tat: { N: '4001' }, prepaid: { N: '5' } });
    });

    it('refuse a login before a device yields to it', async () => {
      const { userId } = await bound(ports());
      await ports().accounts.charge(userId, { now: 4_000, costMs: 1_000 });
      const connectionId = await opened(ports());

      const outcome = await ports().presence.bind({ connectionId, userId, ...LEASE, devicesMax: 1 });

      expect(outcome).toEqual({ state: 'owing', tat: 5_000 });
    });

    it('begin anew with each login, and leave nothing behind with a logout', async () => {
      const device = await owing();
      await ports().connections.touch(device.connectionId, { ...commandAt(70_000), owingMaxMs: 40, isRefusal: true });

      await ports().presence.bind({ ...device, devicesMax: 1, ...LEASE });
      const again = await rowOf(device.connectionId);
      const kept = { leaseSeen: undefined, keepUnboundUntil: 9_000, now: 8_000 };
      await ports().presence.releaseLast({ ...device, ...kept });

      expect(again).toMatchObject({ tat: { N: '4001' }, prepaid: { N: '5' } });
      expect(again).not.toHaveProperty('refusals');
      const unbound = await rowOf(device.connectionId);
      for (const name of ['tat', 'prepaid', 'refusals']) expect(unbound).not.toHaveProperty(name);
    });

    async function rowOf(connectionId: ConnectionId) {
      const { connections } = await rowsOf(database());
      return connections.find((row) => row.connectionId?.S === connectionId);
    }
  });
}
