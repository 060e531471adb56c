import { expect, it } from '@jest/globals';
import {
  HISTORY_MESSAGES_MAX,
  LOGIN_CONVERSATIONS_READ_MAX,
  PAGE_BYTES_MAX,
  SYNC_CURSORS_MAX,
  TEXT_BYTES_MAX,
} from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

type Page = { messages: { seq: number }[]; more: boolean };

describeOn(dynoxide, 'history and sync', (database) => {
  /** `count` messages from Ann to Bob, of this text. */
  const twoUsers = async ({ count = 0, text = 't' }: { count?: number; text?: string } = {}) => {
    const world = worldOn(database(), {}, 1_000);
    const [ann, bob] = [await world.register('ann'), await world.register('bob')];
    const [annDevice, bobDevice] = [await world.join(ann), await world.join(bob)];
    const conversation = `dm:${ann}:${bob}`;
    const put = (seq: number) =>
      ({ conversation, seq, from: ann, text, sentAt: world.world.now, id: `a${seq}` }) as never;
    for (let seq = 1; seq <= count; seq++) await world.ports.log.put(put(seq));
    if (count > 0)
      for (const userId of [ann, bob])
        await world.ports.inboxes.arrive({ userId: userId as never, message: put(count), creates: true });
    const ask = async (command: object) => {
      const reply = await world.send(bobDevice, { action: 'history', conversation, ...command });
      const { messages = [], more } = reply as unknown as Page;
      return { reply, seqs: messages.map(({ seq }) => seq), more };
    };
    const sync = async (cursors?: object) =>
      (await world.send(bobDevice, { action: 'sync', ...(cursors && { cursors }) })) as unknown as Page;
    return { ...world, ann, bob, annDevice, bobDevice, conversation, ask, sync };
  };

  it('pages in order, back from the end and on from a seq, and says whether there is more', async () => {
    const { ask } = await twoUsers({ count: 7 });

    expect(await ask({ limit: 3 })).toMatchObject({ seqs: [5, 6, 7], more: true });
    expect(await ask({ before: 5, limit: 3 })).toMatchObject({ seqs: [2, 3, 4], more: true });
    expect(await ask({ before: 2, limit: 3 })).toMatchObject({ seqs: [1], more: false });
    expect(await ask({ before: 0 })).toMatchObject({ seqs: [], more: false });
    expect(await ask({ after: 2, limit: 3 })).toMatchObject({ seqs: [3, 4, 5], more: true });
    expect(await ask({ after: 4, limit: 3 })).toMatchObject({ seqs: [5, 6, 7], more: false });
    expect(await ask({ after: 7 })).toMatchObject({ seqs: [], more: false });
    expect(await ask({ after: Number.MAX_SAFE_INTEGER })).toMatchObject({ seqs: [], more: false });
    expect((await ask({ before: 3, after: 1 })).reply).toMatchObject({ code: 'bad_field' });
  });

  it(`has at most ${HISTORY_MESSAGES_MAX} messages a page, and refuses to be asked for more`, async () => {
    const { ask } = await twoUsers({ count: HISTORY_MESSAGES_MAX + 1 });

    expect((await ask({})).seqs).toHaveLength(HISTORY_MESSAGES_MAX);
    expect((await ask({ limit: HISTORY_MESSAGES_MAX })).more).toBe(true);
    expect((await ask({ limit: HISTORY_MESSAGES_MAX + 1 })).reply).toMatchObject({ code: 'bad_field' });
    expect((await ask({ limit: 0 })).reply).toMatchObject({ code: 'bad_field' });
  });

  it('stays below API Gateway’s 128 KB, and cuts at the far end', async () => {
    // Every character of it is escaped to six bytes of JSON.
    const { ask, sync } = await twoUsers({ count: 6, text: '\u0001'.repeat(TEXT_BYTES_MAX) });

    const [back, on, synced] = [await ask({}), await ask({ after: 0 }), await sync()];

    expect(back).toMatchObject({ seqs: [3, 4, 5, 6], more: true });
    expect(on).toMatchObject({ seqs: [1, 2, 3, 4], more: true });
    expect(synced).toMatchObject({ messages: [{ seq: 1 }, { seq: 2 }, { seq: 3 }, { seq: 4 }], more: true });
    for (const reply of [back.reply, on.reply, synced])
      expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(PAGE_BYTES_MAX + 4096);
  });

  it('begins where one has joined, however far behind that is asked for, and says that it goes on', async () => {
    const { ports, send, register, join, named, annDevice, bob } = await twoUsers();
    const group = named('g');
    await send(annDevice, { action: 'createGroup', name: 'g', id: group });
    const conversation = `group:${group}` as never;
    const chat = (seq: number) => ({ conversation, seq, from: bob, text: 't', sentAt: 1, id: `g${seq}` }) as never;
    for (let seq = 2; seq <= HISTORY_MESSAGES_MAX + 2; seq++) await ports.log.put(chat(seq));
    const eve = await join(await register('eve'));
    const { joinedSeq } = await send(eve, { action: 'joinGroup', group });
    const head = Number(joinedSeq) + HISTORY_MESSAGES_MAX;
    for (let seq = Number(joinedSeq) + 1; seq <= head; seq++) await ports.log.put(chat(seq));

    const page = async (after: number) => {
      const { messages, more } = (await send(eve, { action: 'history', conversation, after })) as unknown as Page;
      return { seqs: [messages[0]?.seq, messages.at(-1)?.seq], more };
    };

    expect(await page(0)).toEqual({ seqs: [joinedSeq, head - 1], more: true });
    // A page of which one may read only the second half.
    expect(await page(Number(joinedSeq) - 50)).toEqual({ seqs: [joinedSeq, head - 1], more: true });
    expect(await page(Number(joinedSeq))).toEqual({ seqs: [Number(joinedSeq) + 1, head], more: false });
  });

  it('is refused for a conversation that is not one’s own', async () => {
    const { conversation, register, join, send } = await twoUsers({ count: 1 });
    const user = await register('eve');
    const eve = await join(user);

    for (const name of [conversation, 'dm:x:y', 'group:g', 'x', `dm:${user}:${user}`, `dm:${user}:`, `dm::${user}`])
      expect(await send(eve, { action: 'history', conversation: name })).toMatchObject({
        code: 'no_such_conversation',
      });
  });

  it('sync brings what is not acked, and with a cursor what that device has not, acked or not', async () => {
    const { sync, send, bobDevice, conversation } = await twoUsers({ count: 5 });
    await send(bobDevice, { action: 'ack', conversation, received: 4 });
    const seqs = async (cursors?: object) => (await sync(cursors)).messages.map(({ seq }) => seq);

    expect(await seqs()).toEqual([5]);
    expect(await seqs({ [conversation]: 2 })).toEqual([3, 4, 5]);
    expect(await seqs({ [conversation]: 5 })).toEqual([]);
    expect(await seqs({ [conversation]: 99, 'dm:x:y': 0 })).toEqual([]);
  });

  it('sync goes on until nothing is left, in bounded steps', async () => {
    const { bob, bobDevice, sync, register, join, send, world } = await twoUsers({ count: HISTORY_MESSAGES_MAX + 5 });
    for (let other = 0; other < LOGIN_CONVERSATIONS_READ_MAX; other++) {
      world.now++;
      await send(await join(await register(`f${other}x`)), { action: 'chat', to: bob, text: `${other}` });
    }
    const seen: string[] = [];
    let more = true;
    let steps = 0;
    for (; more && steps < 10; steps++) {
      const page = await sync();
      more = page.more;
      for (const { conversation, seq } of page.messages as unknown as { conversation: string; seq: number }[]) {
        seen.push(`${conversation} ${seq}`);
        await send(bobDevice, { action: 'ack', conversation, received: seq });
      }
    }

    expect(seen).toHaveLength(HISTORY_MESSAGES_MAX + 5 + LOGIN_CONVERSATIONS_READ_MAX);
    expect(new Set(seen).size).toBe(seen.length);
    expect(steps).toBe(3);
  });

  it(`sync takes ${SYNC_CURSORS_MAX} cursors, and not one more`, async () => {
    const { sync } = await twoUsers();
    const cursors = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`group:${index}`, 0]));

    expect(await sync(cursors(SYNC_CURSORS_MAX))).toMatchObject({ messages: [], more: false });
    expect(await sync(cursors(SYNC_CURSORS_MAX + 1))).toMatchObject({ code: 'bad_field' });
  });
});

describeOn(dynoxide, 'retention', (database) => {
  const DAY = 24 * 60 * 60 * 1000;

  const twoUsers = async () => {
    const world = worldOn(database(), { retentionMs: DAY });
    const [ann, bob] = [await world.register('ann'), await world.register('bob')];
    const [annDevice, bobDevice] = [await world.join(ann), await world.join(bob)];
    const conversation = `dm:${ann}:${bob}`;
    const say = (text: string, more: object = {}) => world.send(annDevice, { action: 'chat', to: bob, text, ...more });
    const seqs = async (command: { action: 'history' | 'sync' | 'login' }) => {
      const reply =
        command.action === 'login' ? await world.login(bobDevice, bob) : await world.send(bobDevice, command);
      return { seqs: (reply.messages as { seq: number }[]).map(({ seq }) => seq), more: reply.more };
    };
    const history = { action: 'history', conversation, after: 0 } as const;
    return { ...world, conversation, say, seqs, history };
  };

  it('shows nobody what is older, although the table still has it', async () => {
    const { world, say, seqs, history } = await twoUsers();
    await say('old');
    world.now += DAY;
    await say('at the limit');
    world.now += 1;

    for (const command of [history, { action: 'sync' }, { action: 'login' }] as const)
      expect(await seqs(command)).toEqual({ seqs: [2], more: false });
    world.now += DAY;
    for (const command of [history, { action: 'sync' }, { action: 'login' }] as const)
      expect(await seqs(command)).toEqual({ seqs: [], more: false });
  });

  it('never lets the newest message of a log go, so that seqs never begin again', async () => {
    const { conversation, world, say, ports } = await twoUsers();
    const expiries: object[] = [];
    const { expire } = ports.log;
    ports.log.expire = (expiry) => {
      expiries.push(expiry);
      return expire(expiry);
    };
    const sentAt = world.now;

    await say('one');
    world.now += 7;
    await say('two');

    expect(expiries).toEqual([{ conversation, seq: 1, at: sentAt + DAY }]);
    world.now += 9 * DAY;
    expect(await say('three')).toMatchObject({ seq: 3 });
  });

  it('lets a sender go on whose last known message is gone from the table', async () => {
    const { say, ports } = await twoUsers();
    for (const text of ['one', 'two', 'three']) await say(text);
    const { from } = ports.log;
    ports.log.from = async (page) => (await from(page)).filter(({ seq }) => seq > 2);

    expect(await say('four', { id: 'x', after: 1 })).toMatchObject({ ok: true, seq: 4 });
    expect(await say('six', { id: 'y', after: 5 })).toMatchObject({ code: 'ahead' });
  });

  it('costs nothing where messages are kept for ever', async () => {
    const { register, join, send, ports } = worldOn(database(), {}, 1_000);
    const [ann, bob] = [await register('ann'), await register('bob')];
    const device = await join(ann);
    ports.log.expire = () => Promise.reject(new Error('not needed'));

    await send(device, { action: 'chat', to: bob, text: 'one' });
    expect(await send(device, { action: 'chat', to: bob, text: 'two' })).toMatchObject({ ok: true, seq: 2 });
  });
});
