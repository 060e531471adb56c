import assert from 'node:assert/strict';
import { proofOf } from '../people';
import { check, type Stage, section } from '../section';

async function prepare(stage: Stage) {
  const { people } = stage;
  return { people, ann: await people.newcomer() };
}

/** With another character in its middle, where no padding makes two of them equal. */
function forged(token: string): string {
  const at = Math.floor(token.length / 2);
  return `${token.slice(0, at)}${token[at] === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`;
}

export const accounts = section('accounts', prepare, [
  check('a new account is logged in', async ({ ann }) => {
    assert.equal(ann.device.chat.me?.user, ann.user);
    assert.equal(ann.device.chat.state, 'connected');
  }),
  check('a name that somebody has is refused', async ({ people, ann }) => {
    const device = await people.raw();

    assert.equal(await device.refusal({ action: 'reg', user: ann.user, password: ann.account.password }), 'user_taken');
  }),
  check('a password that is too short is refused', async ({ people }) => {
    const { user } = people.newAccount();

    assert.equal(await (await people.raw()).refusal({ action: 'reg', user, password: 'short' }), 'weak_password');
  }),
  check('a wrong password and a user who is not there get the same answer', async ({ people, ann }) => {
    const device = await people.raw();
    const nobody = people.newAccount();

    const { item: wrong } = await device.answer({ action: 'login', user: ann.user, password: nobody.password });
    const { item: unknown } = await device.answer({ action: 'login', ...nobody });

    assert.equal(wrong.code, 'wrong_credentials');
    assert.deepEqual({ ...unknown, ref: wrong.ref }, wrong);
  }),
  check('before a login a command is refused, and the connection stays open', async ({ people, ann }) => {
    const device = await people.raw();

    assert.equal(await device.refusal({ action: 'ping' }), 'not_logged_in');
    await device.ask({ action: 'login', ...proofOf(ann.account) });
  }),
  check('a token logs another device in, and a forged one does not', async ({ people, ann }) => {
    const { user, password } = ann.account;
    const { token } = await (await people.raw()).ask({ action: 'login', user, password });
    const device = await people.raw();

    assert.equal(await device.refusal({ action: 'login', token: forged(token) }), 'wrong_credentials');
    assert.equal((await device.ask({ action: 'login', token })).user, ann.user);
  }),
  check('nobody else can log in on one’s connection', async ({ people, ann }) => {
    const { account } = await people.stranger();
    const device = await people.rawOf(ann.account);

    assert.equal(await device.refusal({ action: 'login', ...proofOf(account) }), 'already_logged_in');
  }),
]);
