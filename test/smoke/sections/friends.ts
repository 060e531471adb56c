import assert from 'node:assert/strict';
import { eventually } from '../../end-to-end/children';
import { check, type Stage, section } from '../section';

async function prepare(stage: Stage) {
  const { people } = stage;
  const [ann, bob] = await people.newcomers(2);
  return { stage, people, ann, bob, bobsDevice: bob.device };
}

export const friends = section('friends and presence', prepare, [
  check('a request reaches the other, and makes friends when it is returned', async ({ ann, bob }) => {
    const asked = await ann.device.chat.addFriend(bob.user, ann.device.waits);
    await bob.device.next('friend', ({ user, state }) => user === ann.user && state === 'incoming');
    const accepted = await bob.device.chat.addFriend(ann.user, bob.device.waits);
    const { item } = await ann.device.next('friend', ({ user, state }) => user === bob.user && state === 'friends');

    assert.equal(asked.state, 'outgoing');
    assert.equal(accepted.state, 'friends');
    assert.equal(accepted.presence?.state, 'online');
    assert.equal(item.presence?.state, 'online');
  }),
  check('a friend who leaves is shown offline, and since when', async ({ ann, bob }) => {
    await bob.device.chat.close();

    const { item } = await ann.device.next('presence', ({ user, state }) => user === bob.user && state === 'offline');

    assert.equal(typeof item.lastSeen, 'number');
  }),
  check('a friend who comes back is shown online', async (state) => {
    const { people, ann, bob } = state;
    state.bobsDevice = await people.sdkOf(bob.account);

    await ann.device.next('presence', ({ user, state }) => user === bob.user && state === 'online');
  }),
  check('whoever asks is told the same', async ({ ann, bob }) => {
    const [presence] = await ann.device.chat.presence([bob.user], ann.device.waits);

    assert.equal(presence?.state, 'online');
  }),
  check('who has another device stays online when one leaves', async ({ people, ann, bob, bobsDevice, stage }) => {
    const second = await people.rawOf(ann.account);
    second.close();
    const lookForOne = async () => (await ann.device.chat.devices(ann.device.waits)).length === 1 || undefined;
    await eventually('end of the second device', lookForOne, stage.patienceMs);

    const [presence] = await bobsDevice.chat.presence([ann.user], bobsDevice.waits);

    assert.equal(presence?.state, 'online');
    assert.ok(!bobsDevice.has('presence', ({ user, state }) => user === ann.user && state === 'offline'));
    assert.equal(bob.user, bobsDevice.chat.user);
  }),
  check('it is the same the other way round', async (state) => {
    const { ann, bobsDevice } = state;
    await ann.device.chat.close();

    await bobsDevice.next('presence', ({ user, state }) => user === ann.user && state === 'offline');
  }),
  check('nothing is told of strangers', async ({ people, bob, bobsDevice }) => {
    const { user, device } = await people.stranger();

    assert.deepEqual(await bobsDevice.chat.presence([user], bobsDevice.waits), []);
    assert.deepEqual(await device.chat.presence([bob.user], device.waits), []);
  }),
  check('who is removed is no friend any more', async ({ people, ann, bob, bobsDevice }) => {
    const device = await people.sdkOf(ann.account);

    const { state } = await device.chat.removeFriend(bob.user, device.waits);
    await bobsDevice.next('friend', ({ user, state }) => user === ann.user && state === 'none');

    assert.equal(state, 'none');
    assert.deepEqual(await device.chat.presence([bob.user], device.waits), []);
  }),
]);
