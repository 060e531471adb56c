import { expect, it } from '@jest/globals';
import { SWEEP_SEGMENTS } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordCalls } from '../tooling/record-calls';
import { worldOn } from '../tooling/world';

// One port method is one request: these lists are what an operation costs in round trips.
describeOn(dynoxide, 'round trips', (database) => {
  const twoUsers = async () => {
    const world = worldOn(database(), {}, 1_000);
    const [ann, bob] = [await world.register('ann'), await world.register('bob')];
    const [sender, receiver] = [await world.join(ann), await world.join(bob)];
    await world.send(sender, { action: 'chat', to: bob, text: 'the first message' });
    return { ...world, ann, bob, sender, receiver };
  };

  it('$connect takes one', async () => {
    const { connect, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await connect();

    expect(calls).toEqual(['connections.open']);
  });

  it('login by password takes three in sequence; beside the first, one that counts it, beside the second, one that takes that back, beside the last, one each for the proof, the other cursors and each conversation with news', async () => {
    const { connect, login, ann, bob, ports } = await twoUsers();
    const [forAnn, forBob] = [await connect(), await connect()];
    const calls = recordCalls(ports);

    await login(forAnn, ann);
    await login(forBob, bob);

    const proof = ['attempts.evidenceFor', 'attempts.begin', 'passwords.verify', 'passwords.isOutdated'];
    const login3 = [...proof, 'presence.bind', 'attempts.forgive', 'accounts.snapshotOf'];
    const rest = ['accounts.credentialOf', 'inboxes.entriesOf', 'log.from'];
    expect(calls).toEqual([...login3, ...rest, ...login3, ...rest]);
  });

  it('login by token takes three in sequence, and nothing more for being slow to guess', async () => {
    const { connect, login, send, ann, ports } = await twoUsers();
    const { token } = await login(await connect(), ann);
    const device = await connect();
    const calls = recordCalls(ports);

    await send(device, { action: 'login', token });

    const three = ['accounts.credentialOf', 'presence.bind', 'accounts.snapshotOf'];
    expect(calls).toEqual([...three, 'accounts.credentialOf', 'inboxes.entriesOf', 'log.from']);
  });

  it('login takes one more for each hundred friends, whatever they do', async () => {
    const { connect, login, sender, receiver, ann, bob, befriend, ports } = await twoUsers();
    await befriend(sender, receiver, [ann, bob]);
    const device = await connect();
    const calls = recordCalls(ports);

    await login(device, ann);

    expect(calls.slice(-3)).toEqual(['presence.profilesOf', 'inboxes.entriesOf', 'log.from']);
    expect(calls).toHaveLength(11);
  });

  it('adding a friend takes seven requests, accepting one six, removing one four, and a push per device each', async () => {
    const { send, sender, receiver, ann, bob, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await send(sender, { action: 'addFriend', user: bob });
    const asking = calls.splice(0);
    await send(receiver, { action: 'addFriend', user: ann });
    const accepting = calls.splice(0);
    await send(sender, { action: 'removeFriend', user: bob });

    const counts = ['friends.count', 'friends.count'];
    const tell = ['presence.profilesOf', 'friends.find', 'sockets.push'];
    expect(asking).toEqual(['connections.touch', 'friends.find', ...counts, 'friends.ask', ...tell]);
    expect(accepting).toEqual(['connections.touch', 'friends.find', 'friends.count', 'friends.accept', ...tell]);
    expect(calls).toEqual(['connections.touch', 'friends.remove', ...tell]);
  });

  it('presence takes three, devices three, and revoking one four more', async () => {
    const { send, sender, join, ann, ports } = await twoUsers();
    const another = await join(ann);
    const calls = recordCalls(ports);

    await send(sender, { action: 'presence', users: [ann] });
    const presence = calls.splice(0);
    await send(sender, { action: 'devices' });
    const devices = calls.splice(0);
    await send(sender, { action: 'devices', revoke: another });

    const list = ['presence.connectionsOf', 'connections.listOf'];
    const release = ['connections.find', 'presence.releaseLast', 'presence.releaseOneOfSeveral', 'sockets.close'];
    expect(presence).toEqual(['connections.touch', 'friends.page', 'presence.profilesOf']);
    expect(devices).toEqual(['connections.touch', ...list]);
    expect(calls).toEqual(['connections.touch', ...release, ...list]);
  });

  it('a sweep that finds nothing takes one for each segment', async () => {
    const { sweep, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await sweep();

    expect(calls).toEqual(Array(SWEEP_SEGMENTS).fill('connections.expired'));
  });

  it('an announcement takes two, and a push for each device of a friend', async () => {
    const { announce, changeOf, disconnected, sender, receiver, ann, bob, befriend, ports } = await twoUsers();
    await befriend(sender, receiver, [ann, bob]);
    const change = await changeOf(bob, () => disconnected(receiver));
    const calls = recordCalls(ports);

    await announce([change]);

    expect(calls).toEqual(['friends.page', 'presence.profilesOf', 'sockets.push']);
  });

  it('ping takes one', async () => {
    const { send, sender, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await send(sender, { action: 'ping' });

    expect(calls).toEqual(['connections.touch']);
  });

  it('a message takes six requests and one push for each other device', async () => {
    const { send, sender, bob, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await send(sender, { action: 'chat', to: bob, text: 'hello' });

    const both = (call: string) => [call, call];
    expect(calls).toEqual([
      'connections.touch',
      'log.head',
      'log.put',
      ...both('inboxes.arrive'),
      'presence.profilesOf',
      'sockets.push',
    ]);
  });

  it('a message to a group asks for its members beside the put, and for nothing else of the group', async () => {
    const { send, sender, receiver, ports, named } = await twoUsers();
    const group = named('choir');
    const calls = recordCalls(ports);

    await send(sender, { action: 'createGroup', name: 'Choir', id: group });
    const creating = calls.splice(0);
    await send(receiver, { action: 'joinGroup', group });
    const joining = calls.splice(0);
    await send(sender, { action: 'chat', group, text: 'hello' });
    const sending = calls.splice(0);
    await send(receiver, { action: 'leaveGroup', group });

    const tell = ['presence.profilesOf', 'sockets.push'];
    const create = ['groups.find', 'inboxes.countGroups', 'groups.create', 'presence.profilesOf'];
    const look = ['groups.find', 'groups.member', 'inboxes.countGroups', 'log.head'];
    const arrive = ['inboxes.arrive', 'inboxes.arrive'];
    expect(creating).toEqual(['connections.touch', ...create]);
    // Only the owner's entry has to be told: the joiner's was written with the join.
    expect(joining).toEqual([
      ...['connections.touch', ...look, 'groups.join', 'groups.members'],
      ...['inboxes.arrive', ...tell],
    ]);
    expect(sending).toEqual([
      ...['connections.touch', 'log.head', 'inboxes.entriesOf', 'log.put', 'groups.members'],
      ...[...arrive, ...tell],
    ]);
    expect(calls).toEqual([
      ...['connections.touch', 'log.head', 'inboxes.entriesOf', 'groups.members', 'groups.leave'],
      ...['inboxes.arrive', ...tell],
    ]);
  });

  it('typing takes three, two of them at once; a block seven, its end five', async () => {
    const { send, sender, receiver, ann, bob, befriend, ports } = await twoUsers();
    await befriend(sender, receiver, [ann, bob]);
    const calls = recordCalls(ports);

    await send(sender, { action: 'typing', to: bob });
    const typing = calls.splice(0);
    await send(receiver, { action: 'block', user: ann });
    const blocking = calls.splice(0);
    await send(receiver, { action: 'block', user: ann, unblock: true });

    const tell = ['presence.profilesOf', 'friends.find', 'sockets.push'];
    expect(typing).toEqual(['connections.touch', 'inboxes.entriesOf', 'presence.profilesOf', 'sockets.push']);
    const seen = ['friends.find', 'presence.profilesOf', 'friends.count'];
    expect(blocking).toEqual(['connections.touch', ...seen, 'blocks.block', ...tell]);
    expect(calls).toEqual(['connections.touch', 'friends.find', 'blocks.unblock', ...tell]);
  });

  it('$disconnect takes two, and three where the user has other devices', async () => {
    const { disconnected, sender, join, bob, ports } = await twoUsers();
    const another = await join(bob);
    const calls = recordCalls(ports);

    await disconnected(sender);
    const alone = calls.splice(0);
    await disconnected(another);

    expect(alone).toEqual(['connections.find', 'presence.releaseLast']);
    expect(calls).toEqual(['connections.find', 'presence.releaseLast', 'presence.releaseOneOfSeveral']);
  });
});
