import { expect, it } from '@jest/globals';
import type { UserId } from '../../src/protocol/ids';
import { FRIEND_REQUESTS_MAX, FRIENDS_MAX, PRESENCE_USERS_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { scan } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'friends', (database) => {
  const twoUsers = async () => {
    const here = worldOn(database());
    const [ann, bob] = [await here.register('ann'), await here.register('bob')];
    const [annDevice, bobDevice] = [await here.join(ann), await here.join(bob)];
    const add = (device: typeof annDevice, user: string) => here.send(device, { action: 'addFriend', user });
    const remove = (device: typeof annDevice, user: string) => here.send(device, { action: 'removeFriend', user });
    return { ...here, ann, bob, annDevice, bobDevice, add, remove };
  };
  const online = (version: number) => ({ state: 'online', version });

  it('are asked for: the other user is told, and so are one’s other devices', async () => {
    const { ann, bob, annDevice, bobDevice, add, join, eventsOf } = await twoUsers();
    const another = await join(ann);

    const reply = await add(annDevice, bob);

    expect(reply).toEqual({ type: 'reply', action: 'addFriend', ref: 'r', ok: true, user: bob, state: 'outgoing' });
    expect(eventsOf(bobDevice)).toEqual([{ type: 'friend', user: ann, state: 'incoming' }]);
    expect(eventsOf(another)).toEqual([{ type: 'friend', user: bob, state: 'outgoing' }]);
    expect(eventsOf(annDevice)).toEqual([]);
  });

  it('are friends once both have added each other, and learn of each other’s presence', async () => {
    const { ann, bob, annDevice, bobDevice, add, eventsOf, hush } = await twoUsers();
    await add(annDevice, bob);
    hush();

    const reply = await add(bobDevice, ann);

    expect(reply).toMatchObject({ user: ann, state: 'friends', presence: online(1) });
    expect(eventsOf(annDevice)).toEqual([{ type: 'friend', user: bob, state: 'friends', presence: online(1) }]);
  });

  it('are friends when both add each other at the same moment', async () => {
    const { ann, bob, annDevice, bobDevice, add, ports } = await twoUsers();

    const replies = await Promise.all([add(annDevice, bob), add(bobDevice, ann)]);

    expect(replies.map(({ ok }) => ok)).toEqual([true, true]);
    const sides = [
      await ports.friends.find({ userId: ann as UserId, other: bob as UserId }),
      await ports.friends.find({ userId: bob as UserId, other: ann as UserId }),
    ];
    expect(sides).toMatchObject([{ state: 'friends' }, { state: 'friends' }]);
  });

  it('may be added again: the same answer, and the other is told once more', async () => {
    const { ann, bob, annDevice, bobDevice, add, eventsOf } = await twoUsers();

    const replies = [await add(annDevice, bob), await add(annDevice, bob)];
    await add(bobDevice, ann);
    const friends = [await add(bobDevice, ann), await add(annDevice, bob)];

    expect(replies).toMatchObject([{ state: 'outgoing' }, { state: 'outgoing' }]);
    expect(friends).toMatchObject([{ state: 'friends' }, { state: 'friends' }]);
    expect(eventsOf(bobDevice).map(({ state }) => state)).toEqual(['incoming', 'incoming', 'friends']);
  });

  it('are somebody else, and somebody who exists', async () => {
    const { ann, annDevice, add, remove, named } = await twoUsers();
    const before = await scan(database(), database().chatTable);

    expect(await remove(annDevice, ann)).toMatchObject({ code: 'to_self', message: expect.stringContaining('friend') });
    expect(await add(annDevice, ann)).toMatchObject({ code: 'to_self', message: expect.stringContaining('friend') });
    expect(await add(annDevice, named('nobody'))).toMatchObject({ code: 'no_such_user' });
    expect(await scan(database(), database().chatTable)).toEqual(before);
  });

  it('are removed by either, and both are told', async () => {
    const { ann, bob, annDevice, bobDevice, add, remove, eventsOf, hush, ports } = await twoUsers();
    await add(annDevice, bob);
    await add(bobDevice, ann);
    hush();

    const reply = await remove(bobDevice, ann);

    expect(reply).toMatchObject({ ok: true, user: ann, state: 'none' });
    expect(eventsOf(annDevice)).toEqual([{ type: 'friend', user: bob, state: 'none' }]);
    expect(await ports.friends.find({ userId: ann as UserId, other: bob as UserId })).toBeUndefined();
  });

  it('that were only asked for can be withdrawn, and declined', async () => {
    const { ann, bob, annDevice, bobDevice, add, remove, ports } = await twoUsers();
    const pair = { userId: ann as UserId, other: bob as UserId };

    await add(annDevice, bob);
    await remove(annDevice, bob);
    const withdrawn = await ports.friends.find(pair);
    await add(annDevice, bob);
    await remove(bobDevice, ann);

    expect(withdrawn).toBeUndefined();
    expect(await ports.friends.find(pair)).toBeUndefined();
  });

  it('that there are not are removed without a word to anybody, whether the user exists or not', async () => {
    const { bob, annDevice, bobDevice, remove, eventsOf, named } = await twoUsers();

    const replies = [await remove(annDevice, bob), await remove(annDevice, named('nobody'))];

    expect(replies).toMatchObject([
      { ok: true, state: 'none' },
      { ok: true, state: 'none' },
    ]);
    expect(eventsOf(bobDevice)).toEqual([]);
  });

  it(`are at most ${FRIENDS_MAX}, requests to others included`, async () => {
    const { ann, bob, annDevice, bobDevice, add, ports } = await twoUsers();
    const pretend = (user: string, counts: object) => {
      const { count } = ports.friends;
      ports.friends.count = async (userId) => ({ ...(await count(userId)), ...(userId === user ? counts : {}) });
    };

    pretend(ann, { friends: FRIENDS_MAX - 1, outgoing: 1 });
    const full = await add(annDevice, bob);
    pretend(ann, { friends: FRIENDS_MAX - 2, outgoing: 1 });
    const room = await add(annDevice, bob);
    pretend(bob, { friends: FRIENDS_MAX });
    const theirsFull = await add(bobDevice, ann);
    pretend(bob, { friends: FRIENDS_MAX - 1, incoming: 7 });
    const theirsRoom = await add(bobDevice, ann);

    expect([full.code, room.state]).toEqual(['too_many_friends', 'outgoing']);
    expect([theirsFull.code, theirsRoom.state]).toEqual(['too_many_friends', 'friends']);
  });

  it(`are asked by at most ${FRIEND_REQUESTS_MAX} others, and may still ask themselves`, async () => {
    const { ann, bob, annDevice, bobDevice, add, ports } = await twoUsers();
    const { count } = ports.friends;
    let incoming = FRIEND_REQUESTS_MAX;
    ports.friends.count = async (userId) =>
      userId === bob ? { friends: 0, outgoing: 0, incoming, blocked: 0 } : count(userId);

    const refused = await add(annDevice, bob);
    const asking = await add(bobDevice, ann);
    incoming = FRIEND_REQUESTS_MAX - 1;
    const accepted = await add(annDevice, bob);

    expect([refused.code, asking.state, accepted.state]).toEqual(['too_many_requests', 'outgoing', 'friends']);
  });

  it('come with the login: friends with their presence, requests of both directions', async () => {
    const { ann, bob, annDevice, bobDevice, befriend, login, register, join, send, disconnected, world } =
      await twoUsers();
    const [eve, dan, carl] = [await register('eve'), await register('dan'), await register('carl')];
    await befriend(annDevice, bobDevice, [ann, bob]);
    await befriend(annDevice, await join(eve), [ann, eve]);
    await send(await join(dan), { action: 'addFriend', user: ann });
    await send(annDevice, { action: 'addFriend', user: carl });
    world.now += 5;
    await disconnected(bobDevice);

    const reply = await login(annDevice, ann);

    expect(reply.friends).toEqual([
      { user: bob, state: 'offline', lastSeen: world.now, version: 2 },
      { user: eve, ...online(1) },
    ]);
    expect(reply.requests).toEqual([
      { user: carl, state: 'outgoing', since: world.now - 5 },
      { user: dan, state: 'incoming', since: world.now - 5 },
    ]);
    expect(reply.more).toBe(false);
  });

  it('come with the login of a user whose conversations fill the page', async () => {
    const { ann, bob, annDevice, bobDevice, befriend, login, ports } = await twoUsers();
    await befriend(annDevice, bobDevice, [ann, bob]);
    const { snapshotOf } = ports.accounts;
    ports.accounts.snapshotOf = async (userId) => ({ ...(await snapshotOf(userId)), friends: [], complete: false });

    const reply = await login(annDevice, ann);

    expect(reply.friends).toEqual([{ user: bob, ...online(1) }]);
    expect(reply.more).toBe(true);
  });
});

describeOn(dynoxide, 'presence', (database) => {
  it('is told of friends and of oneself, and of nobody else, whether they exist or not', async () => {
    const { register, join, befriend, send, named } = worldOn(database());
    const [ann, bob, eve, dan] = [
      await register('ann'),
      await register('bob'),
      await register('eve'),
      await register('dan'),
    ];
    const [annDevice, bobDevice] = [await join(ann), await join(bob)];
    await befriend(annDevice, bobDevice, [ann, bob]);
    await send(annDevice, { action: 'addFriend', user: eve });

    const reply = await send(annDevice, { action: 'presence', users: [bob, eve, dan, named('nobody'), ann, bob] });

    expect(reply.presence).toEqual([
      { user: bob, state: 'online', version: 1 },
      { user: ann, state: 'online', version: 1 },
    ]);
  });

  it('is asked again for those whom the database did not get to, and refused when that does not end', async () => {
    const { register, join, befriend, send, ports } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const annDevice = await join(ann);
    await befriend(annDevice, await join(bob), [ann, bob]);
    const { profilesOf } = ports.presence;
    let skips = 1;
    ports.presence.profilesOf = async (userIds) => {
      const [first, ...left] = userIds;
      return skips-- > 0 && first ? { ...(await profilesOf([first])), left } : profilesOf(userIds);
    };

    const reply = await send(annDevice, { action: 'presence', users: [ann, bob] });
    ports.presence.profilesOf = async (left) => ({ profiles: [], left });
    const refused = await send(annDevice, { action: 'presence', users: [ann, bob] });

    expect((reply.presence as { user: string }[]).map(({ user }) => user)).toEqual([ann, bob]);
    expect(refused).toMatchObject({ code: 'busy' });
  });

  it(`is asked of 1 to ${PRESENCE_USERS_MAX} users`, async () => {
    const { register, join, send } = worldOn(database());
    const device = await join(await register('ann'));
    const ask = (count: number) =>
      send(device, { action: 'presence', users: Array.from({ length: count }, (_, index) => `user${index}`) });

    expect(await ask(0)).toMatchObject({ code: 'bad_field' });
    expect(await ask(1)).toMatchObject({ ok: true, presence: [] });
    expect(await ask(PRESENCE_USERS_MAX)).toMatchObject({ ok: true });
    expect(await ask(PRESENCE_USERS_MAX + 1)).toMatchObject({ code: 'bad_field' });
  });
});
