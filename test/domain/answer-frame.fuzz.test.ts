import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerUnroutable } from '../../src/domain/frames/answer-frame';
import * as commands from '../../src/protocol/commands';
import { refusals } from '../../src/protocol/refusal';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectLogInvariants, expectPresenceInvariants } from '../tooling/rows';
import { worldOn } from '../tooling/world';

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('ann', 'dm:ann:bob', '', 0, 1, -1, 2 ** 60, null, true, 'x'.repeat(5_000)),
  fc.jsonValue({ maxDepth: 2 }),
);
const field = fc.constantFrom(
  'user',
  'password',
  'to',
  'text',
  'id',
  'after',
  'received',
  'read',
  'conversation',
  'ref',
  'heartbeat',
  'x',
);
const action = fc.constantFrom(...(Object.keys(commands) as (keyof typeof commands)[]));
const command = fc
  .tuple(action, fc.dictionary(field, value, { maxKeys: 6 }))
  .map(([name, fields]) => ({ ...fields, action: name }));

describeOn(dynoxide, 'a hostile client', (database) => {
  it('gets a reply or a documented refusal for whatever it sends, and breaks no row', async () => {
    const { register, join, connect, login, send } = worldOn(database());
    const user = await register('ann');
    const connectionId = await join(user);
    const run = async (frame: Parameters<typeof send>[1]) => {
      const reply = await send(connectionId, frame);
      await login(connectionId, user);

      expect(reply.type === 'error' ? Object.keys(refusals) : ['reply', undefined]).toContain(
        reply.type === 'error' ? reply.code : reply.type,
      );
      expect(reply.code).not.toBe('internal');
    };

    await fc.assert(fc.asyncProperty(command, run), { numRuns: 300 });

    await connect();
    await expectPresenceInvariants(database());
    await expectLogInvariants(database());
  });

  it('gets bad_frame or unknown_action for text that fits no route', async () => {
    const { connect, ports } = worldOn(database());
    const caller = { connectionId: await connect(), sourceIp: '::1' };
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((x) => `{"action":${x}}`),
    );

    await fc.assert(
      fc.asyncProperty(text, async (frame) => {
        const { reply } = await answerUnroutable(ports, { ...caller, frame });
        const { type, code } = JSON.parse(reply ?? '');

        expect(type).toBe('error');
        expect(['bad_frame', 'unknown_action']).toContain(code);
      }),
    );
  });
});
