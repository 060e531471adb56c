import assert from 'node:assert/strict';
import { eventually } from '../../end-to-end/children';
import { proofOf } from '../people';
import type { Frame } from '../raw-device';
import { check, type Stage, section } from '../section';

async function prepare(stage: Stage) {
  const { people } = stage;
  return { stage, people, ann: await people.newcomer() };
}

/** One that says hello by itself, with the token that it got. */
async function another({ people, ann }: Awaited<ReturnType<typeof prepare>>) {
  const device = await people.raw();
  const { token } = await device.ask({ action: 'login', ...proofOf(ann.account) });
  return { device, token: token as string };
}

export const devices = section('devices and passwords', prepare, [
  check('one’s devices are listed, the one that asks among them', async (state) => {
    const { device } = await another(state);
    // The index that lists them is a moment behind.
    const look = async () => {
      const { devices } = await device.ask({ action: 'devices' });
      return devices.length === 2 && devices.every((one: Frame) => one.connectedAt !== undefined) ? devices : undefined;
    };
    const listed: readonly Frame[] = await eventually('list of both devices', look, state.stage.patienceMs);

    assert.equal(listed.filter(({ current }) => current).length, 1);
    assert.ok(listed.every(({ sourceIp }) => typeof sourceIp === 'string'));
    device.close();
  }),
  check('a device is revoked by another one, and closed with 1000', async (state) => {
    const { device } = await another(state);
    const { devices } = await device.ask({ action: 'devices' });
    const connection = devices.find(({ current }: Frame) => current).connection;

    const left = await state.ann.device.chat.devices({ ...state.ann.device.waits, revoke: connection });

    assert.ok(left.every((one) => one.connection !== connection));
    assert.equal(await device.closed(), 1000);
  }),
  check('who asks may revoke neither this connection nor one of somebody else', async (state) => {
    const { device } = await another(state);
    const { devices } = await device.ask({ action: 'devices' });
    const own = devices.find(({ current }: Frame) => current).connection;
    const stranger = await state.people.stranger();
    const [theirs] = await stranger.device.chat.devices(stranger.device.waits);

    assert.equal(await device.refusal({ action: 'devices', revoke: own }), 'own_device');
    assert.equal(await device.refusal({ action: 'devices', revoke: theirs?.connection }), 'no_such_device');
  }),
  check('a logout leaves the socket open, for another login', async (state) => {
    const { device } = await another(state);

    await device.ask({ action: 'logout' });

    assert.equal(await device.refusal({ action: 'ping' }), 'not_logged_in');
    await device.ask({ action: 'login', ...proofOf(state.ann.account) });
    device.close();
  }),
  check('a new password ends all other devices, all tokens and the old password', async (state) => {
    const { people, ann } = state;
    const { device, token } = await another(state);
    const { password } = ann.account;
    const newPassword = people.newAccount().password;

    await ann.device.chat.changePassword({ password, newPassword }, ann.device.waits);
    ann.account.password = newPassword;
    const code = await device.closed();
    const next = await people.raw();

    assert.equal(code, 1000);
    assert.equal(ann.device.chat.state, 'connected');
    assert.equal(await next.refusal({ action: 'login', token }), 'wrong_credentials');
    assert.equal(await next.refusal({ action: 'login', user: ann.user, password }), 'wrong_credentials');
    await next.ask({ action: 'login', user: ann.user, password: newPassword });
  }),
  check('a logout everywhere ends all other devices, and all tokens', async (state) => {
    const { people, ann } = state;
    const { device, token } = await another(state);

    await device.ask({ action: 'logout', everywhere: true });
    await ann.device.next('login', ({ user }) => user === undefined);
    const next = await people.raw();

    assert.equal(ann.device.chat.user, undefined);
    assert.equal(await next.refusal({ action: 'login', token }), 'wrong_credentials');
  }),
]);
