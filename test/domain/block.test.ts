import { expect, it } from '@jest/globals';
import { BLOCKS_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectLogInvariants } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'a block', (database) => {
  /** Ann blocks Bob. */
  const twoUsers = async () => {
    const world = worldOn(database());
    const [ann, bob] = [await world.register('ann'), await world.register('bob')];
    const [annDevice, bobDevice] = [await world.join(ann), await world.join(bob)];
    const conversation = `dm:${ann}:${bob}`;
    const toAnn = (text: string, more: object = {}) =>
      world.send(bobDevice, { action: 'chat', to: ann, text, ...more });
    const block = (more: object = {}) => world.send(annDevice, { action: 'block', user: bob, ...more });
    const history = (device = annDevice) => world.send(device, { action: 'history', conversation, after: 0 });
    return { ...world, ann, bob, annDevice, bobDevice, conversation, toAnn, block, history };
  };

  it('hides from the blocker what the other one sends, who notices nothing', async () => {
    const { annDevice, bobDevice, conversation, toAnn, block, history, eventsOf, hush, login, ann, bob } =
      await twoUsers();
    const before = await toAnn('before');
    await block();
    hush();

    const after = await toAnn('after', { id: 'secret-words', after: 1 });

    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after).toMatchObject({ ok: true, conversation, seq: 2, id: 'secret-words' });
    expect([eventsOf(annDevice), eventsOf(bobDevice)]).toEqual([[], []]);
    const place = { conversation, seq: 2, from: bob, sentAt: after.sentAt, hidden: true };
    expect((await history()).messages).toEqual([expect.objectContaining({ seq: 1, text: 'before' }), place]);
    expect((await history(bobDevice)).messages).toMatchObject([{ seq: 1 }, { seq: 2, text: 'after' }]);
    expect(JSON.stringify((await history(bobDevice)).messages)).not.toContain('hidden');
    const snapshot = await login(annDevice, ann);
    expect(snapshot).toMatchObject({ messages: [{ seq: 1 }], blocked: [bob] });
    expect(snapshot.conversations).toMatchObject([{ lastSeq: 1, unread: 1 }]);
    expect(JSON.stringify(await login(bobDevice, bob))).not.toMatch(/block(?!ed":\[\])/);
    await expectLogInvariants(database());
  });

  it('leaves hidden what was sent under it, and shows what is sent after it', async () => {
    const { toAnn, block, history, annDevice, eventsOf, hush } = await twoUsers();
    await block();
    await toAnn('under it');
    const unblocked = await block({ unblock: true });
    hush();

    await toAnn('after it');

    expect(unblocked).toMatchObject({ ok: true, blocked: false, state: 'none' });
    expect(eventsOf(annDevice)).toMatchObject([{ type: 'message', seq: 2, text: 'after it' }]);
    expect((await history()).messages).toMatchObject([
      { seq: 1, hidden: true },
      { seq: 2, text: 'after it' },
    ]);
    expect(await block({ unblock: true })).toEqual(unblocked);
    await expectLogInvariants(database());
  });

  it('hides what was put before it and arrived after it', async () => {
    const { toAnn, block, history, ports, annDevice, eventsOf, hush } = await twoUsers();
    const { put } = ports.log;
    ports.log.put = async (message) => {
      const outcome = await put(message);
      await block();
      hush();
      return outcome;
    };

    expect(await toAnn('in flight')).toMatchObject({ ok: true, seq: 1 });
    expect(eventsOf(annDevice)).toEqual([]);
    expect((await history()).messages).toMatchObject([{ seq: 1, hidden: true }]);
    await block({ unblock: true });
    expect((await history()).messages).toMatchObject([{ seq: 1, hidden: true }]);
  });

  it('stays hidden when its sender sends it again, under the block or after it, and the sender’s devices learn nothing', async () => {
    const { toAnn, block, history, bob, annDevice, join, eventsOf, hush } = await twoUsers();
    const another = await join(bob);
    await block();
    const first = await toAnn('hello', { id: 'm', after: 0 });
    hush();

    const under = await toAnn('hello', { id: 'm', after: 0 });
    await block({ unblock: true });
    hush();
    const after = await toAnn('hello', { id: 'm', after: 0 });

    expect([under, after]).toEqual([first, first]);
    expect(eventsOf(annDevice)).toEqual([]);
    expect(eventsOf(another)).toMatchObject([{ type: 'message', seq: 1, text: 'hello' }]);
    expect(JSON.stringify(eventsOf(another))).not.toContain('hidden');
    expect((await history()).messages).toMatchObject([{ seq: 1, hidden: true }]);
  });

  it('leaves shown what arrived before it, also when its sender sends it again', async () => {
    const { toAnn, block, history } = await twoUsers();
    const first = await toAnn('hello', { id: 'm', after: 0 });
    await block();

    expect(await toAnn('hello', { id: 'm', after: 0 })).toEqual(first);
    expect((await history()).messages).toMatchObject([{ seq: 1, text: 'hello' }]);
  });

  it('does not keep the blocker from writing, and leaves no gap in their log', async () => {
    const { toAnn, block, history, send, annDevice, bobDevice, bob, eventsOf, hush } = await twoUsers();
    await block();
    await toAnn('one');
    hush();

    const reply = await send(annDevice, { action: 'chat', to: bob, text: 'leave me', id: 'x', after: 0 });
    await toAnn('two');

    expect(reply).toMatchObject({ ok: true, seq: 2 });
    expect(eventsOf(bobDevice)).toMatchObject([{ seq: 2, text: 'leave me' }]);
    expect((await history()).messages).toMatchObject([{ hidden: true }, { text: 'leave me' }, { hidden: true }]);
    await expectLogInvariants(database());
  });

  it('makes the blocker look offline to a friend, from then on, until it ends', async () => {
    const {
      ann,
      bob,
      annDevice,
      bobDevice,
      befriend,
      block,
      send,
      login,
      eventsOf,
      hush,
      world,
      announce,
      changeOf,
      join,
      disconnected,
    } = await twoUsers();
    await befriend(annDevice, bobDevice, [ann, bob]);
    const asked = async () => (await send(bobDevice, { action: 'presence', users: [ann] })).presence;
    const [shown] = (await asked()) as { version: number }[];
    world.now += 5;
    hush();

    await block();

    const frozen = { user: ann, state: 'offline', lastSeen: world.now, version: (shown?.version ?? 0) + 1 };
    expect(eventsOf(bobDevice)).toEqual([{ type: 'presence', ...frozen }]);
    hush();
    world.now += 5;
    await announce([await changeOf(ann, () => disconnected(annDevice))]);
    expect(await asked()).toEqual([frozen]);
    expect(await login(bobDevice, bob)).toMatchObject({ friends: [frozen] });
    await join(ann);
    expect(await asked()).toEqual([frozen]);
    expect(eventsOf(bobDevice)).toEqual([]);
  });

  it('is taken back with the presence that there is, newer than what was shown', async () => {
    const { ann, bob, annDevice, bobDevice, befriend, block, eventsOf, hush } = await twoUsers();
    await befriend(annDevice, bobDevice, [ann, bob]);
    hush();

    await block();
    await block({ unblock: true });

    const [gone, back] = eventsOf(bobDevice) as { state: string; version: number }[];
    expect([gone?.state, back?.state]).toEqual(['offline', 'online']);
    expect(Number(back?.version)).toBeGreaterThan(Number(gone?.version));
    expect(eventsOf(bobDevice)).toHaveLength(2);
  });

  it('shows nothing to a stranger', async () => {
    const { bobDevice, block, eventsOf, hush } = await twoUsers();
    hush();

    await block();
    await block({ unblock: true });

    expect(eventsOf(bobDevice)).toEqual([]);
  });

  it('lets requests look sent, and shows them when it ends', async () => {
    const { ann, bob, annDevice, bobDevice, block, send, login, eventsOf, hush } = await twoUsers();
    await block();
    hush();

    const asked = await send(bobDevice, { action: 'addFriend', user: ann });

    expect(asked).toMatchObject({ ok: true, state: 'outgoing' });
    expect(eventsOf(annDevice)).toEqual([]);
    expect(await login(annDevice, ann)).toMatchObject({ requests: [], blocked: [bob] });
    expect(await login(bobDevice, bob)).toMatchObject({ requests: [{ user: ann, state: 'outgoing' }] });
    expect(await send(annDevice, { action: 'addFriend', user: bob })).toMatchObject({ code: 'blocked' });
    expect(await block({ unblock: true })).toMatchObject({ state: 'incoming' });
    expect(await login(annDevice, ann)).toMatchObject({ requests: [{ user: bob, state: 'incoming' }], blocked: [] });
  });

  it('outlasts the end of a friendship, whoever ends it, even if both have blocked each other', async () => {
    const { ann, bob, annDevice, bobDevice, befriend, block, send, login, eventsOf, hush } = await twoUsers();
    await befriend(annDevice, bobDevice, [ann, bob]);
    await block();
    await send(bobDevice, { action: 'block', user: ann });
    hush();

    expect(await send(bobDevice, { action: 'removeFriend', user: ann })).toMatchObject({ state: 'none' });
    expect(eventsOf(annDevice)).toEqual([]);
    for (const [device, user, other] of [
      [annDevice, ann, bob],
      [bobDevice, bob, ann],
    ] as const)
      expect(await login(device, user)).toMatchObject({ friends: [], requests: [], blocked: [other] });
    expect(await send(annDevice, { action: 'removeFriend', user: bob })).toMatchObject({ state: 'none' });
  });

  it('silences typing and receipts both ways', async () => {
    const { ann, bob, annDevice, bobDevice, conversation, toAnn, block, send, login, eventsOf, hush } =
      await twoUsers();
    await toAnn('hi');
    await send(annDevice, { action: 'ack', conversation, received: 1 });
    await block();
    hush();

    await send(annDevice, { action: 'typing', to: bob });
    await send(bobDevice, { action: 'typing', to: ann });
    await send(annDevice, { action: 'ack', conversation, read: 1 });

    expect([eventsOf(annDevice), eventsOf(bobDevice)]).toEqual([[], []]);
    expect(await login(bobDevice, bob)).toMatchObject({ conversations: [{ peer: { received: 1, read: 0 } }] });
  });

  it('is told to the blocker’s other devices, and refused for oneself, nobody, and too many', async () => {
    const { ann, bob, annDevice, block, join, send, named, eventsOf, ports } = await twoUsers();
    const another = await join(ann);
    const { count } = ports.friends;
    ports.friends.count = async (userId) => ({ ...(await count(userId)), blocked: BLOCKS_MAX });

    expect(await block()).toMatchObject({ code: 'too_many_blocks' });
    ports.friends.count = async (userId) => ({ ...(await count(userId)), blocked: BLOCKS_MAX - 1 });
    expect(await block()).toMatchObject({ ok: true, user: bob, state: 'none', blocked: true });
    expect(eventsOf(another)).toEqual([{ type: 'friend', user: bob, state: 'none', blocked: true }]);
    expect(await send(annDevice, { action: 'block', user: ann })).toMatchObject({ code: 'to_self' });
    expect(await send(annDevice, { action: 'block', user: named('nobody') })).toMatchObject({ code: 'no_such_user' });
  });
});
