import { expect, it } from '@jest/globals';
import { GROUPS_MAX, MEMBERS_PAGE_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectLogInvariants } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'a group', (database) => {
  /** Ann has made a group, and Bob has joined it; Eve has not. */
  const choir = async () => {
    const world = worldOn(database());
    const [ann, bob, eve] = [await world.register('ann'), await world.register('bob'), await world.register('eve')];
    const devices = [await world.join(ann), await world.join(bob), await world.join(eve)] as const;
    const group = world.named('choir');
    const created = await world.send(devices[0], { action: 'createGroup', name: 'Choir', id: group });
    const joined = await world.send(devices[1], { action: 'joinGroup', group });
    return { ...world, ann, bob, eve, devices, group, conversation: `group:${group}`, created, joined };
  };

  it('is named to its creator at once, and to their other devices', async () => {
    const { register, join, send, eventsOf } = worldOn(database());
    const ann = await register('ann');
    const [device, other] = [await join(ann), await join(ann)];

    const reply = await send(device, { action: 'createGroup', name: 'Choir', description: 'Tuesdays' });

    const { group } = reply;
    const info = { group, conversation: `group:${group}`, name: 'Choir', description: 'Tuesdays', size: 1 };
    expect(String(group)).toMatch(/^[\w-]{22}$/);
    expect(reply).toEqual({ type: 'reply', action: 'createGroup', ref: 'r', ok: true, ...info, seq: 1 });
    expect(eventsOf(device)).toEqual([]);
    expect(eventsOf(other)).toMatchObject([
      { type: 'group', ...info, role: 'owner' },
      { type: 'message', conversation: info.conversation, seq: 1, from: ann, change: 'created' },
    ]);
    await expectLogInvariants(database());
  });

  it('with an id is made once by the same user, and refused to another', async () => {
    const { send, devices, group, created } = await choir();

    const again = await send(devices[0], { action: 'createGroup', name: 'Choir', id: group });
    const other = await send(devices[1], { action: 'createGroup', name: 'Choir', id: group });

    await send(devices[0], { action: 'leaveGroup', group });
    const left = await send(devices[0], { action: 'createGroup', name: 'Choir', id: group });

    expect(again).toEqual({ ...created, size: 2 });
    expect(other).toMatchObject({ code: 'group_taken' });
    expect(left).toEqual({ ...other });
    await expectLogInvariants(database());
  });

  it('tells all who are in it who joins, and brings a message to all devices but the one that sent it', async () => {
    const { ann, bob, conversation, devices, group, joined, join, send, eventsOf, hush } = await choir();
    const [sender, receiver, stranger] = devices;
    const another = await join(ann);
    const events = eventsOf(sender);
    hush();

    const reply = await send(sender, { action: 'chat', group, text: 'la', id: 'm1', after: 2 });

    expect(joined).toMatchObject({ conversation, name: 'Choir', role: 'member', size: 2, joinedSeq: 2 });
    expect(events).toMatchObject([{ type: 'message', conversation, seq: 2, from: bob, change: 'joined' }]);
    expect(reply).toMatchObject({ ok: true, conversation, seq: 3, id: 'm1' });
    for (const device of [receiver, another])
      expect(eventsOf(device)).toMatchObject([{ type: 'message', conversation, seq: 3, from: ann, text: 'la' }]);
    expect([eventsOf(sender), eventsOf(stranger)]).toEqual([[], []]);
    await expectLogInvariants(database());
  });

  it('takes nothing from who is not in it, shows them nothing, and does not say whether it exists', async () => {
    const { devices, group, conversation, send, named } = await choir();
    const stranger = devices[2];
    const nowhere = named('nowhere');
    const codes = [];

    for (const name of [group, nowhere]) {
      for (const command of [
        { action: 'chat', group: name, text: 'hi' },
        { action: 'chat', group: name, text: 'hi', id: 'x', after: 0 },
        { action: 'chat', group: name, text: 'hi', id: 'x', after: 9 },
        { action: 'members', group: name },
        { action: 'typing', group: name },
        { action: 'history', conversation: `group:${name}` },
        { action: 'ack', conversation: `group:${name}`, read: 0 },
        { action: 'leaveGroup', group: name },
      ] as const)
        codes.push((await send(stranger, command)).code);
    }

    const codesOfOne = [...Array(5).fill('not_a_member'), ...Array(2).fill('no_such_conversation'), undefined];
    expect(codes).toEqual([...codesOfOne, ...codesOfOne]);
    expect(await send(stranger, { action: 'joinGroup', group: nowhere })).toMatchObject({ code: 'no_such_group' });
    expect(await send(stranger, { action: 'sync', cursors: { [conversation]: 0 } })).toMatchObject({ messages: [] });
    await expectLogInvariants(database());
  });

  it('is read from the moment on when one joined', async () => {
    const { devices, group, conversation, send, login, bob } = await choir();
    await send(devices[0], { action: 'chat', group, text: 'before Eve' });

    await send(devices[2], { action: 'joinGroup', group });
    await send(devices[0], { action: 'chat', group, text: 'with Eve' });

    const shown = { messages: [{ seq: 4, change: 'joined' }, { seq: 5 }] };
    expect(await send(devices[2], { action: 'history', conversation })).toMatchObject({ ...shown, more: false });
    expect(await send(devices[2], { action: 'history', conversation, after: 0 })).toMatchObject(shown);
    expect(await send(devices[2], { action: 'history', conversation, before: 4 })).toMatchObject({ messages: [] });
    expect(await send(devices[2], { action: 'sync', cursors: { [conversation]: 0 } })).toMatchObject(shown);
    expect(await login(devices[1], bob)).toMatchObject({ messages: [2, 3, 4, 5].map((seq) => ({ seq })) });
  });

  it('is lost to who leaves, with all that they could read, and the others are told', async () => {
    const { devices, group, conversation, send, eventsOf, hush, login, bob, join } = await choir();
    const another = await join(bob);
    hush();

    const left = await send(devices[1], { action: 'leaveGroup', group });
    await send(devices[0], { action: 'chat', group, text: 'he is gone' });

    expect(left).toMatchObject({ ok: true, group, conversation });
    expect(await send(devices[1], { action: 'leaveGroup', group })).toEqual(left);
    expect(eventsOf(devices[0])).toMatchObject([{ seq: 3, from: bob, change: 'left' }]);
    expect(eventsOf(another)).toEqual([{ type: 'group', group, conversation, left: true }]);
    expect(await send(devices[1], { action: 'history', conversation })).toMatchObject({ code: 'no_such_conversation' });
    expect(await send(devices[1], { action: 'chat', group, text: 'hi' })).toMatchObject({ code: 'not_a_member' });
    expect(await login(another, bob)).toMatchObject({ conversations: [], messages: [], groups: [] });
    await expectLogInvariants(database());
  });

  it('can be joined again, from then on', async () => {
    const { devices, group, conversation, send } = await choir();
    await send(devices[1], { action: 'leaveGroup', group });
    await send(devices[0], { action: 'chat', group, text: 'without Bob' });

    expect(await send(devices[1], { action: 'joinGroup', group })).toMatchObject({ joinedSeq: 5 });
    const seqs = (await send(devices[1], { action: 'history', conversation, after: 0 })).messages;
    expect(seqs).toMatchObject([{ seq: 5, change: 'joined' }]);
    await expectLogInvariants(database());
  });

  it('is joined once, however often it is asked for, and what was not told before is told then', async () => {
    const { devices, group, joined, ports, send, eventsOf, hush, bob } = await choir();
    hush();

    expect(await send(devices[1], { action: 'joinGroup', group })).toEqual(joined);
    expect(eventsOf(devices[0])).toMatchObject([{ seq: 2, from: bob, change: 'joined' }]);
    expect((await ports.log.head(`group:${group}` as never))?.seq).toBe(2);
    await expectLogInvariants(database());
  });

  it('still answers a retry of what was stored, after its sender has left', async () => {
    const { devices, group, send } = await choir();
    const command = { action: 'chat', group, text: 'once', id: 'm1', after: 2 } as const;
    const first = await send(devices[1], command);
    await send(devices[1], { action: 'leaveGroup', group });

    expect(await send(devices[1], command)).toEqual(first);
    expect(await send(devices[1], { ...command, id: 'm2' })).toMatchObject({ code: 'not_a_member' });
    await expectLogInvariants(database());
  });

  it('lists its members with their roles, to a bound, in pages and with the login', async () => {
    const { ann, bob, devices, group, conversation, send, login, ports } = await choir();
    const all = [
      { user: ann, role: 'owner' },
      { user: bob, role: 'member' },
    ];
    const limits: number[] = [];
    const { members } = ports.groups;
    ports.groups.members = (page) => {
      limits.push(page.limit);
      return members(page);
    };

    const info = { group, conversation, name: 'Choir', size: 2 };
    expect(await send(devices[1], { action: 'members', group })).toMatchObject({
      ...{ ...info, role: 'member', members: all, more: false },
    });
    expect(limits).toEqual([MEMBERS_PAGE_MAX]);
    expect(await send(devices[1], { action: 'members', group, after: ann })).toMatchObject({ members: [all[1]] });
    expect(await login(devices[0], ann)).toMatchObject({ groups: [{ ...info, role: 'owner', members: all }] });
  });

  it(`is not made or joined by who is in ${GROUPS_MAX} already`, async () => {
    const { devices, group, send, ports, joined } = await choir();
    ports.inboxes.countGroups = async () => GROUPS_MAX;

    expect(await send(devices[2], { action: 'joinGroup', group })).toMatchObject({ code: 'too_many_groups' });
    expect(await send(devices[2], { action: 'createGroup', name: 'x' })).toMatchObject({ code: 'too_many_groups' });
    expect(await send(devices[1], { action: 'joinGroup', group })).toEqual(joined);
    ports.inboxes.countGroups = async () => GROUPS_MAX - 1;
    expect(await send(devices[2], { action: 'joinGroup', group })).toMatchObject({ ok: true });
  });

  it('keeps its log, its members and their number together while all happens at once', async () => {
    const { devices, group, send, register, join } = await choir();
    const others = [];
    for (const name of ['f', 'g', 'h']) others.push(await join(await register(name)));
    const busyAtMost = (replies: { code?: unknown }[]) =>
      replies.filter(({ code }) => code !== undefined && code !== 'busy' && code !== 'not_a_member');

    const replies = await Promise.all([
      ...others.map((device) => send(device, { action: 'joinGroup', group })),
      send(devices[0], { action: 'chat', group, text: 'one' }),
      send(devices[1], { action: 'leaveGroup', group }),
      send(devices[1], { action: 'chat', group, text: 'two' }),
      send(devices[0], { action: 'chat', group, text: 'three' }),
    ]);

    expect(busyAtMost(replies)).toEqual([]);
    await expectLogInvariants(database());
  });
});
