import { expect, it } from '@jest/globals';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectPresenceInvariants, profileOf } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'devices', (database) => {
  const twoDevices = async () => {
    const here = worldOn(database());
    const user = await here.register('ann');
    const first = await here.join(user);
    here.world.now += 1;
    return { ...here, user, first, second: await here.join(user) };
  };

  it('are listed, the oldest first, one of them as the current one', async () => {
    const { send, second, first, world } = await twoDevices();

    const reply = await send(second, { action: 'devices' });

    expect(reply).toMatchObject({ ok: true });
    expect(reply.devices).toEqual([
      { connection: first, connectedAt: world.now - 1, sourceIp: '::1' },
      { connection: second, connectedAt: world.now, sourceIp: '::1', current: true },
    ]);
  });

  it('are those that are really bound, whatever the index still has or does not have yet', async () => {
    const { send, second, first, ports } = await twoDevices();
    const ghost = { connectionId: 'ghost' as never, connectedAt: 1, sourceIp: '::1' };
    const { listOf } = ports.connections;
    ports.connections.listOf = async (userId) => [
      ghost,
      ...(await listOf(userId)).filter(({ connectionId }) => connectionId !== first),
    ];

    const { devices } = await send(second, { action: 'devices' });

    expect((devices as { connection: string }[]).map(({ connection }) => connection)).toEqual([second, first]);
  });

  it('lose the one that is revoked: it is logged out and closed', async () => {
    const { send, second, first, isOpen, ports, user } = await twoDevices();

    const reply = await send(second, { action: 'devices', revoke: first });

    expect(reply.devices).toMatchObject([{ connection: second, current: true }]);
    expect(isOpen(first)).toBe(false);
    expect(await ports.presence.connectionsOf(user as never)).toEqual([second]);
    await expectPresenceInvariants(database());
  });

  it("do not include anybody else's, an unbound one or one that is not there", async () => {
    const { send, second, join, register, connect, isOpen, ports } = await twoDevices();
    const [foreign, unbound] = [await join(await register('bob')), await connect()];

    for (const revoke of [foreign, unbound, 'nowhere'])
      expect(await send(second, { action: 'devices', revoke })).toMatchObject({ code: 'no_such_device' });

    expect([isOpen(foreign), isOpen(unbound)]).toEqual([true, true]);
    expect(await ports.connections.find(unbound)).toBeDefined();
    expect(await send(foreign, { action: 'ping' })).toMatchObject({ ok: true });
  });

  it('cannot be revoked from themselves', async () => {
    const { send, second, isOpen } = await twoDevices();

    expect(await send(second, { action: 'devices', revoke: second })).toMatchObject({ code: 'own_device' });
    expect(isOpen(second)).toBe(true);
    expect(await send(second, { action: 'ping' })).toMatchObject({ ok: true });
  });
});

describeOn(dynoxide, 'logout everywhere', (database) => {
  it('releases and closes all other devices, and keeps its own socket, unbound', async () => {
    const { register, join, send, isOpen, ports } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const [own, second, third, foreign] = [await join(ann), await join(ann), await join(ann), await join(bob)];

    const reply = await send(own, { action: 'logout', everywhere: true });

    expect(reply).toMatchObject({ ok: true });
    expect([own, second, third, foreign].map(isOpen)).toEqual([true, false, false, true]);
    expect(await profileOf(database(), ann)).toMatchObject({ state: { S: 'offline' } });
    expect(await ports.connections.find(own)).not.toHaveProperty('userId', ann);
    expect(await ports.connections.find(second)).toBeUndefined();
    await expectPresenceInvariants(database());
  });

  it('leaves the caller logged in when it fails midway, to repeat it', async () => {
    const { register, join, send, ports } = worldOn(database());
    const ann = await register('ann');
    const [own, other] = [await join(ann), await join(ann)];
    const { releaseOneOfSeveral } = ports.presence;
    ports.presence.releaseOneOfSeveral = async () => {
      throw new Error('the Lambda ended here');
    };

    const first = await send(own, { action: 'logout', everywhere: true });
    ports.presence.releaseOneOfSeveral = releaseOneOfSeveral;
    const second = await send(own, { action: 'logout', everywhere: true });

    expect(first).toMatchObject({ code: 'internal' });
    expect(second).toMatchObject({ ok: true });
    expect(await ports.connections.find(other)).toBeUndefined();
    expect(await profileOf(database(), ann)).toMatchObject({ state: { S: 'offline' } });
  });

  it('does not end a device that logs in after it began', async () => {
    const { register, join, send, isOpen, ports } = worldOn(database());
    const ann = await register('ann');
    const own = await join(ann);
    const { connectionsOf } = ports.presence;
    const late: string[] = [];
    ports.presence.connectionsOf = async (userId) => {
      ports.presence.connectionsOf = connectionsOf;
      const bound = await connectionsOf(userId);
      late.push(await join(ann));
      return bound;
    };

    await send(own, { action: 'logout', everywhere: true });

    expect(late.map((device) => isOpen(device as never))).toEqual([true]);
    expect(await connectionsOf(ann as never)).toEqual(late);
  });
});
