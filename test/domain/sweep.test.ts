import { beforeEach, expect, it } from '@jest/globals';
import { openConnection } from '../../src/domain/presence/open-connection';
import { LEASE_MS, LOGIN_GRACE_MS } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectPresenceInvariants, profileOf } from '../tooling/rows';
import { worldOn } from '../tooling/world';

const FAR_AWAY = 1e12;
const nothing = { released: 0, forgotten: 0, renewed: 0, changed: 0, left: 0, failed: 0 };

describeOn(dynoxide, 'the sweep', (database) => {
  // The table is shared by the tests, and a sweep sees all of it: what one test left must not be counted by the next.
  beforeEach(async () => {
    const { world, sweep } = worldOn(database());
    world.now = FAR_AWAY;
    await sweep();
  });

  const oneUser = async (more: Record<string, unknown> = {}) => {
    const here = worldOn(database());
    const user = await here.register('ann');
    const connectionId = await here.connect();
    await here.login(connectionId, user, more);
    await here.sweep();
    const { leaseUntil = 0 } = (await here.ports.connections.find(connectionId)) ?? {};
    /** The last instant at which the lease still holds. */
    here.world.now = leaseUntil;
    return { ...here, user, connectionId };
  };
  const stateOf = async (user: string) => (await profileOf(database(), user))?.state?.S;

  it('releases a client that missed its heartbeats, and then closes its socket', async () => {
    const { connectionId, user, sweep, world, isOpen } = await oneUser({ heartbeat: 10 });

    const inTime = await sweep();
    world.now += 1;
    const tooLate = await sweep();

    expect(inTime).toMatchObject(nothing);
    expect(tooLate).toMatchObject({ ...nothing, released: 1 });
    expect(isOpen(connectionId)).toBe(false);
    expect(await stateOf(user)).toBe('offline');
    await expectPresenceInvariants(database());
  });

  it('closes the socket only after the release, and not at all where the client has just spoken', async () => {
    const { connectionId, user, send, sweep, world, isOpen, ports } = await oneUser({ heartbeat: 10 });
    world.now += 1;
    const { expired } = ports.connections;
    ports.connections.expired = async (page) => {
      const found = await expired(page);
      if (found.connections.some((connection) => connection.connectionId === connectionId))
        await send(connectionId, { action: 'ping' });
      return found;
    };

    expect(await sweep()).toMatchObject({ ...nothing, changed: 1 });
    expect(isOpen(connectionId)).toBe(true);
    expect(await stateOf(user)).toBe('online');
  });

  it('leaves a socket without a row when it ends between release and close, and the fence closes that', async () => {
    const { connectionId, user, send, sweep, world, isOpen, ports } = await oneUser({ heartbeat: 10 });
    world.now += 1;
    const { close } = ports.sockets;
    ports.sockets.close = async () => {
      throw new Error('the Lambda ended here');
    };

    expect(await sweep()).toMatchObject({ ...nothing, failed: 1 });
    ports.sockets.close = close;

    expect(await stateOf(user)).toBe('offline');
    expect(await send(connectionId, { action: 'ping' })).toEqual({ silence: true });
    expect(isOpen(connectionId)).toBe(false);
  });

  it('asks about a client that promised nothing, and renews its lease while its socket is open', async () => {
    const { connectionId, user, sweep, world, ports } = await oneUser();
    world.now += 1;

    expect(await sweep()).toMatchObject({ ...nothing, renewed: 1 });
    expect(await ports.connections.find(connectionId)).toMatchObject({ leaseUntil: world.now + LEASE_MS });
    expect(await stateOf(user)).toBe('online');
    expect(await sweep()).toMatchObject(nothing);
  });

  it('releases a client that promised nothing once its socket is gone', async () => {
    const { connectionId, user, sweep, world, vanish, ports } = await oneUser();
    vanish(connectionId);
    world.now += 1;

    expect(await sweep()).toMatchObject({ ...nothing, released: 1 });
    expect(await ports.connections.find(connectionId)).toBeUndefined();
    expect(await stateOf(user)).toBe('offline');
  });

  it('keeps a client that speaks while API Gateway says that it is gone', async () => {
    const { connectionId, user, send, sweep, world, ports } = await oneUser();
    world.now += 1;
    ports.sockets.probe = async () => {
      await send(connectionId, { action: 'ping' });
      return 'gone';
    };

    expect(await sweep()).toMatchObject({ ...nothing, changed: 1 });
    expect(await stateOf(user)).toBe('online');
  });

  it('leaves a connection about which API Gateway says nothing to the next pass', async () => {
    const { connectionId, user, sweep, world, vanish, ports } = await oneUser();
    vanish(connectionId);
    world.now += 1;
    const { probe } = ports.sockets;
    ports.sockets.probe = async () => 'unknown';

    expect(await sweep()).toMatchObject({ ...nothing, left: 1 });
    ports.sockets.probe = probe;
    expect(await sweep()).toMatchObject({ ...nothing, released: 1 });
    expect(await stateOf(user)).toBe('offline');
  });

  it('forgets a connection without a login after its grace, and closes it', async () => {
    const { connect, sweep, world, isOpen, ports } = worldOn(database());
    const connectionId = await connect();
    world.now += LOGIN_GRACE_MS;

    expect(await sweep()).toMatchObject(nothing);
    world.now += 1;
    expect(await sweep()).toMatchObject({ ...nothing, forgotten: 1 });
    expect(await ports.connections.find(connectionId)).toBeUndefined();
    expect(isOpen(connectionId)).toBe(false);
  });

  it('forgets the row that a $connect leaves which AWS runs again after the $disconnect', async () => {
    const { join, register, disconnected, sweep, world, ports } = worldOn(database());
    const user = await register('ann');
    const connectionId = await join(user);
    await disconnected(connectionId);
    await openConnection(ports, { connectionId, connectedAt: world.now, sourceIp: '::1' });

    world.now += LOGIN_GRACE_MS + 1;

    expect((await sweep()).forgotten).toBeGreaterThanOrEqual(1);
    expect(await ports.connections.find(connectionId)).toBeUndefined();
    expect(await stateOf(user)).toBe('offline');
  });

  it('goes on when one connection fails, and reports it', async () => {
    const { register, connect, login, sweep, world, vanish, ports } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const [failing, fine] = [await connect(), await connect()];
    await login(failing, ann);
    await login(fine, bob, { heartbeat: 540 });
    vanish(failing);
    world.now += 2 * 540_000 + 1;
    ports.sockets.probe = async () => {
      throw new Error('a bug in the prober');
    };

    expect(await sweep()).toMatchObject({ failed: 1, released: 1 });
    expect(ports.report).toHaveBeenCalledWith(expect.objectContaining({ message: 'a bug in the prober' }));
    expect(await stateOf(ann)).toBe('online');
    expect(await stateOf(bob)).toBe('offline');
  });

  it('goes on with the other segments when a page of one fails', async () => {
    const { sweep, ports } = await oneUser();
    const { expired } = ports.connections;
    ports.connections.expired = async (page) => {
      if (page.segment === 0) throw new Error('throttled');
      return expired(page);
    };

    expect(await sweep()).toMatchObject({ ...nothing, failed: 1 });
    expect(ports.report).toHaveBeenCalledTimes(1);
  });

  it('reads page after page, until there is no next', async () => {
    const { sweep, ports } = await oneUser();
    const pages: unknown[] = [];
    ports.connections.expired = async ({ segment, from }) => {
      pages.push(from);
      const next = segment === 0 && pages.filter(Boolean).length < 2 ? (`after ${from}` as never) : undefined;
      return { connections: [], scanned: 7, next };
    };

    expect(await sweep()).toMatchObject({ scanned: 6 * 7 });
    expect(pages.filter(Boolean)).toEqual(['after undefined', 'after after undefined']);
  });

  it('begins nothing more when its time is up', async () => {
    const { connectionId, user, sweep, world, ports } = await oneUser({ heartbeat: 10 });
    world.now += 1;
    const { expired } = ports.connections;
    let pages = 0;
    ports.connections.expired = async (page) => {
      pages++;
      const found = await expired(page);
      ports.clock.now = () => Number.POSITIVE_INFINITY;
      return { ...found, next: connectionId };
    };

    const counts = await sweep();

    expect(counts).toMatchObject({ ...nothing, left: 1 });
    expect(pages).toBe(4);
    expect(await stateOf(user)).toBe('online');
  });

  it('may run twice at once: each connection is released once', async () => {
    const { user, sweep, world } = await oneUser({ heartbeat: 10 });
    world.now += 1;

    const passes = await Promise.all([sweep(), sweep(), sweep()]);

    expect(passes.map(({ released }) => released).sort()).toEqual([0, 0, 1]);
    expect(passes.map(({ failed }) => failed)).toEqual([0, 0, 0]);
    expect(await profileOf(database(), user)).toMatchObject({ version: { N: '2' } });
  });
});
