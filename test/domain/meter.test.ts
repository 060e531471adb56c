import { beforeEach, expect, it } from '@jest/globals';
import { ATTEMPTS_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordingMeter } from '../tooling/recording-meter';
import { worldOn } from '../tooling/world';

const FAR_AWAY = 2e12;
const PASSWORD = 'correct horse';

describeOn(dynoxide, 'the meter', (database) => {
  // The table of connections is shared by the tests, and a sweep sees all of it.
  beforeEach(async () => {
    const { world, sweep } = worldOn(database());
    world.now = FAR_AWAY;
    await sweep();
  });

  const metered = async () => {
    const here = worldOn(database(), {}, 1_000);
    const { meter, take } = recordingMeter();
    here.ports.meter = meter;
    const [ann, bob] = [await here.register('ann'), await here.register('bob')];
    const [sender, receiver] = [await here.join(ann), await here.join(bob)];
    take();
    return { ...here, take, ann, bob, sender, receiver };
  };

  it('counts a connection once, however often AWS says that it was opened', async () => {
    const { connect, ports, take } = await metered();
    const connectionId = await connect();
    await ports.connections.open({ connectionId, connectedAt: 1, leaseUntil: 2, sourceIp: '::1' });

    expect(take()).toEqual({ Opened: 1 });
  });

  it('counts logins by what they were proved by, and those that proved nothing', async () => {
    const { connect, login, send, ann, take } = await metered();
    const [one, another] = [await connect(), await connect()];
    take();

    const { token } = await login(one, ann);
    const byPassword = take();
    await send(another, { action: 'login', token });
    const byToken = take();
    await send(await connect(), { action: 'login', user: ann, password: 'wrong horse' });
    await send(await connect(), { action: 'login', token: 'YW5u.1.x' });

    expect([byPassword, byToken]).toEqual([{ LoginsByPassword: 1 }, { LoginsByToken: 1 }]);
    expect(take()).toEqual({ Opened: 2, LoginsFailed: 2 });
  });

  it('counts a login that is refused for another reason as none', async () => {
    const { send, sender, bob, take } = await metered();

    await send(sender, { action: 'login', user: bob, password: PASSWORD });

    expect(take()).toEqual({ LoginsByPassword: 1 }); // Proved, and refused `already_logged_in`.
  });

  it('counts a message once, however often it is sent', async () => {
    const { send, sender, bob, take } = await metered();
    const message = { action: 'chat', to: bob, text: 'hello', id: 'm1', after: 0 } as const;

    await send(sender, message);
    await send(sender, message);
    await send(sender, { action: 'chat', to: bob, text: '' });

    expect(take()).toEqual({ Messages: 1 });
  });

  it('counts each conflict, also of a step that is never settled', async () => {
    const { send, sender, ports, take } = await metered();
    const { touch } = ports.connections;
    let conflicts = 2;
    ports.connections.touch = async (...args) => (conflicts-- > 0 ? { state: 'conflict' } : touch(...args));

    await send(sender, { action: 'ping' });
    const settled = take();
    conflicts = Number.POSITIVE_INFINITY;
    await send(sender, { action: 'ping' });

    expect(settled).toEqual({ Conflicts: 2 });
    expect(take()).toEqual({ Conflicts: ATTEMPTS_MAX });
  });

  it('does not take a push that is tried again for a conflict', async () => {
    const { send, sender, bob, ports, take } = await metered();
    ports.sockets.push = async () => 'failed';

    await send(sender, { action: 'chat', to: bob, text: 'hello' });

    expect(take()).toEqual({ Messages: 1 });
  });

  it('tells a 410 that was true from one that was not', async () => {
    const { send, sender, receiver, bob, vanish, ports, take } = await metered();
    const { push } = ports.sockets;
    ports.sockets.push = async () => 'gone';
    await send(sender, { action: 'chat', to: bob, text: 'one' });
    const wrong = take();
    ports.sockets.push = push;

    vanish(receiver);
    await send(sender, { action: 'chat', to: bob, text: 'two' });

    expect(wrong).toMatchObject({ Messages: 1, GoneFalse: expect.any(Number) });
    expect(wrong).not.toHaveProperty('GoneConfirmed');
    expect(take()).toEqual({ Messages: 1, GoneConfirmed: 1 });
  });

  it('says nothing of a second answer that API Gateway did not give', async () => {
    const { send, sender, bob, ports, take } = await metered();
    Object.assign(ports.sockets, { push: async () => 'gone', probe: async () => 'unknown' });

    await send(sender, { action: 'chat', to: bob, text: 'hello' });

    expect(take()).toEqual({ Messages: 1 });
  });

  it('counts a ghost, with the time from its last sign of life; of who never logged in, and of who said goodbye, nothing', async () => {
    const { connect, send, login, disconnected, world, sweep, ann, sender, receiver, take } = await metered();
    await connect();
    const ghost = await connect();
    await login(ghost, ann, { heartbeat: 10 });
    await disconnected(sender);
    await disconnected(receiver);
    await send(ghost, { action: 'ping' });
    take();

    world.now += 20_001;
    await sweep();

    expect(take()).toEqual({ Reaped: 1, TimeToOffline: [20_001], SweepPasses: 1, SweepScanned: 2 });
  });

  it('is told nothing by a pass over an empty table', async () => {
    const { world, vanish, sender, receiver, sweep, take } = await metered();
    vanish(sender);
    vanish(receiver);
    world.now = FAR_AWAY;
    await sweep();
    take();

    await sweep();

    expect(take()).toEqual({});
  });

  it('counts the pages of a large group', async () => {
    const here = worldOn(database(), { directMembersMax: 1 }, 1_000);
    const { meter, take } = recordingMeter();
    here.ports.meter = meter;
    const [ann, bob] = [await here.register('ann'), await here.register('bob')];
    const [sender, other] = [await here.join(ann), await here.join(bob)];
    const group = here.named('choir');
    await here.send(sender, { action: 'createGroup', name: 'Choir', id: group });
    await here.send(other, { action: 'joinGroup', group });
    await here.fanOut();
    take();

    await here.send(sender, { action: 'chat', group, text: 'la' });
    await here.fanOut();

    expect(take()).toEqual({ Messages: 1, FanOutPages: 1 });
  });
});
