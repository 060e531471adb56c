import { expect, it } from '@jest/globals';
import {
  APPEND_BEHIND_MAX,
  LOGIN_CONVERSATIONS_READ_MAX,
  LOGIN_MESSAGES_MAX,
  TEXT_BYTES_MAX,
} from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectLogInvariants, scan } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'chat', (database) => {
  const twoUsers = async () => {
    const world = worldOn(database());
    const [ann, bob] = [await world.register('ann'), await world.register('bob')];
    return { ...world, ann, bob, conversation: `dm:${ann}:${bob}` };
  };

  it('pushes the message to the other user and tells the sender its place', async () => {
    const { ann, bob, conversation, join, send, eventsOf, world } = await twoUsers();
    const [sender, receiver] = [await join(ann), await join(bob)];

    const reply = await send(sender, { action: 'chat', to: bob, text: '你好', id: 'm1', after: 0 });

    const message = { conversation, seq: 1, id: 'm1', sentAt: world.now };
    expect(reply).toEqual({ type: 'reply', action: 'chat', ref: 'r', ok: true, ...message });
    expect(eventsOf(receiver)).toEqual([{ type: 'message', ...message, from: ann, text: '你好' }]);
    expect(eventsOf(sender)).toEqual([]);
  });

  it('reaches every device of both users, except the one that sent it', async () => {
    const { ann, bob, join, send, eventsOf } = await twoUsers();
    const [sender, ...others] = [await join(ann), await join(ann), await join(bob), await join(bob)];

    await send(sender, { action: 'chat', to: bob, text: 'all of you' });

    expect(eventsOf(sender)).toEqual([]);
    for (const device of others) expect(eventsOf(device)).toHaveLength(1);
  });

  it('is kept for a user who is offline, comes with their next login, and again until it is acked', async () => {
    const { ann, bob, conversation, join, send, login, connect } = await twoUsers();
    await send(await join(ann), { action: 'chat', to: bob, text: 'later' });
    const device = await connect();

    const first = await login(device, bob);
    const second = await login(device, bob);
    await send(device, { action: 'ack', conversation, received: 1 });
    const third = await login(device, bob);

    expect(first).toMatchObject({ messages: [{ seq: 1, from: ann, text: 'later' }], conversations: [{ unread: 1 }] });
    expect(second).toMatchObject({ messages: [{ seq: 1 }] });
    expect(third).toMatchObject({ messages: [], conversations: [{ conversation, ackSeq: 1, unread: 1 }] });
  });

  it('holds a message once however often it is sent with one id', async () => {
    const { ann, bob, join, send } = await twoUsers();
    const sender = await join(ann);
    const command = { action: 'chat', to: bob, text: 'once', id: 'm1', after: 0 } as const;
    const first = await send(sender, command);
    await send(sender, { action: 'chat', to: bob, text: 'another', id: 'm2', after: 1 });

    expect(await send(sender, command)).toEqual(first);
    expect(await Promise.all([send(sender, command), send(sender, command)])).toEqual([first, first]);
    await expectLogInvariants(database());
  });

  it("keeps one order without gaps when both users' devices send at once", async () => {
    const { ann, bob, conversation, join, send, ports } = await twoUsers();
    const senders = [await join(ann), await join(ann), await join(bob), await join(bob)];

    const replies = await Promise.all(
      senders.map((sender, index) =>
        send(sender, { action: 'chat', to: index < 2 ? bob : ann, text: `from ${index}` }),
      ),
    );

    expect(replies.map(({ seq }) => seq).sort()).toEqual([1, 2, 3, 4]);
    expect(await ports.log.from({ conversation: conversation as never, fromSeq: 1, limit: 9 })).toHaveLength(4);
    await expectLogInvariants(database());
  });

  it('finds its own message when the write went through and its answer was lost', async () => {
    const { ann, bob, join, send, ports } = await twoUsers();
    const sender = await join(ann);
    const put = ports.log.put;
    let losses = 1;
    ports.log.put = async (message) => {
      const outcome = await put(message);
      // The SDK tries again by itself, and meets what its first attempt wrote.
      return losses-- > 0 ? put(message) : outcome;
    };

    expect(await send(sender, { action: 'chat', to: bob, text: 'once' })).toMatchObject({ ok: true, seq: 1 });
    expect(await send(sender, { action: 'chat', to: bob, text: 'next' })).toMatchObject({ ok: true, seq: 2 });
    await expectLogInvariants(database());
  });

  it('refuses a seq that nobody has written, instead of leaving a gap', async () => {
    const { ann, bob, join, send } = await twoUsers();
    const sender = await join(ann);
    await send(sender, { action: 'chat', to: bob, text: 'one' });

    const reply = await send(sender, { action: 'chat', to: bob, text: 'far ahead', id: 'x', after: 2 });

    expect(reply).toMatchObject({ type: 'error', code: 'ahead' });
    await expectLogInvariants(database());
  });

  it(`refuses a sender who is more than ${APPEND_BEHIND_MAX} messages behind, and serves one who is not`, async () => {
    const { ann, bob, conversation, join, send, ports } = await twoUsers();
    const sender = await join(ann);
    for (let seq = 1; seq <= APPEND_BEHIND_MAX + 1; seq++) {
      await ports.log.put({ conversation, seq, from: bob, text: 't', sentAt: 1, id: `b${seq}` } as never);
    }

    expect(await send(sender, { action: 'chat', to: bob, text: 'hi', id: 'x', after: 0 })).toMatchObject({
      code: 'behind',
    });
    expect(await send(sender, { action: 'chat', to: bob, text: 'hi', id: 'x', after: 1 })).toMatchObject({
      seq: APPEND_BEHIND_MAX + 2,
    });
  });

  it('refuses oneself, nobody, and a user before the login, and writes nothing', async () => {
    const { ann, bob, named, join, connect, send } = await twoUsers();
    const sender = await join(ann);
    const before = await scan(database(), database().chatTable);

    const toSelf = await send(sender, { action: 'chat', to: ann, text: 'me' });
    const toNobody = await send(sender, { action: 'chat', to: named('nobody'), text: 'anyone?' });
    const unknown = await send(await connect(), { action: 'chat', to: bob, text: 'who am I?' });

    expect(toSelf).toMatchObject({ code: 'to_self' });
    expect(toNobody).toMatchObject({ code: 'no_such_user' });
    expect(unknown).toMatchObject({ code: 'not_logged_in' });
    expect(await scan(database(), database().chatTable)).toEqual(before);
  });

  it('reaches the others when one push fails and one peer is gone', async () => {
    const { ann, bob, join, send, eventsOf, ports, vanish } = await twoUsers();
    const [sender, failing, gone, fine] = [await join(ann), await join(bob), await join(bob), await join(bob)];
    vanish(gone);
    const push = ports.sockets.push;
    ports.sockets.push = async (to, text) => {
      if (to === failing) throw new Error('a bug in the pusher');
      return push(to, text);
    };

    expect(await send(sender, { action: 'chat', to: bob, text: 'hello' })).toMatchObject({ ok: true });
    expect(eventsOf(fine)).toHaveLength(1);
    expect(ports.report).toHaveBeenCalledWith(expect.objectContaining({ message: 'a bug in the pusher' }));
  });

  it('writes every inbox before it reads who is online', async () => {
    const { ann, bob, join, send, ports } = await twoUsers();
    const sender = await join(ann);
    const steps: string[] = [];
    const { arrive } = ports.inboxes;
    const { profilesOf } = ports.presence;
    ports.inboxes.arrive = async (arrival) => {
      const outcome = await arrive(arrival);
      steps.push(`arrived ${arrival.userId}`);
      return outcome;
    };
    await send(sender, { action: 'chat', to: bob, text: 'first' });
    steps.length = 0;
    ports.presence.profilesOf = async (userIds) => {
      steps.push(`read ${[...userIds].sort()}`);
      return profilesOf(userIds);
    };

    await send(sender, { action: 'chat', to: bob, text: 'second' });

    expect(steps.slice(0, 2).sort()).toEqual([`arrived ${ann}`, `arrived ${bob}`].sort());
    expect(steps.slice(2)).toEqual([`read ${[ann, bob].sort()}`]);
  });
});

describeOn(dynoxide, 'the login snapshot', (database) => {
  it('brings at most the stated number of messages, the oldest, and says that there are more', async () => {
    const { register, join, send, login, connect, ports } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const conversation = `dm:${ann}:${bob}`;
    for (let seq = 1; seq <= LOGIN_MESSAGES_MAX; seq++) {
      await ports.log.put({ conversation, seq, from: ann, text: 't', sentAt: 1, id: `a${seq}` } as never);
    }
    const sender = await join(ann);
    await ports.inboxes.arrive({
      userId: bob,
      message: { conversation, seq: LOGIN_MESSAGES_MAX, from: ann, sentAt: 1 },
      creates: true,
    } as never);
    const device = await connect();

    const atTheLimit = await login(device, bob);
    await send(sender, { action: 'chat', to: bob, text: 'one past it' });
    const beyond = await login(device, bob);

    const seqs = Array.from({ length: LOGIN_MESSAGES_MAX }, (_, index) => index + 1);
    expect((atTheLimit.messages as { seq: number }[]).map(({ seq }) => seq)).toEqual(seqs);
    expect(atTheLimit.more).toBe(false);
    expect((beyond.messages as { seq: number }[]).map(({ seq }) => seq)).toEqual(seqs);
    expect(beyond.more).toBe(true);
  });

  it('shares its bound among conversations, the longest waiting first, and reads no more than it brings', async () => {
    const { register, login, connect, ports } = worldOn(database());
    const bob = await register('bob');
    const waiting = LOGIN_MESSAGES_MAX / 2 + 1;
    for (const [conversation, at] of [
      [`dm:second${bob}`, 2],
      [`dm:first${bob}`, 1],
    ] as const) {
      for (let seq = 1; seq <= waiting; seq++) {
        await ports.log.put({ conversation, seq, from: 'ann', text: 't', sentAt: at, id: `a${seq}` } as never);
      }
      await ports.inboxes.arrive({
        userId: bob,
        message: { conversation, seq: waiting, from: 'ann', sentAt: at },
        creates: true,
      } as never);
    }
    const { from } = ports.log;
    const limits: number[] = [];
    ports.log.from = (page) => {
      limits.push(page.limit);
      return from(page);
    };

    const reply = await login(await connect(), bob);

    const brought = reply.messages as { conversation: string; seq: number }[];
    expect(limits).toEqual([waiting, LOGIN_MESSAGES_MAX - waiting]);
    expect(brought.filter(({ conversation }) => conversation.startsWith('dm:first'))).toHaveLength(waiting);
    expect(brought).toHaveLength(LOGIN_MESSAGES_MAX);
    expect(reply.more).toBe(true);
  });

  it('stays below API Gateway’s 128 KB with the longest messages, and cuts without a gap', async () => {
    const { register, join, send, login, connect } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const sender = await join(ann);
    // Every character of it is escaped to six bytes of JSON.
    for (let count = 0; count < 6; count++)
      await send(sender, { action: 'chat', to: bob, text: 'x'.padEnd(TEXT_BYTES_MAX, '\u0001') });

    const reply = await login(await connect(), bob);

    const seqs = (reply.messages as { seq: number }[]).map(({ seq }) => seq);
    expect(JSON.stringify(reply).length).toBeLessThan(128 * 1024);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(seqs.length).toBeGreaterThan(0);
    expect(reply.more).toBe(true);
  });

  it('reads a bounded number of conversations, and says that there are more', async () => {
    const { register, join, send, login, connect, world } = worldOn(database());
    const bob = await register('bob');
    for (let friend = 0; friend <= LOGIN_CONVERSATIONS_READ_MAX; friend++) {
      world.now += 1;
      await send(await join(await register(`f${friend}x`)), { action: 'chat', to: bob, text: `${friend}` });
    }

    const reply = await login(await connect(), bob);

    expect((reply.messages as { text: string }[]).map(({ text }) => Number(text))).toEqual(
      Array.from({ length: LOGIN_CONVERSATIONS_READ_MAX }, (_, index) => index),
    );
    expect(reply.conversations).toHaveLength(LOGIN_CONVERSATIONS_READ_MAX + 1);
    expect(reply.more).toBe(true);
  });
});

describeOn(dynoxide, 'ack', (database) => {
  it('answers nothing unless it carries a ref or fails', async () => {
    const { register, join, send } = worldOn(database());
    const [ann, bob] = [await register('ann'), await register('bob')];
    const sender = await join(ann);
    const conversation = `dm:${ann}:${bob}`;
    await send(sender, { action: 'chat', to: bob, text: 'hi' });

    expect(await send(sender, { action: 'ack', ref: undefined, conversation, received: 1 })).toEqual({ silence: true });
    expect(await send(sender, { action: 'ack', conversation, read: 1 })).toMatchObject({ ok: true });
    expect(await send(sender, { action: 'ack', ref: undefined, conversation, received: 2 })).toMatchObject({
      code: 'not_yet_sent',
    });
    expect(await send(sender, { action: 'ack', conversation: 'dm:x:y', received: 0 })).toMatchObject({
      code: 'no_such_conversation',
    });
  });
});
