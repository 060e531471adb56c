import { expect, it } from '@jest/globals';
import { DEVICES_MAX, LEASE_MS, LOGIN_GRACE_MS } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordCalls } from '../tooling/record-calls';
import { expectPresenceInvariants, profileOf } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'login', (database) => {
  it('makes the user online, and answers with a snapshot', async () => {
    const { register, connect, login } = worldOn(database());
    const user = await register('ann');

    const reply = await login(await connect(), user);

    expect(reply).toMatchObject({ type: 'reply', action: 'login', ref: 'r', ok: true, user, devices: 1 });
    expect(reply).toMatchObject({ friends: [], conversations: [], messages: [], more: false });
    expect(await profileOf(database(), user)).toMatchObject({ state: { S: 'online' } });
  });

  it('cannot be told apart for a wrong password and for a user who does not exist', async () => {
    const { register, connect, send, named } = worldOn(database());
    const user = await register('ann');
    const connectionId = await connect();

    const wrong = await send(connectionId, { action: 'login', user, password: 'incorrect horse' });
    const unknown = await send(connectionId, { action: 'login', user: named('nobody'), password: 'incorrect horse' });

    expect(wrong).toMatchObject({ type: 'error', code: 'wrong_credentials' });
    expect(unknown).toEqual(wrong);
  });

  it('does the same work for a wrong password and for a user who does not exist', async () => {
    const { register, connect, send, named, ports } = worldOn(database());
    const user = await register('ann');
    const connectionId = await connect();
    const calls = recordCalls(ports);
    const attempt = { action: 'login', password: 'incorrect horse' } as const;

    await send(connectionId, { ...attempt, user });
    const forWrong = calls.splice(0);
    await send(connectionId, { ...attempt, user: named('nobody') });

    const failure = ['attempts.countFailure', 'attempts.warm', 'attempts.warm'];
    expect(forWrong).toEqual(['attempts.evidenceFor', 'attempts.begin', 'passwords.verify', ...failure]);
    expect(calls).toEqual(forWrong);
  });

  it('may be repeated by the same user on the same connection', async () => {
    const { register, connect, login } = worldOn(database());
    const user = await register('ann');
    const connectionId = await connect();
    await login(connectionId, user);

    expect(await login(connectionId, user)).toMatchObject({ ok: true, devices: 1 });
  });

  it('refuses a second user on a bound connection, and changes nothing', async () => {
    const { register, join, login } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const connectionId = await join(ann);

    const reply = await login(connectionId, bob);

    expect(reply).toMatchObject({ type: 'error', code: 'already_logged_in' });
    expect(await profileOf(database(), ann)).toMatchObject({ state: { S: 'online' } });
    expect(await profileOf(database(), bob)).toMatchObject({ state: { S: 'offline' } });
  });

  it('refuses a connection that has just gone, tells and closes what is left of it, and leaves no row', async () => {
    const { register, connect, login, disconnected, eventsOf, isOpen, ports } = worldOn(database());
    const user = await register('ann');
    const connectionId = await connect();
    await disconnected(connectionId);

    const reply = await login(connectionId, user);

    expect(reply).toEqual({ silence: true });
    expect(eventsOf(connectionId)).toMatchObject([
      { type: 'error', action: 'login', ref: 'r', code: 'connection_gone' },
    ]);
    expect(isOpen(connectionId)).toBe(false);
    expect(await ports.connections.find(connectionId)).toBeUndefined();
    expect(await profileOf(database(), user)).toMatchObject({ state: { S: 'offline' } });
  });

  it('makes the oldest device yield at the cap, and closes its socket', async () => {
    const { register, join, isOpen, world, ports, vanish } = worldOn(database());
    const user = await register('ann');
    const devices = [];
    for (let device = 0; device <= DEVICES_MAX; device++) {
      world.now += 1;
      devices.push(await join(user));
    }
    const [oldest, ...others] = devices;

    const left = await ports.presence.connectionsOf(user as never);

    expect([...(left ?? [])].sort()).toEqual([...others].sort());
    expect(oldest && isOpen(oldest)).toBe(false);
    expect(others.every((device) => vanish(device))).toBe(true);
    await expectPresenceInvariants(database());
  });

  it('gives a client that promises heartbeats a lease of two of them, and any other the default', async () => {
    const { register, connect, login, ports, world } = worldOn(database());
    const user = await register('ann');
    const [keen, silent] = [await connect(), await connect()];

    await login(keen, user, { heartbeat: 30 });
    await login(silent, user);

    expect(await ports.connections.find(keen)).toMatchObject({ leaseUntil: world.now - 1 + 60_000 });
    expect(await ports.connections.find(silent)).toMatchObject({ leaseUntil: world.now - 1 + LEASE_MS });
  });
});

describeOn(dynoxide, 'ping', (database) => {
  it('renews the lease by its own length', async () => {
    const { register, connect, login, send, ports, world } = worldOn(database());
    const user = await register('ann');
    const connectionId = await connect();
    await login(connectionId, user, { heartbeat: 10 });
    world.now += 7_000;

    const reply = await send(connectionId, { action: 'ping' });

    expect(reply).toEqual({ type: 'reply', action: 'ping', ref: 'r', ok: true });
    expect(await ports.connections.find(connectionId)).toMatchObject({ leaseUntil: world.now + 20_000 });
  });

  it('is refused before a login, and the socket stays open', async () => {
    const { connect, send, isOpen } = worldOn(database());
    const connectionId = await connect();

    expect(await send(connectionId, { action: 'ping' })).toMatchObject({ type: 'error', code: 'not_logged_in' });
    expect(isOpen(connectionId)).toBe(true);
  });

  it('after the $disconnect never brings the connection back: it is told so, and closed', async () => {
    const { register, join, send, disconnected, eventsOf, isOpen, ports } = worldOn(database());
    const connectionId = await join(await register('ann'));
    await disconnected(connectionId);

    expect(await send(connectionId, { action: 'ping' })).toEqual({ silence: true });
    expect(eventsOf(connectionId)).toMatchObject([{ code: 'not_logged_in' }]);
    expect(isOpen(connectionId)).toBe(false);
    expect(await ports.connections.find(connectionId)).toBeUndefined();
  });
});

describeOn(dynoxide, 'release', (database) => {
  it('makes a user offline when their only connection closes, with the time', async () => {
    const { register, join, disconnected, world } = worldOn(database());
    const user = await register('ann');
    const connectionId = await join(user);
    world.now += 5_000;

    const released = await disconnected(connectionId);

    expect(released).toEqual({ state: 'released', userId: user });
    expect(await profileOf(database(), user)).toMatchObject({
      state: { S: 'offline' },
      lastSeen: { N: String(world.now) },
    });
  });

  it('leaves the user online while another device is bound', async () => {
    const { register, join, disconnected } = worldOn(database());
    const user = await register('ann');
    const [first] = [await join(user), await join(user)];

    await disconnected(first);

    expect(await profileOf(database(), user)).toMatchObject({ state: { S: 'online' } });
  });

  it('does nothing the second time', async () => {
    const { register, join, disconnected } = worldOn(database());
    const user = await register('ann');
    const connectionId = await join(user);
    await disconnected(connectionId);
    const before = await profileOf(database(), user);

    expect(await disconnected(connectionId)).toEqual({ state: 'absent' });
    expect(await profileOf(database(), user)).toEqual(before);
  });

  it('forgets a connection that never logged in', async () => {
    const { connect, disconnected, ports } = worldOn(database());
    const connectionId = await connect();

    expect(await disconnected(connectionId)).toEqual({ state: 'forgotten' });
    expect(await ports.connections.find(connectionId)).toBeUndefined();
  });

  it('ends with the user offline when all devices leave at once', async () => {
    const { register, join, disconnected } = worldOn(database());
    const user = await register('ann');
    const devices = await Promise.all(Array.from({ length: 6 }, () => join(user)));

    await Promise.all(devices.map(disconnected));

    expect(await profileOf(database(), user)).toMatchObject({ state: { S: 'offline' } });
    await expectPresenceInvariants(database());
  });

  it('looks again when a login binds the connection between its look and its delete', async () => {
    const { register, connect, login, disconnected, ports } = worldOn(database());
    const user = await register('ann');
    const connectionId = await connect();
    const { find } = ports.connections;
    ports.connections.find = async (id) => {
      ports.connections.find = find;
      const unbound = await find(id);
      await login(connectionId, user);
      return unbound;
    };

    expect(await disconnected(connectionId)).toEqual({ state: 'released', userId: user });
    expect(await profileOf(database(), user)).toMatchObject({ state: { S: 'offline' } });
  });

  it('and login may meet on one connection in any order, and both hold', async () => {
    const { register, connect, login, disconnected, ports } = worldOn(database());
    const user = await register('ann');
    for (let round = 0; round < 20; round++) {
      const connectionId = await connect();

      await Promise.all([login(connectionId, user), disconnected(connectionId)]);
      await disconnected(connectionId);

      expect(await ports.connections.find(connectionId)).toBeUndefined();
    }
    expect(await profileOf(database(), user)).toMatchObject({ state: { S: 'offline' } });
    await expectPresenceInvariants(database());
  });
});

describeOn(dynoxide, 'logout', (database) => {
  it('makes the user offline, keeps the socket, and lets somebody else log in on it', async () => {
    const { register, join, send, login, isOpen, ports, world } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const connectionId = await join(ann);

    expect(await send(connectionId, { action: 'logout' })).toMatchObject({ ok: true });
    expect(await profileOf(database(), ann)).toMatchObject({ state: { S: 'offline' } });
    expect(await ports.connections.find(connectionId)).toMatchObject({ leaseUntil: world.now + LOGIN_GRACE_MS });
    expect(await send(connectionId, { action: 'ping' })).toMatchObject({ code: 'not_logged_in' });
    expect(isOpen(connectionId)).toBe(true);
    expect(await login(connectionId, bob)).toMatchObject({ ok: true, user: bob });
  });
});

describeOn(dynoxide, 'a gone connection', (database) => {
  it('is released when API Gateway confirms it, and the sender notices nothing', async () => {
    const { register, join, send, vanish } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const sender = await join(ann);
    vanish(await join(bob));

    const reply = await send(sender, { action: 'chat', to: bob, text: 'still there?' });

    expect(reply).toMatchObject({ ok: true, seq: 1 });
    expect(await profileOf(database(), bob)).toMatchObject({ state: { S: 'offline' } });
  });

  it('is kept when a second question says that it is open', async () => {
    const { register, join, send, ports } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const [sender, receiver] = [await join(ann), await join(bob)];
    const push = ports.sockets.push;
    ports.sockets.push = async (to, text) => (to === receiver ? 'gone' : push(to, text));

    await send(sender, { action: 'chat', to: bob, text: 'a false 410' });

    expect(await profileOf(database(), bob)).toMatchObject({ state: { S: 'online' } });
  });

  it('is kept when it speaks between the question and the release', async () => {
    const { register, join, send, ports, world } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const [sender, receiver] = [await join(ann), await join(bob)];
    ports.sockets.push = async () => 'gone';
    ports.sockets.probe = async () => {
      world.now += 1;
      await send(receiver, { action: 'ping' });
      return 'gone';
    };

    await send(sender, { action: 'chat', to: bob, text: 'two false 410s' });

    expect(await profileOf(database(), bob)).toMatchObject({ state: { S: 'online' } });
  });
});
