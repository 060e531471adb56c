import { expect, it } from '@jest/globals';
import type { Settings } from '../../src/domain/ports/ports';
import type { UserId } from '../../src/protocol/ids';
import { DIRECT_MEMBERS_MAX, FAN_OUT_PAGE_MAX, GROUP_MEMBERS_MAX } from '../../src/protocol/limits';
import { Refusal } from '../../src/protocol/refusal';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordCalls } from '../tooling/record-calls';
import { expectLogInvariants } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'a large group', (database) => {
  /** A group of so many members, of whom Ann and Bob are online; and Eve, who is not in it. */
  const groupOf = async (size: number, settings: Partial<Settings> = {}) => {
    const world = worldOn(database(), settings, 1_000);
    const [ann, bob, eve] = [await world.register('ann'), await world.register('bob'), await world.register('eve')];
    const [a, b, e] = [await world.join(ann), await world.join(bob), await world.join(eve)];
    const group = world.named('crowd');
    const conversation = `group:${group}` as never;
    await world.send(a, { action: 'createGroup', name: 'Crowd', id: group });
    await world.send(b, { action: 'joinGroup', group });
    for (let seq = 3; seq <= size; seq++) {
      const from = `${world.named('m')}x${seq}` as UserId;
      const entry = { conversation, seq, from, change: 'joined' as const, sentAt: 1, id: `j${seq}` as never };
      await world.ports.groups.join({ entry, role: 'member', versionSeen: seq - 1, big: false });
    }
    await world.send(b, { action: 'ack', conversation, received: 2 });
    world.hush();
    const says = (text: string) => world.send(a, { action: 'chat', group, text });
    const seqsOf = (device: typeof a) =>
      world.eventsOf(device).flatMap(({ type, seq }) => (type === 'message' ? [seq] : []));
    const enter = () => world.send(e, { action: 'joinGroup', group });
    return { ...world, ann, bob, eve, a, b, e, group, conversation, says, seqsOf, enter };
  };

  it(`is told directly up to ${DIRECT_MEMBERS_MAX} members, and through the queue beyond`, async () => {
    const { says, enter, seqsOf, b, e, jobs, fanOut, ports } = await groupOf(DIRECT_MEMBERS_MAX);
    const calls = recordCalls(ports);
    await says('directly');
    const direct = calls.splice(0).filter((call) => call === 'inboxes.arrive').length;

    expect(await enter()).toMatchObject({ ok: true, size: DIRECT_MEMBERS_MAX + 1 });
    calls.length = 0;
    const reply = await says('through the queue');

    expect(direct).toBe(DIRECT_MEMBERS_MAX);
    expect(reply).toMatchObject({ ok: true, seq: DIRECT_MEMBERS_MAX + 3 });
    expect(calls).toEqual([
      'connections.touch',
      'log.head',
      'inboxes.entriesOf',
      'log.put',
      'groups.find',
      'inboxes.arrive',
      'fanOut.enqueue',
    ]);
    expect(jobs).toHaveLength(2);
    expect(await fanOut()).toBe(2 * Math.ceil((DIRECT_MEMBERS_MAX + 1) / FAN_OUT_PAGE_MAX));
    expect(seqsOf(b)).toEqual([1, 2, 3].map((more) => DIRECT_MEMBERS_MAX + more));
    // Eve's own join is told to her other devices only.
    expect(seqsOf(e)).toEqual([DIRECT_MEMBERS_MAX + 3]);
    await expectLogInvariants(database());
  });

  it('is large as soon as it has more members than the deployer lets be told directly', async () => {
    const { says, enter, jobs } = await groupOf(3, { directMembersMax: 3 });
    await says('directly');
    const before = jobs.length;

    await enter();
    await says('through the queue');

    // The join itself, and the message.
    expect([before, jobs.length]).toEqual([0, 2]);
    await expectLogInvariants(database());
  });

  it('brings with a login and a sync what its members’ entries do not know', async () => {
    const { says, enter, login, send, b, bob, conversation } = await groupOf(DIRECT_MEMBERS_MAX);
    await enter();
    await says('one');
    await send(b, { action: 'ack', conversation, received: DIRECT_MEMBERS_MAX + 1 });

    const snapshot = await login(b, bob);

    const head = DIRECT_MEMBERS_MAX + 2;
    expect(snapshot).toMatchObject({
      messages: [{ seq: head, text: 'one' }],
      conversations: [{ lastSeq: head, unread: head - 2 }],
    });
    expect(await send(b, { action: 'sync' })).toMatchObject({ messages: [{ seq: head }] });
    expect(await send(b, { action: 'ack', conversation, received: head, read: head })).toMatchObject({ ok: true });
    expect(await send(b, { action: 'ack', conversation, read: head + 1 })).toMatchObject({ code: 'not_yet_sent' });
    expect(await login(b, bob)).toMatchObject({ messages: [], conversations: [{ unread: 0 }] });
    await expectLogInvariants(database());
  });

  it.each(['find', 'members', 'join'] as const)(
    'misses no member when a message falls before its %s at the crossing',
    async (step) => {
      const { says, enter, seqsOf, send, b, conversation, ports, fanOut } = await groupOf(DIRECT_MEMBERS_MAX);
      const said: Record<string, unknown>[] = [];
      const port = ports.groups as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      const method = port[step];
      port[step] = async (...args) => {
        port[step] = method as never;
        said.push(await says('at the crossing'));
        return method?.(...args);
      };

      expect(await enter()).toMatchObject({ ok: true });
      await fanOut();

      const seq = Number(said[0]?.seq);
      expect(seqsOf(b)).toContain(seq);
      expect(await send(b, { action: 'sync', cursors: { [conversation]: seq - 1 } })).toMatchObject({
        messages: expect.arrayContaining([expect.objectContaining({ seq })]),
      });
      await expectLogInvariants(database());
    },
  );

  it('misses no member when it becomes large after a message was put, before its size was read', async () => {
    const { says, enter, seqsOf, send, b, conversation, ports, fanOut } = await groupOf(DIRECT_MEMBERS_MAX);
    const { put } = ports.log;
    ports.log.put = async (message) => {
      ports.log.put = put;
      const outcome = await put(message);
      await enter();
      return outcome;
    };

    const { seq } = await says('at the crossing');
    await fanOut();

    expect(seqsOf(b)).toContain(seq);
    expect(await send(b, { action: 'sync', cursors: { [conversation]: Number(seq) - 1 } })).toMatchObject({
      messages: [{ seq }, { seq: Number(seq) + 1, change: 'joined' }],
    });
  });

  it('has its whole crossing again when somebody joined in the middle of it', async () => {
    const { enter, register, join, send, group, ports, login, b, bob, says } = await groupOf(DIRECT_MEMBERS_MAX - 1);
    const other = await join(await register('zoe'));
    const third = await join(await register('yan'));
    await send(other, { action: 'joinGroup', group });
    const { join: commit } = ports.groups;
    ports.groups.join = async (joining) => {
      ports.groups.join = commit;
      await send(third, { action: 'joinGroup', group });
      return commit(joining);
    };

    expect(await enter()).toMatchObject({ ok: true, size: DIRECT_MEMBERS_MAX + 2 });
    const { seq } = await says('hi');

    expect(await login(b, bob)).toMatchObject({ conversations: [{ lastSeq: seq }] });
    await expectLogInvariants(database());
  });

  it('pushes to nobody who may not read the message, nor to the device that sent it, however often a job comes', async () => {
    const { says, enter, seqsOf, a, e, jobs, fanOut, hush } = await groupOf(DIRECT_MEMBERS_MAX);
    await enter();
    await fanOut();
    hush();
    await says('hi');
    const job = { ...jobs[0] } as (typeof jobs)[0];
    jobs.push(job, { ...job, seq: DIRECT_MEMBERS_MAX });

    await fanOut();

    expect(seqsOf(e)).toEqual([DIRECT_MEMBERS_MAX + 2, DIRECT_MEMBERS_MAX + 2]);
    expect(seqsOf(a)).toEqual([]);
  });

  it('has the next page’s job sent before it pushes, and after it has read', async () => {
    const { says, enter, jobs, fanOut, ports } = await groupOf(DIRECT_MEMBERS_MAX);
    await enter();
    jobs.length = 0;
    await says('hi');
    const calls = recordCalls(ports);

    await fanOut();

    const next = calls.indexOf('fanOut.enqueue');
    expect(next).toBeGreaterThan(calls.indexOf('presence.profilesOf'));
    expect(next).toBeLessThan(calls.indexOf('sockets.push'));
  });

  it('is told once a message is sent again that the queue did not take', async () => {
    const { enter, send, a, b, group, ports, fanOut, seqsOf, jobs } = await groupOf(DIRECT_MEMBERS_MAX);
    await enter();
    jobs.length = 0;
    const { enqueue } = ports.fanOut;
    ports.fanOut.enqueue = async () => {
      ports.fanOut.enqueue = enqueue;
      throw new Refusal('busy');
    };
    const command = { action: 'chat', group, text: 'once', id: 'm', after: DIRECT_MEMBERS_MAX } as const;

    expect(await send(a, command)).toMatchObject({ code: 'busy' });
    expect(await send(a, command)).toMatchObject({ ok: true, seq: DIRECT_MEMBERS_MAX + 2 });
    await fanOut();
    expect(seqsOf(b)).toEqual([DIRECT_MEMBERS_MAX + 2]);
    await expectLogInvariants(database());
  });

  it(`takes ${GROUP_MEMBERS_MAX} members, and not one more`, async () => {
    const { enter, ports } = await groupOf(2);
    const { find } = ports.groups;
    let members = GROUP_MEMBERS_MAX;
    ports.groups.find = async (name) => {
      const group = await find(name);
      return group && { ...group, members, big: true };
    };

    expect(await enter()).toMatchObject({ code: 'group_full' });
    members--;
    expect(await enter()).toMatchObject({ ok: true });
  });
});
