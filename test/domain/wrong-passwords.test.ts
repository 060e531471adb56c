import { expect, it } from '@jest/globals';
import { LOGIN_ATTEMPTS_FREE, LOGIN_FAILURES_MAX, LOGIN_PAUSE_FIRST_MS } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

const WRONG = { action: 'login', password: 'incorrect horse' } as const;

// Each test has an address of its own: the database, and with it the heat of an address, is shared.
describeOn(dynoxide, 'wrong passwords', (database) => {
  const person = async (sourceIp: string) => {
    const world = worldOn(database());
    const ann = await world.register('ann');
    const connect = () => world.connect(undefined, sourceIp);
    /** So many failures, each connection used for as many as it may have. */
    const fail = async (times: number) => {
      let connectionId = await connect();
      for (let index = 0; index < times; index++) {
        if (!world.isOpen(connectionId)) connectionId = await connect();
        await world.send(connectionId, { ...WRONG, user: ann });
      }
    };
    return { ...world, ann, connect, fail };
  };

  it('the fifth failure on a connection closes it, after its reply; the fourth does not', async () => {
    const { send, connect, eventsOf, isOpen, ann } = await person('198.51.100.1');
    const connectionId = await connect();

    for (let failure = 1; failure < LOGIN_FAILURES_MAX; failure++) {
      expect(await send(connectionId, { ...WRONG, user: ann })).toMatchObject({ code: 'wrong_credentials' });
    }
    expect(isOpen(connectionId)).toBe(true);
    expect(await send(connectionId, { ...WRONG, user: ann })).toEqual({ silence: true });

    expect(eventsOf(connectionId)).toEqual([expect.objectContaining({ ref: 'r', code: 'wrong_credentials' })]);
    expect(isOpen(connectionId)).toBe(false);
  });

  it('a connection that is no longer known is not made again by a failure, and is closed', async () => {
    const { send, connect, disconnected, isOpen, ann, ports } = await person('198.51.100.2');
    const connectionId = await connect();
    await disconnected(connectionId);

    await send(connectionId, { ...WRONG, user: ann });

    expect(isOpen(connectionId)).toBe(false);
    expect(await ports.connections.find(connectionId)).toBeUndefined();
  });

  it('after ten failures the right password is not looked at for a minute, and then it is', async () => {
    const { login, connect, fail, world, ann } = await person('198.51.100.3');
    await fail(LOGIN_ATTEMPTS_FREE);

    const refused = await login(await connect(), ann);
    world.now += LOGIN_PAUSE_FIRST_MS - 1;
    const stillRefused = await login(await connect(), ann);
    world.now += 1;

    expect(refused).toMatchObject({ type: 'error', code: 'too_many_attempts', retryAfter: 60 });
    expect(stillRefused).toMatchObject({ code: 'too_many_attempts', retryAfter: 1 });
    expect(await login(await connect(), ann)).toMatchObject({ ok: true });
  });

  it('a login that goes well takes all failures back', async () => {
    const { login, connect, fail, ann } = await person('198.51.100.4');
    await fail(LOGIN_ATTEMPTS_FREE - 1);
    await login(await connect(), ann);
    await fail(LOGIN_ATTEMPTS_FREE - 1);

    expect(await login(await connect(), ann)).toMatchObject({ ok: true });
  });

  it('people who log in with the right password are never slowed, however many come from one address', async () => {
    const { login, connect, register } = await person('198.51.100.5');
    const users: string[] = [];
    for (let index = 0; index < 40; index++) users.push(await register(`user${index}`));

    for (const user of [...users, ...users]) expect(await login(await connect(), user)).toMatchObject({ ok: true });
  });

  it('a device with a token is not affected', async () => {
    const { send, login, connect, fail, ann } = await person('198.51.100.6');
    const { token } = await login(await connect(), ann);
    await fail(3 * LOGIN_ATTEMPTS_FREE);
    expect(await login(await connect(), ann)).toMatchObject({ code: 'too_many_attempts' });

    expect(await send(await connect(), { action: 'login', token })).toMatchObject({ ok: true });
  });

  it('an open session is no place to guess from, and is not closed for it', async () => {
    const { send, login, connect, isOpen, ann } = await person('198.51.100.7');
    const connectionId = await connect();
    await login(connectionId, ann);
    const passwd = (password: string) =>
      send(connectionId, { action: 'passwd', password, newPassword: 'battery staple' });

    for (let index = 0; index < LOGIN_ATTEMPTS_FREE; index++)
      expect(await passwd('a guess')).toMatchObject({ code: 'wrong_credentials' });

    expect(await passwd('correct horse')).toMatchObject({ code: 'too_many_attempts', retryAfter: 60 });
    expect(isOpen(connectionId)).toBe(true);
  });
});
