import assert from 'node:assert/strict';
import { check, type Stage, section } from '../section';

async function prepare(stage: Stage) {
  const { people } = stage;
  const [ann, bob, cleo] = await people.newcomers(3);
  return { people, ann, bob, cleo, group: '', conversation: '' };
}

export const groups = section('groups', prepare, [
  check('a group is made, and joined by who knows its id', async (state) => {
    const { ann, bob, cleo } = state;
    const made = await ann.device.chat.createGroup({ name: 'Smoke' }, ann.device.waits);
    const joined = [
      await bob.device.chat.joinGroup(made.group, bob.device.waits),
      await cleo.device.chat.joinGroup(made.group, cleo.device.waits),
    ];
    Object.assign(state, { group: made.group, conversation: made.conversation });

    assert.deepEqual([made.size, ...joined.map(({ size }) => size)], [1, 2, 3]);
  }),
  check('its members are listed, for members only', async ({ people, ann, bob, cleo, group }) => {
    const { members } = await bob.device.chat.members(group, bob.device.waits);
    const { account } = await people.stranger();
    const stranger = await people.rawOf(account);

    const expected = [ann, bob, cleo].map(({ user }) => ({ user, role: user === ann.user ? 'owner' : 'member' }));
    assert.deepEqual(
      members,
      expected.toSorted((one, other) => (one.user < other.user ? -1 : 1)),
    );
    assert.equal(await stranger.refusal({ action: 'members', group }), 'not_a_member');
    assert.equal(await stranger.refusal({ action: 'chat', group, text: 'hello' }), 'not_a_member');
  }),
  check('a message reaches every other member', async ({ ann, bob, cleo, group, conversation }) => {
    const { seq } = await ann.device.chat.send({ group }, 'la').stored;

    for (const { device } of [bob, cleo]) {
      const { item } = await device.next(
        'message',
        (message) => message.conversation === conversation && message.seq === seq,
      );
      assert.equal(item.text, 'la');
    }
  }),
  check('its sender hears who has received it', async ({ ann, bob, cleo, conversation }) => {
    for (const { user } of [bob, cleo]) {
      await ann.device.next('receipt', (receipt) => receipt.conversation === conversation && receipt.user === user);
    }
  }),
  check('typing is shown to the others', async ({ ann, bob, cleo, group }) => {
    cleo.device.chat.typing({ group });

    for (const { device } of [ann, bob]) await device.next('typing', ({ user }) => user === cleo.user);
  }),
  check('who comes and who leaves is in its log', async ({ ann, cleo, group, conversation }) => {
    await cleo.device.chat.leaveGroup(group, cleo.device.waits);
    const { item } = await ann.device.next('message', ({ change }) => change === 'left');
    const { messages } = await ann.device.chat.history({ conversation }, ann.device.waits);

    assert.equal(item.from, cleo.user);
    const changes = messages.flatMap(({ change }) => (change === undefined ? [] : [change]));
    assert.deepEqual(changes, ['created', 'joined', 'joined', 'left']);
  }),
  check('who has left hears nothing more, and can neither read nor write', async (state) => {
    const { people, ann, bob, cleo, group, conversation } = state;
    const device = await people.rawOf(cleo.account);
    const { seq } = await ann.device.chat.send({ group }, 'without you').stored;
    await bob.device.next('message', (message) => message.seq === seq);

    assert.equal(await device.refusal({ action: 'history', conversation }), 'no_such_conversation');
    assert.equal(await device.refusal({ action: 'chat', group, text: 'still here' }), 'not_a_member');
    assert.ok(!device.has((frame) => frame.type === 'message'));
    assert.ok(!cleo.device.has('message', ({ text }) => text === 'without you'));
  }),
]);
