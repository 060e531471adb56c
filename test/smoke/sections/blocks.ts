import assert from 'node:assert/strict';
import { befriend } from '../befriend';
import { check, type Stage, section } from '../section';

async function prepare(stage: Stage) {
  const { people } = stage;
  const [ann, bob] = await people.newcomers(2);
  await befriend(ann, bob);
  await ann.device.chat.send({ to: bob.user }, 'before').stored;
  return { people, ann, bob, conversation: ann.device.chat.conversationOf({ to: bob.user }) };
}

export const blocks = section('blocks', prepare, [
  check('whoever blocks a friend is offline to them', async ({ ann, bob }) => {
    const { blocked } = await bob.device.chat.block(ann.user, bob.device.waits);

    await ann.device.next('presence', ({ user, state }) => user === bob.user && state === 'offline');
    const [presence] = await ann.device.chat.presence([bob.user], ann.device.waits);

    assert.equal(blocked, true);
    assert.equal(presence?.state, 'offline');
  }),
  check('what the blocked one writes is answered as ever, and shown to nobody', async ({ ann, bob, conversation }) => {
    const { seq } = await ann.device.chat.send({ to: bob.user }, 'can you hear me').stored;
    const { messages } = await bob.device.chat.history({ conversation }, bob.device.waits);

    const hidden = messages.find((message) => message.seq === seq);
    assert.deepEqual([hidden?.hidden, hidden?.text], [true, undefined]);
    assert.ok(!bob.device.has('message', ({ text }) => text === 'can you hear me'));
  }),
  check('the blocker may not ask to be friends', async ({ people, ann, bob }) => {
    const device = await people.rawOf(bob.account);

    assert.equal(await device.refusal({ action: 'addFriend', user: ann.user }), 'blocked');
    assert.equal(await device.refusal({ action: 'block', user: bob.user }), 'to_self');
  }),
  check('afterwards all is as before', async ({ ann, bob }) => {
    const { blocked } = await bob.device.chat.unblock(ann.user, bob.device.waits);
    await ann.device.next('presence', ({ user, state }) => user === bob.user && state === 'online');
    await ann.device.chat.send({ to: bob.user }, 'after').stored;

    await bob.device.next('message', ({ text }) => text === 'after');
    assert.notEqual(blocked, true);
  }),
]);
