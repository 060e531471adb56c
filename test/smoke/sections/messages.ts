import assert from 'node:assert/strict';
import { eventually } from '../../end-to-end/children';
import { proofOf } from '../people';
import type { Frame } from '../raw-device';
import { check, type Stage, section } from '../section';

const TEXT_BYTES_MAX = 4_096;

async function prepare(stage: Stage) {
  const { people } = stage;
  const [ann, bob] = await people.newcomers(2);
  const conversation = ann.device.chat.conversationOf({ to: bob.user });
  return { stage, people, ann, bob, conversation, annsOther: await people.rawOf(ann.account), bobsDevice: bob.device };
}

const seqsOf = (messages: readonly Frame[]) => messages.map(({ seq }) => seq);

export const messages = section('messages', prepare, [
  check('a message is stored, and reaches the other and one’s other device', async ({ ann, bob, annsOther }) => {
    const text = 'Grüße, 你好 👋';
    const { seq } = await ann.device.chat.send({ to: bob.user }, text).stored;

    const { item } = await bob.device.next('message', (message) => message.seq === seq);
    const { item: copy } = await annsOther.next('message', (frame) => frame.type === 'message' && frame.seq === seq);

    assert.deepEqual([item.from, item.text, copy.text], [ann.user, text, text]);
  }),
  check('its sender hears that it was received, and then that it was read', async ({ ann, bob, conversation }) => {
    const entry = bob.device.chat.entries(conversation).at(-1);
    const seq = entry?.seq ?? 0;

    await ann.device.next('receipt', ({ user, received = 0 }) => user === bob.user && received >= seq);
    bob.device.chat.read(conversation, seq);

    await ann.device.next('receipt', ({ user, read = 0 }) => user === bob.user && read >= seq);
  }),
  check('one that is sent again with its id is stored once', async ({ bob, annsOther, conversation }) => {
    const again = { action: 'chat', to: bob.user, text: 'once', id: 'once', after: 1 };

    const first = await annsOther.ask(again);
    const second = await annsOther.ask(again);
    const { messages } = await annsOther.ask({ action: 'history', conversation });

    assert.deepEqual([second.seq, second.sentAt], [first.seq, first.sentAt]);
    assert.equal(messages.filter((message: Frame) => message.id === 'once').length, 1);
  }),
  check('what both write at once has one order, without a gap', async ({ ann, bob, annsOther, conversation }) => {
    const texts = ['1', '2', '3', '4'];
    const stored = texts.flatMap((text) => [
      ann.device.chat.send({ to: bob.user }, text).stored,
      bob.device.chat.send({ to: ann.user }, text).stored,
    ]);
    const seqs = seqsOf(await Promise.all(stored));
    const last = Math.max(...seqs);
    await ann.device.next('message', ({ seq }) => seq === last);
    await bob.device.next('message', ({ seq }) => seq === last);

    const { messages } = await annsOther.ask({ action: 'history', conversation });

    const expected = Array.from({ length: last }, (_, index) => index + 1);
    const shown = ({ device }: typeof ann) => device.chat.entries(conversation).map(({ seq, id }) => [seq, id]);
    assert.deepEqual(seqsOf(messages), expected);
    assert.deepEqual(shown(ann), shown(bob));
    assert.equal(new Set(seqs).size, seqs.length);
  }),
  check('typing is shown to the other', async ({ ann, bob }) => {
    bob.device.chat.typing({ to: ann.user });

    await ann.device.next('typing', ({ user }) => user === bob.user);
  }),
  check('what is sent to somebody who is away waits for their login, until it is acked', async (state) => {
    const { stage, people, ann, bob, conversation } = state;
    const logIn = async () => (await people.raw()).ask({ action: 'login', ...proofOf(bob.account) });
    const unread = ({ conversations }: Frame) =>
      conversations.find((listed: Frame) => listed.conversation === conversation).unread;
    // The SDK gathers acks for a moment: what came before must not come again.
    const other = await people.rawOf(bob.account);
    const isAcked = async () => (await other.ask({ action: 'sync' })).messages.length === 0 || undefined;
    await eventually('ack of what came before', isAcked, stage.patienceMs);
    const before = await other.ask({ action: 'login', ...proofOf(bob.account) });
    await bob.device.chat.logout({ ...bob.device.waits });
    await other.ask({ action: 'logout' });
    await ann.device.chat.send({ to: bob.user }, 'while you were').stored;
    const { seq } = await ann.device.chat.send({ to: bob.user }, 'away').stored;

    const [first, second] = [await logIn(), await logIn()];
    const device = await people.rawOf(bob.account);
    await device.ask({ action: 'ack', conversation, received: seq });
    const third = await logIn();

    assert.deepEqual([seqsOf(first.messages), unread(first)], [[seq - 1, seq], unread(before) + 2]);
    assert.deepEqual(seqsOf(second.messages), [seq - 1, seq]);
    assert.deepEqual(third.messages, []);
  }),
  check('`sync` brings what lies after a device’s own cursor', async ({ people, bob, conversation }) => {
    const device = await people.rawOf(bob.account);
    const { messages } = await device.ask({ action: 'history', conversation, limit: 3 });

    const synced = await device.ask({ action: 'sync', cursors: { [conversation]: messages[0].seq } });

    assert.deepEqual(seqsOf(synced.messages), seqsOf(messages).slice(1));
  }),
  check('`history` pages backwards to the beginning', async ({ annsOther, conversation }) => {
    const newest = await annsOther.ask({ action: 'history', conversation, limit: 4 });
    const [first] = seqsOf(newest.messages);
    const rest = await annsOther.ask({ action: 'history', conversation, before: first });

    assert.deepEqual([newest.more, newest.messages.length], [true, 4]);
    assert.deepEqual([rest.more, seqsOf(rest.messages).at(-1), seqsOf(rest.messages)[0]], [false, first - 1, 1]);
  }),
  check('a text may have 4,096 bytes, and one more is refused', async ({ annsOther, bob }) => {
    const chat = (text: string) => ({ action: 'chat', to: bob.user, text });

    await annsOther.ask(chat('x'.repeat(TEXT_BYTES_MAX)));

    assert.equal(await annsOther.refusal(chat('x'.repeat(TEXT_BYTES_MAX + 1))), 'text_too_long');
  }),
  check(
    'a message without a text or without another one to go to is refused',
    async ({ people, ann, annsOther, bob }) => {
      const { user } = people.newAccount();
      const refusals = [
        await annsOther.refusal({ action: 'chat', to: bob.user, text: ' ' }),
        await annsOther.refusal({ action: 'chat', to: ann.user, text: 'hello' }),
        await annsOther.refusal({ action: 'chat', to: user, text: 'hello' }),
      ];

      assert.deepEqual(refusals, ['text_empty', 'to_self', 'no_such_user']);
    },
  ),
  check('a stranger can neither read nor write in it', async ({ people, conversation }) => {
    const { account } = await people.stranger();
    const device = await people.rawOf(account);

    assert.equal(await device.refusal({ action: 'history', conversation }), 'no_such_conversation');
    assert.equal(await device.refusal({ action: 'ack', conversation, received: 1 }), 'no_such_conversation');
  }),
]);
