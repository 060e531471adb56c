import { expect, it } from '@jest/globals';
import { CHATTY_MEMBERS_MAX, RECEIPT_MESSAGES_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'ack and typing', (database) => {
  const twoUsers = async () => {
    const world = worldOn(database());
    const [ann, bob] = [await world.register('ann'), await world.register('bob')];
    const [annDevice, bobDevice] = [await world.join(ann), await world.join(bob)];
    return { ...world, ann, bob, annDevice, bobDevice, conversation: `dm:${ann}:${bob}` };
  };

  const groupOf = async (names: readonly string[]) => {
    const world = worldOn(database());
    const group = world.named('group');
    const members = [];
    for (const name of names) {
      const user = await world.register(name);
      const device = await world.join(user);
      const isFirst = members.length === 0;
      await world.send(device, isFirst ? { action: 'createGroup', name, id: group } : { action: 'joinGroup', group });
      members.push({ user, device });
    }
    return { ...world, group, conversation: `group:${group}`, members };
  };

  it('tells the sender how far the other one has got, and the other one’s devices too', async () => {
    const { bob, annDevice, bobDevice, conversation, join, send, eventsOf, hush } = await twoUsers();
    const another = await join(bob);
    await send(annDevice, { action: 'chat', to: bob, text: 'one' });
    await send(annDevice, { action: 'chat', to: bob, text: 'two' });
    hush();

    await send(bobDevice, { action: 'ack', conversation, received: 2, read: 1 });

    const receipt = { type: 'receipt', conversation, user: bob, received: 2, read: 1 };
    expect(eventsOf(annDevice)).toEqual([receipt]);
    expect(eventsOf(another)).toEqual([receipt]);
    expect(eventsOf(bobDevice)).toEqual([]);
  });

  it('says nothing of a cursor that did not move', async () => {
    const { bob, annDevice, bobDevice, conversation, send, eventsOf, hush } = await twoUsers();
    await send(annDevice, { action: 'chat', to: bob, text: 'one' });
    await send(bobDevice, { action: 'ack', conversation, received: 1, read: 1 });
    hush();

    await send(bobDevice, { action: 'ack', conversation, received: 1, read: 0 });

    expect(eventsOf(annDevice)).toEqual([]);
  });

  it('survives a reload: login and history tell how far the other one has got', async () => {
    const { ann, bob, annDevice, bobDevice, conversation, send, login } = await twoUsers();
    await send(annDevice, { action: 'chat', to: bob, text: 'one' });
    await send(bobDevice, { action: 'ack', conversation, received: 1 });

    const peer = { received: 1, read: 0 };
    expect(await login(annDevice, ann)).toMatchObject({ conversations: [{ conversation, unread: 0, peer }] });
    expect(await send(annDevice, { action: 'history', conversation })).toMatchObject({ peer });
  });

  it('in a small group tells those who sent what is acked, and nobody else', async () => {
    const { members, group, conversation, send, eventsOf, hush } = await groupOf(['ann', 'bob', 'eve']);
    const [ann, bob, eve] = members as [(typeof members)[0], (typeof members)[0], (typeof members)[0]];
    await send(ann.device, { action: 'chat', group, text: 'hi' });
    hush();

    await send(bob.device, { action: 'ack', conversation, received: 4, read: 4 });
    const first = eventsOf(ann.device);
    hush();
    await send(eve.device, { action: 'ack', conversation, received: 3 });

    expect(first).toEqual([{ type: 'receipt', conversation, user: bob.user, received: 4, read: 4 }]);
    expect([eventsOf(ann.device), eventsOf(bob.device)]).toEqual([[], []]);
  });

  it(`in a group of ${CHATTY_MEMBERS_MAX} shows typing and receipts, in a larger one neither`, async () => {
    const { members, group, conversation, ports, send, eventsOf, hush, register, join } = await groupOf(['ann', 'bob']);
    const [ann, bob] = members as [(typeof members)[0], (typeof members)[0]];
    const list = ports.groups.members;
    let extra = CHATTY_MEMBERS_MAX - 2;
    ports.groups.members = async (page) => {
      const real = await list(page);
      const others = Array.from({ length: extra }, (_, index) => ({
        ...{ userId: `x${index}` as never, role: 'member' as const, joinedSeq: 1 },
      }));
      return { members: [...real.members, ...others] };
    };
    const events = async (seq: number) => {
      await send(ann.device, { action: 'chat', group, text: 'hi' });
      hush();
      await send(bob.device, { action: 'typing', group });
      await send(bob.device, { action: 'ack', conversation, read: seq });
      return eventsOf(ann.device).map(({ type }) => type);
    };

    expect(await events(3)).toEqual(['typing', 'receipt']);
    extra++;
    expect(await events(4)).toEqual([]);
    const eve = await join(await register('eve'));
    expect(await send(eve, { action: 'typing', group })).toMatchObject({ code: 'not_a_member' });
  });

  it(`reads at most the newest ${RECEIPT_MESSAGES_MAX} of what is acked in a group`, async () => {
    const { members, group, conversation, ports, send } = await groupOf(['ann', 'bob']);
    const [ann, bob] = members as [(typeof members)[0], (typeof members)[0]];
    for (let count = 0; count <= RECEIPT_MESSAGES_MAX; count++)
      await send(ann.device, { action: 'chat', group, text: 'hi' });
    const pages: { fromSeq: number; limit: number }[] = [];
    const { from } = ports.log;
    ports.log.from = (page) => {
      pages.push(page);
      return from(page);
    };
    const head = RECEIPT_MESSAGES_MAX + 3;

    await send(bob.device, { action: 'ack', conversation, read: head });

    expect(pages).toMatchObject([{ fromSeq: head - RECEIPT_MESSAGES_MAX + 1, limit: RECEIPT_MESSAGES_MAX }]);
  });

  it('typing is shown to those who have written to each other, stored nowhere, and quiet', async () => {
    const { ann, bob, annDevice, bobDevice, conversation, send, eventsOf, hush } = await twoUsers();
    await send(annDevice, { action: 'typing', to: bob });
    const toStranger = eventsOf(bobDevice);
    await send(annDevice, { action: 'chat', to: bob, text: 'hi' });
    hush();

    const reply = await send(annDevice, { action: 'typing', ref: undefined, to: bob });

    expect(toStranger).toEqual([]);
    expect(reply).toEqual({ silence: true });
    expect(eventsOf(bobDevice)).toEqual([{ type: 'typing', conversation, user: ann }]);
    expect(await send(annDevice, { action: 'typing', to: ann })).toMatchObject({ code: 'to_self' });
    expect(await send(annDevice, { action: 'typing' })).toMatchObject({ code: 'bad_field' });
  });
});
