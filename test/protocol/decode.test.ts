import { describe, expect, it } from '@jest/globals';
import type { Action } from '../../src/protocol/commands';
import * as commands from '../../src/protocol/commands';
import { decodeCommand, parseFrame } from '../../src/protocol/decode';
import * as limits from '../../src/protocol/limits';
import { Refusal } from '../../src/protocol/refusal';

/** The command that a frame is decoded to, or the refusal's code and sentence. */
function decode(frame: Record<string, unknown> & { action: Action }) {
  try {
    return decodeCommand(commands[frame.action], parseFrame(JSON.stringify(frame)));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { code: refusal.code, message: refusal.message };
  }
}

const reg = (user: unknown, password: unknown = 'correct horse') => decode({ action: 'reg', user, password } as never);
const chat = (fields: object) => decode({ action: 'chat', to: 'bob', text: 'hi', ...fields });

describe('a frame', () => {
  it.each(['', 'hi', '[]', 'null', '"chat"', '7', '{', '{}', '{"action":7}', '{"action":null}', '[{"action":"ping"}]'])(
    'is refused as bad_frame where it is %j',
    (frame) => {
      expect(() => parseFrame(frame)).toThrow(expect.objectContaining({ code: 'bad_frame' }));
    },
  );

  it('may be as long as the limit, and not a byte longer', () => {
    const empty = JSON.stringify({ action: 'ping', pad: '' });
    const longest = JSON.stringify({ action: 'ping', pad: 'x'.repeat(limits.FRAME_BYTES_MAX - empty.length) });

    expect(parseFrame(longest).action).toBe('ping');
    expect(() => parseFrame(`${longest} `)).toThrow(expect.objectContaining({ code: 'bad_frame' }));
  });

  it('nested deeper than any stack is refused, not fatal', () => {
    const frame = `{"action":"ping","x":${'['.repeat(30_000)}`;

    expect(() => parseFrame(frame)).toThrow(Refusal);
  });

  it('keeps a valid ref for the reply and drops any other', () => {
    const refOf = (ref: unknown) => parseFrame(JSON.stringify({ action: 'ping', ref })).ref;

    expect(['a', 7, 'x'.repeat(limits.REF_LENGTH_MAX)].map(refOf)).toEqual(['a', 7, 'x'.repeat(limits.REF_LENGTH_MAX)]);
    expect(['x'.repeat(limits.REF_LENGTH_MAX + 1), 1.5, true, null, {}].map(refOf)).toEqual(Array(5).fill(undefined));
  });
});

describe('a field', () => {
  it.each([
    [{ action: 'ping', extra: 1 }, 'There is no field "extra".'],
    [{ action: 'ping', __proto__x: 1 }, 'There is no field "__proto__x".'],
    [{ action: 'reg', user: 'bob' }, 'The field "password" is missing.'],
    [{ action: 'login', user: 'bob' }, 'send "user" and "password", or "token".'],
    [{ action: 'login', token: 'not one' }, 'The field "token" must be printable ASCII without spaces.'],
    [{ action: 'login', token: 'x'.repeat(257) }, 'The field "token" must be at most 256 characters long.'],
    [{ action: 'login', user: 7, password: 'x' }, 'The field "user" must be a string, not a number.'],
    [{ action: 'login', user: null, password: 'x' }, 'The field "user" must be a string, not null.'],
    [{ action: 'login', user: ['bob'], password: 'x' }, 'The field "user" must be a string, not an array.'],
    [{ action: 'login', user: {}, password: 'x' }, 'The field "user" must be a string, not an object.'],
    [{ action: 'logout', everywhere: 'yes' }, 'The field "everywhere" must be a boolean, not a string.'],
    [{ action: 'devices', revoke: '' }, 'The field "revoke" must be printable ASCII without spaces.'],
    [{ action: 'devices', revoke: 'x'.repeat(129) }, 'The field "revoke" must be at most 128 characters long.'],
    [{ action: 'presence', users: 'bob' }, 'The field "users" must be an array, not a string.'],
    [{ action: 'presence', users: [7] }, 'The field "users.0" must be a string, not a number.'],
    [{ action: 'presence', users: [] }, 'The field "users" must name 1 to 50 users.'],
    [{ action: 'ping', ref: 1.5 }, 'The field "ref" must be a string of at most 64 characters or a whole number.'],
    [{ action: 'chat', to: 'bob', text: 'half \ud800 a pair' }, 'The field "text" must be well-formed Unicode.'],
  ] as const)('%j is told by name', (frame, message) => {
    expect(decode(frame as never)).toEqual({ code: 'bad_field', message });
  });

  it('named __proto__ is unknown like any other', () => {
    const frame = parseFrame('{"action":"ping","__proto__":{"admin":true}}');

    expect(() => decodeCommand(commands.ping, frame)).toThrow(expect.objectContaining({ code: 'bad_field' }));
  });
});

describe('a handle', () => {
  it.each([
    ['张三', '张三'],
    ['Ann', 'ann'],
    ['ＡＮＮ１', 'ann1'],
    ['Ünïcödé', 'ünïcödé'],
    ['हिन्दी', 'हिन्दी'],
    ['محمد', 'محمد'],
    ['x'.repeat(limits.HANDLE_LENGTH_MAX), 'x'.repeat(limits.HANDLE_LENGTH_MAX)],
  ])('%s is the user %s', (handle, user) => {
    expect(reg(handle)).toMatchObject({ user });
  });

  it.each([
    ['empty', ''],
    ['a space', ' '],
    ['two words', 'ann lee'],
    ['one code point too long', 'x'.repeat(limits.HANDLE_LENGTH_MAX + 1)],
    ['a control character', 'ann\u0007'],
    ['a newline', 'ann\n'],
    ['a right-to-left override', 'ann\u202e'],
    ['a zero-width joiner', 'an\u200dn'],
    ['an invisible letter', 'ann\u3164'],
    ['an emoji', 'ann🙂'],
    ['the separator of a key', 'ann#bob'],
    ['the separator of a conversation', 'ann:bob'],
    ['only a combining mark', '\u0301'],
  ])('is refused where it is %s', (_, handle) => {
    expect(reg(handle)).toMatchObject({ code: 'bad_handle' });
  });
});

describe('a password', () => {
  it('may be as short as the limit, counted in code points, and not shorter', () => {
    expect(reg('ann', '🐎'.repeat(limits.PASSWORD_LENGTH_MIN))).toMatchObject({ user: 'ann' });
    expect(reg('ann', '🐎'.repeat(limits.PASSWORD_LENGTH_MIN - 1))).toMatchObject({ code: 'weak_password' });
  });

  it('may be as long as the limit, counted in bytes, and not longer', () => {
    const longest = 'é'.repeat(limits.PASSWORD_BYTES_MAX / 2);

    expect(reg('ann', longest)).toMatchObject({ user: 'ann' });
    expect(reg('ann', `${longest}x`)).toMatchObject({ code: 'password_too_long' });
    expect(decode({ action: 'login', user: 'ann', password: `${longest}x` })).toMatchObject({
      code: 'password_too_long',
    });
  });

  it('is not held to the rules for new ones at a login', () => {
    expect(decode({ action: 'login', user: 'ann', password: 'x' })).toMatchObject({ password: 'x' });
  });
});

describe('a heartbeat', () => {
  const heartbeat = (value: unknown) => decode({ action: 'login', user: 'ann', password: 'x', heartbeat: value });

  it('may be promised within the limits', () => {
    for (const seconds of [limits.HEARTBEAT_SECONDS_MIN, limits.HEARTBEAT_SECONDS_MAX]) {
      expect(heartbeat(seconds)).toMatchObject({ heartbeat: seconds });
    }
  });

  it.each([limits.HEARTBEAT_SECONDS_MIN - 1, limits.HEARTBEAT_SECONDS_MAX + 1, 30.5, '30', null])(
    '%j is refused',
    (value) => {
      expect(heartbeat(value)).toMatchObject({ code: 'bad_field' });
    },
  );
});

describe('a chat message', () => {
  it('may have a text as long as the limit, and not a byte longer', () => {
    const longest = '好'.repeat(limits.TEXT_BYTES_MAX / 4);
    const padded = longest.padEnd(longest.length + limits.TEXT_BYTES_MAX / 4, 'x');

    expect(chat({ text: padded })).toMatchObject({ text: padded });
    expect(chat({ text: `${padded}x` })).toMatchObject({ code: 'text_too_long' });
  });

  it.each(['', ' ', '\n\t\u3000'])('needs more of a text than %j', (text) => {
    expect(chat({ text })).toMatchObject({ code: 'text_empty' });
  });

  it('needs both an id and the seq after which it was sent, or neither', () => {
    expect(chat({ id: 'm', after: 0 })).toMatchObject({ id: 'm', after: 0 });
    expect(chat({})).not.toHaveProperty('code');
    for (const half of [{ id: 'm' }, { after: 0 }]) {
      const message = '"id" and "after" go together: send both, or neither.';
      expect(chat(half)).toEqual({ code: 'bad_field', message });
    }
  });

  it.each(['', 'two words', 'é', 'x'.repeat(limits.MESSAGE_ID_LENGTH_MAX + 1)])('may not have the id %j', (id) => {
    expect(chat({ id, after: 0 })).toMatchObject({ code: 'bad_field' });
  });

  it('may have an id as long as the limit', () => {
    expect(chat({ id: 'x'.repeat(limits.MESSAGE_ID_LENGTH_MAX), after: 0 })).not.toHaveProperty('code');
  });

  it.each([-1, 0.5, 2 ** 53, '1', null])('may not come after %j', (after) => {
    expect(chat({ id: 'm', after })).toMatchObject({ code: 'bad_field' });
  });
});

describe('an ack', () => {
  it('needs something to ack', () => {
    const ack = (fields: object) => decode({ action: 'ack', conversation: 'dm:a:b', ...fields });

    expect(ack({ received: 1 })).toMatchObject({ received: 1 });
    expect(ack({})).toEqual({ code: 'bad_field', message: 'send "received", "read" or both.' });
  });
});
