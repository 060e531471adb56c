import { expect, it } from '@jest/globals';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordCalls } from '../tooling/record-calls';
import { worldOn } from '../tooling/world';

// One port method is one request: these lists are what an operation costs in round trips.
describeOn(dynoxide, 'round trips', (database) => {
  const twoUsers = async () => {
    const world = worldOn(database());
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

  it('login takes three, and one for each conversation with news', async () => {
    const { connect, login, ann, bob, ports } = await twoUsers();
    const [forAnn, forBob] = [await connect(), await connect()];
    const calls = recordCalls(ports);

    await login(forAnn, ann);
    await login(forBob, bob);

    const login3 = ['accounts.passwordHashOf', 'passwords.verify', 'presence.bind', 'accounts.snapshotOf'];
    expect(calls).toEqual([...login3, 'log.from', ...login3, 'log.from']);
  });

  it('ping takes one', async () => {
    const { send, sender, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await send(sender, { action: 'ping' });

    expect(calls).toEqual(['connections.touch']);
  });

  it('a message takes seven requests and one push for each other device', async () => {
    const { send, sender, bob, ports } = await twoUsers();
    const calls = recordCalls(ports);

    await send(sender, { action: 'chat', to: bob, text: 'hello' });

    const both = (call: string) => [call, call];
    expect(calls).toEqual([
      'connections.touch',
      'log.head',
      'log.put',
      ...both('inboxes.arrive'),
      ...both('presence.connectionsOf'),
      'sockets.push',
    ]);
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
