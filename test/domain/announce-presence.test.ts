import { expect, it } from '@jest/globals';
import type { UserId } from '../../src/protocol/ids';
import { FRIENDS_PAGE_MAX, PROFILES_READ_MAX, PUSH_ATTEMPTS_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { profileOf } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'an announcement', (database) => {
  const twoFriends = async () => {
    const here = worldOn(database());
    const [ann, bob] = [await here.register('ann'), await here.register('bob')];
    const [watcher, device] = [await here.join(ann), await here.join(bob)];
    await here.befriend(watcher, device, [ann, bob]);
    here.hush();
    return { ...here, ann, bob, watcher, device };
  };

  it('tells every device of a friend that the user went offline, when, and which version that is', async () => {
    const { ann, bob, watcher, device, join, changeOf, disconnected, announce, eventsOf, world } = await twoFriends();
    const another = await join(ann);
    world.now += 7;

    const failed = await announce([await changeOf(bob, () => disconnected(device))]);

    const event = { type: 'presence', user: bob, state: 'offline', lastSeen: world.now, version: 2 };
    expect(failed).toEqual([]);
    expect(eventsOf(watcher)).toEqual([event]);
    expect(eventsOf(another)).toEqual([event]);
  });

  it('tells neither strangers nor those who only asked or were asked', async () => {
    const { bob, device, changeOf, join, register, send, announce, eventsOf, disconnected, hush } = await twoFriends();
    const [asked, asking] = [await register('dan'), await register('carl')];
    const others = [await join(await register('eve')), await join(asked), await join(asking)] as const;
    await send(device, { action: 'addFriend', user: asked });
    await send(others[2], { action: 'addFriend', user: bob });
    hush();

    await announce([await changeOf(bob, () => disconnected(device))]);

    expect(others.flatMap(eventsOf)).toEqual([]);
  });

  it('is not made of a further device: the state is the same', async () => {
    const { bob, watcher, changeOf, join, announce, eventsOf } = await twoFriends();

    await announce([await changeOf(bob, () => join(bob))]);

    expect(eventsOf(watcher)).toEqual([]);
  });

  it('of several flips in one batch is one, of the newest', async () => {
    const { bob, watcher, device, changeOf, join, disconnected, announce, eventsOf, world } = await twoFriends();
    const first = await changeOf(bob, () => disconnected(device));
    const second = await changeOf(bob, () => join(bob));
    const [again] = (await profileOf(database(), bob))?.connections?.SS ?? [];
    world.now += 9;
    const third = await changeOf(bob, () => disconnected(again as never));

    await announce([first, second, third]);

    expect(eventsOf(watcher)).toEqual([
      { type: 'presence', user: bob, state: 'offline', lastSeen: world.now, version: 4 },
    ]);
  });

  it('is made of a flip that its batch undoes, too: whoever read the state in between has to hear of the newer one', async () => {
    const { ann, bob, device, changeOf, connect, login, join, disconnected, announce, eventsOf } = await twoFriends();
    const gone = await changeOf(bob, () => disconnected(device));
    const late = await connect();
    const reply = await login(late, ann);
    const back = await changeOf(bob, () => join(bob));

    await announce([gone, back]);

    expect(reply.friends).toMatchObject([{ user: bob, state: 'offline', version: 2 }]);
    expect(eventsOf(late)).toMatchObject([{ type: 'presence', user: bob, state: 'online', version: 3 }]);
  });

  it('reads friends after the flip: a friendship that was written meanwhile is told of it', async () => {
    const { register, join, befriend, changeOf, disconnected, announce, eventsOf, hush } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const [watcher, device, other] = [await join(ann), await join(bob), await join(bob)];
    await disconnected(device);
    const change = await changeOf(bob, () => disconnected(other));
    await befriend(watcher, await join(bob), [ann, bob]);
    hush();

    await announce([change]);

    expect(eventsOf(watcher)).toHaveLength(1);
  });

  it.each(['failed', 'gone'] as const)(
    'is pushed again where a push that %s left a socket without it',
    async (outcome) => {
      const { bob, watcher, device, changeOf, disconnected, announce, eventsOf, ports } = await twoFriends();
      const { push } = ports.sockets;
      let refusals = PUSH_ATTEMPTS_MAX - 1;
      ports.sockets.push = async (to, text) => (refusals-- > 0 ? outcome : push(to, text));

      await announce([await changeOf(bob, () => disconnected(device))]);

      expect(eventsOf(watcher)).toHaveLength(1);
      expect(ports.report).not.toHaveBeenCalled();
    },
  );

  it('that cannot be pushed is reported after a bounded number of attempts, and fails nobody', async () => {
    const { bob, device, changeOf, disconnected, announce, ports } = await twoFriends();
    let pushes = 0;
    ports.sockets.push = async () => {
      pushes++;
      return 'failed';
    };

    const failed = await announce([await changeOf(bob, () => disconnected(device))]);

    expect(failed).toEqual([]);
    expect(pushes).toBe(PUSH_ATTEMPTS_MAX);
    expect(ports.report).toHaveBeenCalledTimes(1);
  });

  it('releases a dead friend, and reaches the living ones', async () => {
    const { ann, bob, watcher, device, join, vanish, changeOf, disconnected, announce, eventsOf, ports } =
      await twoFriends();
    const living = await join(ann);
    vanish(watcher);

    const failed = await announce([await changeOf(bob, () => disconnected(device))]);

    expect(failed).toEqual([]);
    expect(eventsOf(living)).toHaveLength(1);
    expect(await ports.presence.connectionsOf(ann as UserId)).toEqual([living]);
  });

  it('that cannot read the friends of one user names that user, and is made for the others', async () => {
    const { bob, watcher, device, register, join, changeOf, disconnected, announce, eventsOf, ports } =
      await twoFriends();
    const eve = await register('eve');
    const changes = [await changeOf(eve, () => join(eve)), await changeOf(bob, () => disconnected(device))];
    const { page } = ports.friends;
    ports.friends.page = async (request) => {
      if (request.userId === eve) throw new Error('throttled');
      return page(request);
    };

    const failed = await announce(changes);

    expect(failed).toEqual([eve]);
    expect(eventsOf(watcher)).toHaveLength(1);
    expect(ports.report).toHaveBeenCalledWith(expect.objectContaining({ message: 'throttled' }));
  });

  it('pages through friends, and reads their connections a hundred at a time', async () => {
    const { bob, device, changeOf, disconnected, announce, ports } = await twoFriends();
    const friend = (index: number) => ({ userId: `friend${index}` as UserId, state: 'friends' as const, since: 1 });
    const pages: (string | undefined)[] = [];
    ports.friends.page = async ({ from, limit }) => {
      pages.push(from);
      expect(limit).toBe(FRIENDS_PAGE_MAX);
      if (from === undefined)
        return { friends: Array.from({ length: 150 }, (_, index) => friend(index)), next: 'friend149' as UserId };
      return { friends: [friend(150)] };
    };
    const asked: number[] = [];
    const change = await changeOf(bob, () => disconnected(device));
    ports.presence.profilesOf = async (userIds) => {
      asked.push(userIds.length);
      return { profiles: [], left: [] };
    };

    await announce([change]);

    expect(pages).toEqual([undefined, 'friend149']);
    expect(asked).toEqual([PROFILES_READ_MAX, 51]);
  });
});
