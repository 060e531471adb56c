import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame, RawDevice } from '../raw-device';
import { check, Skip, type Stage, section } from '../section';

const FRAME_BYTES_MAX = 32_768;

/** In one burst: more than the 100 that a connection may send at once, and fewer than what closes it. */
const FLOOD = 290;

async function prepare(stage: Stage) {
  const { people } = stage;
  const { account } = await people.stranger();
  return { people, account, device: await people.rawOf(account) };
}

/** What a text is answered with that is no command, so that no `ref` says which answer is its own. */
async function answerTo(device: RawDevice, text: string): Promise<Frame> {
  device.send(text);
  return (await device.next('answer', () => true)).item;
}

/** A command of so many bytes with a field that there is not: whether it was decoded shows in the refusal. */
function padded(length: number): string {
  const start = '{"action":"ping","padding":"';
  return `${start}${'x'.repeat(length - start.length - 2)}"}`;
}

export const frames = section('frames and errors', prepare, [
  check('what is no command is refused as bad_frame', async ({ device }) => {
    for (const text of ['hello', '', '[]', '7', 'null', '{"action":', '{}', '{"action":7}']) {
      const { type, code } = await answerTo(device, text);
      assert.deepEqual([text, type, code], [text, 'error', 'bad_frame']);
    }
  }),
  check('an action that there is not is refused as unknown_action', async ({ device }) => {
    for (const action of ['nobody', 'PING', '__proto__']) {
      assert.equal(await device.refusal({ action }), 'unknown_action', action);
    }
  }),
  check('the routes of API Gateway itself are no actions', async ({ device }) => {
    for (const action of ['$connect', '$disconnect', '$default']) {
      assert.equal(await device.refusal({ action }), 'unknown_action', action);
    }
  }),
  check('a field that is missing, unknown or of the wrong type is named', async ({ device }) => {
    const commands = [
      [{ action: 'chat', text: 'hello' }, /to|group/],
      [{ action: 'ping', wheel: 1 }, /wheel/],
      [{ action: 'presence', users: 'ann' }, /users/],
      [{ action: 'history', conversation: 'dm:a:b', limit: 101 }, /limit/],
    ] as const;
    for (const [command, names] of commands) {
      const { item } = await device.answer(command);
      assert.equal(item.code, 'bad_field', command.action);
      assert.match(item.message, names);
    }
  }),
  check('a reply repeats the ref, a number or a text', async ({ device }) => {
    for (const ref of [0, 'a ref', 'x'.repeat(64)]) {
      device.send(JSON.stringify({ action: 'ping', ref }));
      const { item } = await device.next('reply', (frame) => frame.ref === ref);
      assert.equal(item.ok, true);
    }
  }),
  check('a command may have 32,768 bytes, and one more is refused', async ({ device }) => {
    const fits = await answerTo(device, padded(FRAME_BYTES_MAX));
    const text = padded(FRAME_BYTES_MAX + 1);
    device.sendParts([text.slice(0, 1_000), text.slice(1_000)]);
    const { item } = await device.next('answer', () => true);

    assert.deepEqual([fits.code, item.code], ['bad_field', 'bad_frame']);
  }),
  check('none of this has closed the connection', async ({ device }) => {
    await device.ask({ action: 'ping' });
  }),
  check('who writes without end is told to wait, and then served again', async ({ people, account }) => {
    const device = await people.rawOf(account);
    for (let count = 0; count < FLOOD; count += 1) device.send('{"action":"ping","ref":"flood"}');
    const answers: Frame[] = [];
    while (answers.length < FLOOD) answers.push((await device.next('answer to a flood', () => true)).item);
    const refused = answers.filter(({ ok }) => ok !== true);
    if (refused.length === 0) throw new Skip(`the way here is too slow for ${FLOOD} commands to be a flood`);

    assert.deepEqual([...new Set(refused.map(({ code, message }) => code ?? message))], ['too_fast']);
    const retryAfter = Math.max(...refused.map((answer) => answer.retryAfter));
    await delay(1000 * retryAfter);
    await device.ask({ action: 'ping' });
    return `${refused.length} of ${FLOOD} were refused, and a second try asked for after ${retryAfter} s`;
  }),
]);
