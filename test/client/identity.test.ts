import { describe, expect, it } from '@jest/globals';
import { type ClientStorage, type ConnectOptions, type Kept, memoryStorage } from '../../client';
import { IDENTITY_MS_MAX, URL_LENGTH_MAX } from '../../client/limits';
import { PASSWORD, told, world } from './devices';

const MINUTE = 60_000;

/** A server whose users come from elsewhere: the token `ann-3` is the third that was asked for, and good for a while. */
function provided({ passwords = false, goodForMs = 5 * MINUTE } = {}) {
  const made = world();
  const { hosted, time } = made;
  Object.assign(hosted.ports.settings, { passwords });
  const issuedAt = new Map<string, number>();
  const asked: string[] = [];
  hosted.vouch = (token) => {
    const at = issuedAt.get(token);
    if (at === undefined) return passwords && token === '' ? ({ name: '', subject: '' } as never) : undefined;
    const [name = ''] = token.split('-');
    return at + goodForMs > time.now ? { name, subject: `subject of ${name}`, expiresAt: at + goodForMs } : undefined;
  };
  /** The provider, on somebody's device. */
  const identityOf = (name: string) => async () => {
    const token = `${name}-${asked.length + 1}`;
    asked.push(token);
    issuedAt.set(token, time.now);
    return token;
  };
  const arrive = async (name: string, options: ConnectOptions = {}) => {
    const chat = made.device(name, { identity: identityOf(name), ...options });
    await time.pass(200);
    return chat;
  };
  const logins = () => hosted.commands.filter(({ action }) => action === 'login');
  return { ...made, asked, identityOf, arrive, logins };
}

function watched(storage: ClientStorage = memoryStorage()): ClientStorage & { readonly saved: Kept[] } {
  const saved: Kept[] = [];
  const save = (kept: Kept) => {
    saved.push(kept);
    return storage.save(kept);
  };
  return { saved, load: () => storage.load(), save };
}

describe('a chat with an identity', () => {
  it('logs in at once, by nothing but the token in the address', async () => {
    const { arrive, hosted, logins } = provided();

    const chat = await arrive('ann');

    expect(chat).toMatchObject({ state: 'connected', user: 'ann' });
    expect(hosted.addresses).toEqual(['ws://rollcall/?access_token=ann-1']);
    expect(logins()).toEqual([{ action: 'login', ref: 'login', heartbeat: 60, device: 'ann' }]);
  });

  it('writes and hears as any other', async () => {
    const { arrive, time } = provided();
    const [ann, bob] = [await arrive('ann'), await arrive('bob')];
    const heard = told(bob, 'message');

    const { stored } = ann.send({ to: 'bob' }, 'hello');
    await time.pass(1_000);

    expect(await stored).toMatchObject({ seq: 1 });
    expect(heard).toMatchObject([{ from: 'ann', text: 'hello' }]);
  });

  it('asks for another token for each connection: after a loss, and for a rollover', async () => {
    const { arrive, hosted, time, asked } = provided();
    const chat = await arrive('ann', { rolloverAfter: 600 });
    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(MINUTE);
    expect(asked).toEqual(['ann-1', 'ann-2']);

    await time.pass(11 * MINUTE);

    expect(asked.length).toBeGreaterThan(2);
    expect(hosted.addresses.map((address) => new URL(address).searchParams.get('access_token'))).toEqual(asked);
    expect(chat.state).toBe('connected');
    expect(hosted.flips.filter(({ state }) => state === 'offline')).toHaveLength(1);
  });

  it('keeps who it was, and no token', async () => {
    const { arrive } = provided();
    const storage = watched();

    await arrive('ann', { storage });

    expect(storage.saved.at(-1)?.session).toEqual({ user: 'ann' });
    expect(JSON.stringify(storage.saved)).not.toMatch(/ann-\d/);
  });

  it('knows the user before it is connected, and keeps what they wrote for them', async () => {
    const { arrive, hosted, time, identityOf, device } = provided();
    await arrive('bob');
    const storage = memoryStorage();
    await (await arrive('ann', { storage })).close();
    hosted.wire.refusesWith = 1006;

    const chat = device('ann', { storage, identity: identityOf('ann') });
    await chat.opened;
    expect(chat.user).toBe('ann');
    const { stored } = chat.send({ to: 'bob' }, 'from a tunnel');
    hosted.wire.refusesWith = undefined;
    await time.pass(2 * MINUTE);

    expect(await stored).toMatchObject({ seq: 1 });
  });

  it('gives nothing of one user to another whom the provider names the next time', async () => {
    const { arrive, hosted, time, identityOf, device } = provided();
    await arrive('bob');
    const storage = watched();
    await (await arrive('ann', { storage })).close();

    const chat = device('cleo', { storage, identity: identityOf('cleo') });
    const logins = told(chat, 'login');
    await chat.opened;
    const lost = expect(chat.send({ to: 'bob' }, "ann's").stored).rejects.toMatchObject({ code: 'logged_out' });
    await time.pass(1_000);

    await lost;
    expect(chat).toMatchObject({ user: 'cleo', state: 'connected', drafts: [] });
    expect(logins).toEqual([{ user: undefined, refusal: undefined }, { user: 'cleo' }]);
    expect(hosted.logOf('dm:ann:bob')).toEqual([]);
    expect(storage.saved.at(-1)).toMatchObject({
      session: { user: 'cleo' },
      users: { ann: { drafts: [{ text: "ann's" }] } },
    });
  });

  it('tries again with backoff where the upgrade is refused', async () => {
    const { hosted, time, asked, identityOf, device } = provided();
    hosted.vouch = () => undefined;
    const chat = device('ann', { identity: identityOf('ann') });
    await time.pass(50);

    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'unreachable' } });
    expect(chat.nextAttemptAt).toBeGreaterThan(time.now);
    await time.pass(10 * MINUTE);

    expect(asked.length).toBeGreaterThan(8);
    expect(asked.length).toBeLessThan(40);
  });

  it('asks again with backoff where there is no token, and tells why each time', async () => {
    const { hosted, time, identityOf, device } = provided();
    let isOut = true;
    const identity = () => (isOut ? Promise.reject(new Error('sign in first')) : identityOf('ann')());
    const chat = device('ann', { identity });
    const errors = told(chat, 'error');
    await time.pass(50);

    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'no_identity' } });
    expect(errors).toMatchObject([
      { code: 'no_identity', message: 'sign in first', cause: { message: 'sign in first' } },
    ]);
    await time.pass(MINUTE);
    expect(errors.length).toBeGreaterThan(2);
    expect(hosted.addresses).toEqual([]);
    isOut = false;
    chat.wake();
    await time.pass(200);

    expect(chat.state).toBe('connected');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('thrown');
      },
    ],
    ['never answers', () => new Promise<string>(() => undefined)],
    ['gives a token that fits into no address', async () => 'x'.repeat(URL_LENGTH_MAX)],
  ])('tells of a provider that %s', async (_, identity) => {
    const { time, device } = provided();
    const chat = device('ann', { identity });
    const errors = told(chat, 'error');

    await time.pass(IDENTITY_MS_MAX + 1);

    expect(errors[0]).toMatchObject({ code: 'no_identity' });
    expect(['no_identity', 'starting']).toContain(chat.reason?.code);
  });

  it('brings a token into an address of 4,096 characters, and not of one more', async () => {
    const { time, device, hosted } = provided();
    const room = URL_LENGTH_MAX - 'ws://rollcall/?access_token='.length;
    const fits = device('ann', { identity: async () => 'x'.repeat(room) });
    const tooLong = device('bob', { identity: async () => 'x'.repeat(room + 1) });
    const errors = [fits, tooLong].map((chat) => told(chat, 'error'));

    await time.pass(50);

    expect(hosted.addresses).toHaveLength(1);
    expect(errors.map(({ length }) => length)).toEqual([0, 1]);
  });

  it('tries again where its token has ended between the upgrade and the login', async () => {
    const { arrive, time, hosted, logins } = provided({ goodForMs: 1_000 });
    hosted.wire.latency = () => (hosted.addresses.length === 1 ? 600 : 10);
    const chat = await arrive('ann');

    await time.pass(MINUTE);

    expect(logins().length).toBe(2);
    expect(chat).toMatchObject({ state: 'connected', user: 'ann' });
  });

  it.each(['user_taken', 'bad_handle', 'password_login_off'])(
    'does not try again where it is refused: %s',
    async (code) => {
      const { arrive, time, hosted, asked } = provided();
      hosted.wire.fate = ({ action }) => (action === 'login' ? { type: 'error', code } : undefined);
      const chat = await arrive('ann');

      await time.pass(10 * MINUTE);

      expect(chat).toMatchObject({
        state: 'disconnected',
        reason: { code: 'login_refused', refusal: code },
        user: undefined,
      });
      expect(asked).toHaveLength(1);
    },
  );

  it('logs out, and in again when it is asked to', async () => {
    const { arrive, time, asked } = provided();
    const chat = await arrive('ann');

    const out = chat.logout();
    await time.pass(MINUTE);
    await out;
    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'logged_out' }, user: undefined });
    expect(asked).toHaveLength(1);
    const login = chat.login();
    await time.pass(1_000);

    expect(await login).toMatchObject({ user: 'ann' });
    expect(asked).toHaveLength(2);
  });

  it('asks nobody once it is closed, even if the answer was on its way', async () => {
    const { time, device, hosted } = provided();
    let answer: (token: string) => void = () => undefined;
    const chat = device('ann', {
      identity: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await time.pass(10);

    await chat.close();
    answer('ann-1');
    await time.pass(MINUTE);

    expect(hosted.addresses).toEqual([]);
    expect(chat.reason).toEqual({ code: 'ended' });
  });

  it('may still be told to log in by a password, where the server lets it', async () => {
    const { device, hosted, time, identityOf } = provided({ passwords: true });
    hosted.vouch = undefined;
    await hosted.open('reg' as never);
    await hosted.act('reg', { action: 'reg', user: 'ann', password: PASSWORD });

    const chat = device('ann', { identity: identityOf('bob'), login: { user: 'ann', password: PASSWORD } });
    await time.pass(1_000);

    expect(chat).toMatchObject({ state: 'connected', user: 'ann' });
    expect(hosted.addresses).toEqual(['ws://rollcall/']);
  });
});

describe('a chat without an identity', () => {
  it('cannot log in by nothing', async () => {
    const { device } = world();

    await expect(device('ann').login()).rejects.toThrow('Pass credentials, or the option `identity`.');
  });

  it('is refused where passwords are off, and does not try again', async () => {
    const { hosted, device, time } = world();
    Object.assign(hosted.ports.settings, { passwords: false });
    const chat = device('ann', { login: { user: 'ann', password: PASSWORD } });

    await time.pass(MINUTE);

    expect(chat.reason).toEqual({ code: 'login_refused', refusal: 'password_login_off' });
  });
});
