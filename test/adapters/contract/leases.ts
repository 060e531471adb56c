import { expect, it } from '@jest/globals';
import type { Expired } from '../../../src/domain/ports/ports';
import type { ConnectionId } from '../../../src/protocol/ids';
import { describeOn, type Engine, storesOn } from '../subjects';
import { bound, LEASE, newConnectionId, opened, registered } from './fixtures';

export function leasesContract(engine: Engine): void {
  describeOn(engine, `leases on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const { leaseUntil } = LEASE;

    it('are renewed by their own length, where they are as they were seen', async () => {
      const { connectionId } = await bound(ports());

      const outcomes = [
        await ports().connections.renew(connectionId, { leaseSeen: leaseUntil, now: 70_000 }),
        await ports().connections.renew(connectionId, { leaseSeen: leaseUntil, now: 80_000 }),
      ];

      expect(outcomes).toEqual(['renewed', 'changed']);
      expect(await ports().connections.find(connectionId)).toMatchObject({ leaseUntil: 71_000 });
    });

    it('are renewed neither for an unbound connection nor for one that is not there', async () => {
      const [unbound, absent] = [await opened(ports()), newConnectionId()];

      expect(await ports().connections.renew(unbound, { leaseSeen: 2, now: 70_000 })).toBe('changed');
      expect(await ports().connections.renew(absent, { leaseSeen: 2, now: 70_000 })).toBe('changed');
      expect(await ports().connections.find(unbound)).toMatchObject({ leaseUntil: 2 });
      expect(await ports().connections.find(absent)).toBeUndefined();
    });

    it('that have ended are found with all that the sweep has to know', async () => {
      const connectionId = await opened(ports());
      const userId = await registered(ports());
      await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE, heartbeatMs: 500 });
      const unbound = await opened(ports());

      const found = (await scan({ before: leaseUntil + 1 })).flatMap(({ connections }) => connections);

      expect(found).toContainEqual({
        connectionId,
        connectedAt: 1,
        leaseUntil,
        userId,
        heartbeatMs: 500,
        heardAt: leaseUntil - 1000,
      });
      expect(found).toContainEqual({ connectionId: unbound, connectedAt: 1, leaseUntil: 2 });
    });

    it('that end only now have not ended', async () => {
      const { connectionId } = await bound(ports());

      const found = (await scan({ before: leaseUntil })).flatMap(({ connections }) => connections);

      expect(found.map((connection) => connection.connectionId)).not.toContain(connectionId);
    });

    it('are all found once, in pages, by as many workers as there are segments', async () => {
      const devices: ConnectionId[] = [];
      for (let count = 0; count < 12; count++) devices.push(await opened(ports()));

      const pages = await scan({ before: 3, limit: 2, segments: 3 });

      const found = pages.flatMap(({ connections }) => connections.map(({ connectionId }) => connectionId));
      expect(devices.filter((device) => !found.includes(device))).toEqual([]);
      expect(new Set(found).size).toBe(found.length);
      expect(pages.every(({ scanned }) => scanned <= 2)).toBe(true);
      expect(pages.length).toBeGreaterThanOrEqual(6);
    });

    async function scan({ before, limit = 100, segments = 1 }: { before: number; limit?: number; segments?: number }) {
      const pages: Expired[] = [];
      for (let segment = 0; segment < segments; segment++) {
        let from: ConnectionId | undefined;
        do {
          const page = await ports().connections.expired({ segment, segments, before, limit, from });
          pages.push(page);
          from = page.next;
        } while (from !== undefined);
      }
      return pages;
    }
  });
}
