import { describe, expect, it } from '@jest/globals';
import { PASSWORD, told, world } from './devices';

const CONVERSATION = 'dm:ann:bob';

async function friends() {
  const made = world();
  for (const user of ['ann', 'bob']) await made.account(user);
  const [ann, bob] = [await made.online('ann'), await made.online('bob')];
  const done = async <T>(work: Promise<T>): Promise<T> => {
    await made.time.pass(1_000);
    return work;
  };
  return { ...made, ann, bob, done };
}

describe('me', () => {
  it('follows a friendship from the request on, on both sides', async () => {
    const { ann, bob, done } = await friends();
    const events = told(bob, 'friend');

    await done(ann.addFriend('bob'));
    expect(ann.me?.requests).toMatchObject([{ user: 'bob', state: 'outgoing' }]);
    expect(bob.me?.requests).toMatchObject([{ user: 'ann', state: 'incoming' }]);
    await done(bob.addFriend('ann'));
    expect([ann.me, bob.me]).toMatchObject([
      { requests: [], friends: [{ user: 'bob', state: 'online' }] },
      { requests: [], friends: [{ user: 'ann', state: 'online' }] },
    ]);
    await done(ann.removeFriend('bob'));

    expect([ann.me?.friends, bob.me?.friends]).toEqual([[], []]);
    expect(events.map(({ state }) => state)).toEqual(['incoming', 'none']);
  });

  it('has a friend of presence, the newest that was told, on whatever way', async () => {
    const { ann, bob, done, time, hosted } = await friends();
    await done(ann.addFriend('bob'));
    await done(bob.addFriend('ann'));
    const events = told(ann, 'presence');

    await bob.close();
    await time.pass(5_000);
    expect(ann.me?.friends).toMatchObject([{ user: 'bob', state: 'offline', lastSeen: expect.any(Number) }]);
    const version = ann.me?.friends[0]?.version ?? 0;
    hosted
      .socketOf('ann')
      .deliver(JSON.stringify({ type: 'presence', user: 'bob', state: 'online', version: version - 1 }));
    await time.pass(1_000);

    expect(events.map(({ state }) => state)).toEqual(['offline']);
    expect(ann.me?.friends[0]?.state).toBe('offline');
  });

  it('counts what is unread, until it is read here or on another device', async () => {
    const { ann, online, bob, done, hosted } = await friends();
    const other = await online('ann');
    await done(bob.send({ to: 'ann' }, 'one').stored);
    await done(bob.send({ to: 'ann' }, 'two').stored);
    const unread = () => [ann, other].map(({ me }) => me?.conversations[0]?.unread);
    expect(unread()).toEqual([2, 2]);

    ann.read(CONVERSATION, 1);
    await done(Promise.resolve());
    expect(unread()).toEqual([1, 1]);
    ann.read(CONVERSATION, 1);
    await done(other.send({ to: 'bob' }, 'three').stored);

    expect(unread()).toEqual([0, 0]);
    expect(hosted.commands.filter(({ read }) => read !== undefined)).toHaveLength(1);
  });

  it('tells the server what was read while there was no connection', async () => {
    const { ann, bob, done, hosted, time } = await friends();
    await done(bob.send({ to: 'ann' }, 'one').stored);
    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(20);
    ann.read(CONVERSATION, 1);
    expect(ann.me?.conversations[0]?.unread).toBe(0);

    await time.pass(10_000);

    expect(hosted.commands.filter(({ read }) => read === 1)).toHaveLength(1);
    expect(bob.me?.conversations).toMatchObject([{ conversation: CONVERSATION, peer: { received: 1, read: 1 } }]);
  });

  it('shows typing to whoever is there', async () => {
    const { ann, bob, done } = await friends();
    await done(ann.send({ to: 'bob' }, 'one').stored);
    const events = told(bob, 'typing');

    ann.typing({ to: 'bob' });
    await done(Promise.resolve());

    expect(events).toEqual([{ conversation: CONVERSATION, user: 'ann' }]);
  });

  it('has a group on all devices, from joining to leaving', async () => {
    const { ann, bob, online, done } = await friends();
    const other = await online('bob');
    const { group, conversation } = await done(ann.createGroup({ name: 'Choir' }));
    const joined = await done(bob.joinGroup(group));
    expect(joined).toMatchObject({ name: 'Choir', size: 2, role: 'member' });
    await done(ann.send({ group }, 'welcome').stored);

    expect([bob, other].map(({ me }) => me?.groups)).toMatchObject([[{ group, size: 2 }], [{ group, size: 2 }]]);
    expect(bob.entries(conversation)).toMatchObject([{ change: 'joined' }, { text: 'welcome' }]);
    expect(await done(ann.members(group))).toMatchObject({
      members: [{ user: 'ann', role: 'owner' }, { user: 'bob' }],
    });
    expect(ann.me?.groups).toMatchObject([{ group, size: 2 }]);
    await done(bob.leaveGroup(group));

    expect([bob, other].map(({ me }) => [me?.groups, me?.conversations])).toEqual([
      [[], []],
      [[], []],
    ]);
    expect(bob.entries(conversation)).toEqual([]);
  });

  it('lists whom one has blocked, here and on other devices', async () => {
    const { ann, online, done } = await friends();
    const other = await online('ann');

    await done(ann.block('bob'));
    expect([ann.me?.blocked, other.me?.blocked]).toEqual([['bob'], ['bob']]);
    await done(ann.unblock('bob'));

    expect([ann.me?.blocked, other.me?.blocked]).toEqual([[], []]);
  });

  it('is a new object with each change, and the same one without', async () => {
    const { ann, bob, done } = await friends();
    const before = ann.me;
    const events = told(ann, 'me');
    await done(ann.presence(['ann']));
    expect(ann.me).toBe(before);

    await done(bob.addFriend('ann'));

    expect(events).toEqual([ann.me]);
    expect(ann.me).not.toBe(before);
  });

  it('does not fall back behind what was told before a login was answered', async () => {
    const { ann, bob, device, done, time, hosted } = await friends();
    await done(ann.addFriend('bob'));
    await done(bob.addFriend('ann'));
    await bob.close();
    await time.pass(10_000);
    const version = ann.me?.friends[0]?.version;
    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(30_000);

    expect(ann.me?.friends).toMatchObject([{ user: 'bob', state: 'offline', version }]);
    await device('bob', { login: { user: 'bob', password: PASSWORD } }).close();
  });
});
