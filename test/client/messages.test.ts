import { describe, expect, it } from '@jest/globals';
import { memoryStorage } from '../../client';
import { BACKLOG_MAX, DRAFTS_MAX, ENTRIES_MAX } from '../../client/limits';
import { messageQueue } from '../../client/message-queue';
import { PASSWORD, told, world } from './devices';

const CONVERSATION = 'dm:ann:bob';

async function worldWithBoth() {
  const made = world();
  for (const user of ['ann', 'bob', 'cleo']) await made.account(user);
  return made;
}

describe('sending', () => {
  it('resolves with the place in the log, and shows it to both', async () => {
    const { online, time } = await worldWithBoth();
    const [ann, bob] = [await online('ann'), await online('bob')];
    const shown = told(bob, 'message');

    const { stored } = ann.send({ to: 'Bob' }, 'hello');
    await time.pass(1_000);

    expect(await stored).toMatchObject({ conversation: CONVERSATION, seq: 1 });
    expect(shown).toMatchObject([{ from: 'ann', text: 'hello', seq: 1 }]);
    expect(ann.entries(CONVERSATION)).toMatchObject([{ from: 'ann', text: 'hello', seq: 1 }]);
    expect(ann.drafts).toEqual([]);
  });

  it('is queued while there is no connection, and arrives once, in order, when there is', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const ann = await online('ann');
    hosted.wire.refusesWith = 1006;
    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(1_000);
    const events = told(ann, 'draft');

    for (const text of ['one', 'two', 'three']) ann.send({ to: 'bob' }, text);
    await time.pass(5_000);
    expect(ann.drafts.map(({ text, state }) => [text, state])).toEqual([
      ['one', 'queued'],
      ['two', 'queued'],
      ['three', 'queued'],
    ]);
    hosted.wire.refusesWith = undefined;
    await time.pass(60_000);

    expect(hosted.logOf(CONVERSATION).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(events.map(({ change, draft }) => `${draft.text} ${change}`)).toEqual([
      'one queued',
      'two queued',
      'three queued',
      'one sending',
      'one stored',
      'two sending',
      'two stored',
      'three sending',
      'three stored',
    ]);
  });

  it('outlives a reload: what was queued is sent by the next page, and what was shown is not shown again', async () => {
    const { online, device, hosted, time, person } = await worldWithBoth();
    const bob = await person('bob');
    const storage = memoryStorage();
    const before = await online('ann', { storage });
    await bob({ action: 'chat', to: 'ann', text: 'are you there?' });
    await time.pass(1_000);
    hosted.wire.fate = ({ action }) => (action === 'chat' ? 'lost' : undefined);
    before.send({ to: 'bob' }, 'yes');
    before.send({ to: 'bob' }, 'since yesterday');
    await time.pass(1_000);
    await before.close();

    const after = device('ann', { storage });
    const shown = told(after, 'message');
    await after.opened;
    expect(after.user).toBe('ann');
    expect(after.drafts.map(({ text, state }) => [text, state])).toEqual([
      ['yes', 'sending'],
      ['since yesterday', 'queued'],
    ]);
    hosted.wire.fate = () => undefined;
    await time.pass(1_000);

    expect(shown.map(({ text }) => text)).toEqual(['yes', 'since yesterday']);
    expect(hosted.logOf(CONVERSATION).map(({ text }) => text)).toEqual(['are you there?', 'yes', 'since yesterday']);
    expect(after.drafts).toEqual([]);
  });

  it('stores once what was stored already when the reply was lost', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const ann = await online('ann');
    hosted.wire.fate = ({ action }) => (action === 'chat' && hosted.commands.length < 4 ? 'mute' : undefined);

    const { stored } = ann.send({ to: 'bob' }, 'once');
    await time.pass(60_000);

    expect(await stored).toMatchObject({ seq: 1 });
    expect(hosted.commands.filter(({ action }) => action === 'chat').length).toBeGreaterThan(1);
    expect(hosted.logOf(CONVERSATION)).toHaveLength(1);
  });

  it('tells who waits, and who looks, of a refusal; the next message is sent', async () => {
    const { online, time } = await worldWithBoth();
    const ann = await online('ann');
    const events = told(ann, 'draft');

    const { stored } = ann.send({ to: 'nobody' }, 'hello');
    const refused = expect(stored).rejects.toMatchObject({ name: 'ChatError', code: 'no_such_user' });
    await time.pass(1_000);

    await refused;
    expect(events.at(-1)).toMatchObject({ change: 'refused', code: 'no_such_user', draft: { text: 'hello' } });
    expect(ann.drafts).toEqual([]);
  });

  it('can be taken back before it was sent, and not after', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const ann = await online('ann');
    hosted.wire.latency = () => 100;
    const [sent, queued] = [ann.send({ to: 'bob' }, 'sent'), ann.send({ to: 'bob' }, 'queued')];
    const cancelled = expect(queued.stored).rejects.toMatchObject({ code: 'cancelled' });
    await time.pass(1);

    expect([sent.cancel(), ann.cancel(queued.draft), queued.cancel()]).toEqual([false, true, false]);
    await cancelled;
    await time.pass(1_000);

    expect(hosted.logOf(CONVERSATION).map(({ text }) => text)).toEqual(['sent']);
  });

  it('ends by its signal: what was not sent is taken back, what was sent is no longer waited for', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const ann = await online('ann');
    hosted.wire.latency = () => 100;
    const ending = new AbortController();
    const waits = ['sent', 'queued'].map((text) => ann.send({ to: 'bob' }, text, ending).stored);
    const both = Promise.all(waits.map((wait) => expect(wait).rejects.toMatchObject({ name: 'AbortError' })));
    await time.pass(1);

    ending.abort();
    await both;
    await time.pass(1_000);

    expect(hosted.logOf(CONVERSATION).map(({ text }) => text)).toEqual(['sent']);
    expect(() => ann.send({ to: 'bob' }, 'late', ending)).toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('needs a user, a text that fits a frame, and room in the outbox', async () => {
    const { device, online } = await worldWithBoth();
    const ann = await online('ann');

    expect(() => device('new').send({ to: 'bob' }, 'hello')).toThrow(
      expect.objectContaining({ code: 'not_logged_in' }),
    );
    expect(() => ann.send({ to: 'bob' }, '\u0001'.repeat(6_000))).toThrow(
      expect.objectContaining({ code: 'text_too_long' }),
    );
    const offline = device('ann', { login: { user: 'ann', password: PASSWORD } });
    for (let draft = 0; draft < DRAFTS_MAX; draft += 1) offline.send({ to: 'bob' }, 'hello');
    expect(() => offline.send({ to: 'bob' }, 'one more')).toThrow(expect.objectContaining({ code: 'too_many' }));
    await offline.close();
  });
});

describe('receiving', () => {
  it('fills a gap before it shows what comes after it', async () => {
    const { online, hosted, time, person } = await worldWithBoth();
    const ann = await online('ann');
    const bob = await person('bob');
    const shown = told(ann, 'message');
    const deliver = hosted.socketOf('ann').deliver;
    hosted.socketOf('ann').deliver = () => 'delivered';
    for (const text of ['one', 'two']) await bob({ action: 'chat', to: 'ann', text });
    hosted.socketOf('ann').deliver = deliver;

    await bob({ action: 'chat', to: 'ann', text: 'three' });
    await time.pass(1_000);

    expect(shown.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  it('acks what was shown, so that the next login does not bring it', async () => {
    const { online, hosted, time, person } = await worldWithBoth();
    await online('ann');
    const bob = await person('bob');

    await bob({ action: 'chat', to: 'ann', text: 'hello' });
    await time.pass(1_000);

    expect(hosted.commands.at(-1)).toMatchObject({ action: 'ack', conversation: CONVERSATION, received: 1 });
  });

  it('brings what a login has no room for, of conversations that it did not even list', async () => {
    const { account, online, person, time } = await worldWithBoth();
    for (let user = 0; user < 230; user += 1) {
      await account(`user${user}`);
      const writes = await person(`user${user}`);
      await writes({ action: 'chat', to: 'ann', text: `from ${user}` });
    }

    const ann = await online('ann');
    await time.pass(60_000);

    const shown = Array.from({ length: 230 }, (_, user) => ann.entries(`dm:ann:user${user}`).length);
    expect(shown).toEqual(Array(230).fill(1));
  });

  it('goes on as an async iterator, of all conversations or of one', async () => {
    const { online, time, person } = await worldWithBoth();
    const ann = await online('ann');
    const [bob, cleo] = [await person('bob'), await person('cleo')];
    const ending = new AbortController();
    const read = async (messages: AsyncIterable<{ readonly text?: string | undefined }>) => {
      const texts: (string | undefined)[] = [];
      for await (const { text } of messages) texts.push(text);
      return texts;
    };
    const all = read(ann.messages());
    const ofBob = read(ann.messages({ conversation: CONVERSATION, signal: ending.signal }));
    const none = read(ann.messages({ signal: AbortSignal.abort() }));

    await bob({ action: 'chat', to: 'ann', text: 'from bob' });
    await cleo({ action: 'chat', to: 'ann', text: 'from cleo' });
    await time.pass(1_000);
    ending.abort();
    await bob({ action: 'chat', to: 'ann', text: 'again' });
    await time.pass(1_000);
    await ann.close();

    expect(await ofBob).toEqual(['from bob']);
    expect(await all).toEqual(['from bob', 'from cleo', 'again']);
    expect(await none).toEqual([]);
  });

  it('ends an iterator that nobody reads, and one that is broken off', async () => {
    let ended = 0;
    const slow = messageQueue(() => ended++);
    const message = { conversation: CONVERSATION, seq: 1, from: 'bob', sentAt: 1, id: 'x' };
    for (let seq = 1; seq <= BACKLOG_MAX; seq += 1) slow.push({ ...message, seq });
    expect(ended).toBe(0);
    slow.push(message);
    expect(ended).toBe(1);
    for (let seq = 1; seq <= BACKLOG_MAX; seq += 1) await slow.messages.next();
    await expect(slow.messages.next()).rejects.toMatchObject({ code: 'too_slow' });

    const broken = messageQueue(() => ended++);
    broken.push(message);
    for await (const _ of broken.messages) break;
    expect(ended).toBe(2);
  });

  it('lets a listener write at once, in the middle of what comes', async () => {
    const { online, hosted, time, person } = await worldWithBoth();
    const ann = await online('ann');
    const bob = await person('bob');
    ann.on('message', ({ from, text }) => from === 'bob' && ann.send({ to: 'bob' }, `you said ${text}`));

    for (const text of ['a', 'b', 'c']) await bob({ action: 'chat', to: 'ann', text });
    await time.pass(10_000);

    const texts = hosted.logOf(CONVERSATION).map(({ text }) => text);
    expect(texts).toEqual(['a', 'b', 'c', 'you said a', 'you said b', 'you said c']);
  });
});

describe('a listener that writes', () => {
  it('does not double what it wrote before, though the entry that says so is only about to be shown', async () => {
    const { online, device, hosted, time, person } = await worldWithBoth();
    const bob = await person('bob');
    const storage = memoryStorage();
    const before = await online('ann', { storage });
    hosted.wire.fate = ({ action }) => (action === 'chat' ? 'mute' : undefined);
    hosted.socketOf('ann').deliver = () => 'delivered';
    await bob({ action: 'chat', to: 'ann', text: 'hello' });
    before.send({ to: 'bob' }, 'first');
    await time.pass(1_000);
    await before.close();
    hosted.wire.fate = () => undefined;

    const after = device('ann', { storage });
    after.on('message', ({ text }) => text === 'hello' && after.send({ to: 'bob' }, 'second'));
    await time.pass(60_000);

    expect(hosted.logOf(CONVERSATION).map(({ text }) => text)).toEqual(['hello', 'first', 'second']);
  });
});

describe('older messages', () => {
  it('are put before those that were shown, page by page', async () => {
    const { online, time, person } = await worldWithBoth();
    const bob = await person('bob');
    for (let seq = 1; seq <= 25; seq += 1) await bob({ action: 'chat', to: 'ann', text: `${seq}` });
    await (await online('ann')).close();
    const ann = await online('ann');
    expect(ann.entries(CONVERSATION)).toEqual([]);

    const loads: boolean[] = [];
    for (let page = 0; page < 3; page += 1) {
      const [one, other] = [ann.loadOlder(CONVERSATION, { limit: 10 }), ann.loadOlder(CONVERSATION, { limit: 10 })];
      await time.pass(100);
      expect(await one).toBe(await other);
      loads.push(await one);
    }
    await bob({ action: 'chat', to: 'ann', text: '26' });
    await time.pass(100);

    expect(loads).toEqual([true, true, false]);
    expect(ann.entries(CONVERSATION).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
  });

  it('may be more than are kept of what came by itself', async () => {
    const { online, time, person } = await worldWithBoth();
    const bob = await person('bob');
    const ann = await online('ann');

    for (let seq = 1; seq <= ENTRIES_MAX + 20; seq += 1) {
      await bob({ action: 'chat', to: 'ann', text: 'x' });
      await time.pass(40);
    }
    await time.pass(1_000);
    expect(ann.entries(CONVERSATION)).toHaveLength(ENTRIES_MAX);
    expect(ann.entries(CONVERSATION)[0]?.seq).toBe(21);
    const loaded = ann.loadOlder(CONVERSATION);
    await time.pass(1_000);
    await loaded;
    await bob({ action: 'chat', to: 'ann', text: 'x' });
    await time.pass(1_000);

    expect(ann.entries(CONVERSATION)[0]?.seq).toBe(2);
  });
});
