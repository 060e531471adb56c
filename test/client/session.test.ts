import { describe, expect, it } from '@jest/globals';
import { type ClientStorage, type Kept, memoryStorage } from '../../client';
import { PASSWORD, told, world } from './devices';

const MINUTE = 60_000;

async function worldWithBoth() {
  const made = world();
  for (const user of ['ann', 'bob']) await made.account(user);
  return made;
}

/** What a storage was given, in writing order. */
function watched(storage: ClientStorage = memoryStorage()): ClientStorage & { readonly saved: Kept[] } {
  const saved: Kept[] = [];
  return {
    saved,
    load: () => storage.load(),
    save: (kept) => {
      saved.push(kept);
      return storage.save(kept);
    },
  };
}

describe('a login', () => {
  it('keeps the token, and never the password', async () => {
    const { online } = await worldWithBoth();
    const storage = watched();
    await online('ann', { storage });

    expect(storage.saved.at(-1)?.session).toMatchObject({ user: 'ann', token: expect.any(String) });
    expect(JSON.stringify(storage.saved)).not.toContain(PASSWORD);
  });

  it('is resumed by the next page, which knows the user before it is connected', async () => {
    const { online, device, hosted, time } = await worldWithBoth();
    const storage = memoryStorage();
    await (await online('ann', { storage })).close();
    hosted.wire.refusesWith = 1006;

    const chat = device('ann', { storage });
    await chat.opened;
    expect(chat.user).toBe('ann');
    hosted.wire.refusesWith = undefined;
    await time.pass(MINUTE);

    expect(chat.me?.user).toBe('ann');
    expect(hosted.commands.findLast(({ action }) => action === 'login')).toHaveProperty('token');
  });

  it('that is refused for too many attempts is not tried again, and says after how long it may be', async () => {
    const { device, hosted, time } = await worldWithBoth();
    const chat = device('ann');
    hosted.wire.fate = ({ action }) =>
      action === 'login' ? { type: 'error', code: 'too_many_attempts', message: 'Wait.', retryAfter: 60 } : undefined;

    const refused = expect(chat.login({ user: 'ann', password: PASSWORD })).rejects.toMatchObject({
      code: 'too_many_attempts',
      retryAfter: 60,
    });
    await time.pass(10 * MINUTE);
    await refused;

    expect(hosted.commands.filter(({ action }) => action === 'login')).toHaveLength(1);
    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'login_refused' } });
  });

  it('by a token that was revoked is final: the token is forgotten', async () => {
    const { online, device, person, time } = await worldWithBoth();
    const storage = watched();
    await (await online('ann', { storage })).close();
    await (await person('ann'))({ action: 'logout', everywhere: true });

    const chat = device('ann', { storage });
    const logins = told(chat, 'login');
    await time.pass(MINUTE);

    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'login_refused' }, user: undefined });
    expect(logins).toEqual([{ user: undefined, refusal: 'wrong_credentials' }]);
    expect(storage.saved.at(-1)?.session).toBeUndefined();
  });

  it('as somebody else leaves what was queued to whoever wrote it', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const chat = await online('ann');
    hosted.wire.fate = ({ action }) => (action === 'chat' ? 'lost' : undefined);
    const lost = expect(chat.send({ to: 'bob' }, "ann's").stored).rejects.toMatchObject({ code: 'logged_out' });
    await time.pass(100);
    hosted.wire.fate = () => undefined;

    const asBob = chat.login({ user: 'bob', password: PASSWORD });
    await time.pass(1_000);
    await Promise.all([lost, asBob]);
    expect(chat.drafts).toEqual([]);
    expect(hosted.logOf('dm:ann:bob')).toEqual([]);
    const asAnn = chat.login({ user: 'ann', password: PASSWORD });
    await time.pass(1_000);
    await asAnn;

    expect(hosted.logOf('dm:ann:bob')).toMatchObject([{ from: 'ann', text: "ann's" }]);
  });

  it('that is aborted, or overtaken by another, is given up', async () => {
    const { device, hosted, time } = await worldWithBoth();
    const chat = device('ann');
    hosted.wire.refusesWith = 1006;
    const giveUp = new AbortController();
    const aborted = expect(chat.login({ user: 'ann', password: PASSWORD }, giveUp)).rejects.toMatchObject({
      name: 'AbortError',
    });
    await time.pass(1_000);
    giveUp.abort();
    await aborted;
    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'logged_out' }, user: undefined });

    const overtaken = expect(chat.login({ user: 'ann', password: PASSWORD })).rejects.toMatchObject({
      code: 'logged_out',
    });
    const login = chat.login({ user: 'bob', password: PASSWORD });
    hosted.wire.refusesWith = undefined;
    await time.pass(MINUTE);

    await overtaken;
    expect(await login).toMatchObject({ user: 'bob' });
  });
});

describe('registering', () => {
  it('makes the account and logs in', async () => {
    const { device, time } = world();
    const chat = device('cleo');

    const registered = chat.register({ user: 'Cleo', password: PASSWORD });
    await time.pass(1_000);

    expect(await registered).toMatchObject({ user: 'cleo' });
  });

  it('is refused where somebody has the name', async () => {
    const { device, hosted, time } = await worldWithBoth();
    const refused = expect(device('x').register({ user: 'ann', password: 'some other' })).rejects.toMatchObject({
      code: 'user_taken',
    });

    await time.pass(MINUTE);

    await refused;
    expect(hosted.commands.map(({ action }) => action)).toEqual(['reg']);
  });

  it('goes on where only the reply was lost', async () => {
    const { device, hosted, time } = world();
    hosted.wire.fate = () => (hosted.commands.length === 1 ? 'mute' : undefined);
    const registered = device('cleo').register({ user: 'cleo', password: PASSWORD });

    await time.pass(MINUTE);

    expect(await registered).toMatchObject({ user: 'cleo' });
    expect(hosted.commands.map(({ action }) => action)).toEqual(['reg', 'reg', 'login']);
  });
});

describe('a logout', () => {
  it('tells the server, and forgets the token', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const storage = watched();
    const chat = await online('ann', { storage });
    const logins = told(chat, 'login');

    const left = chat.logout();
    await time.pass(1_000);
    await left;

    expect(hosted.stateOf('ann')).toBe('offline');
    expect(hosted.socketsOpen('ann')).toEqual([]);
    expect(chat).toMatchObject({ user: undefined, me: undefined, reason: { code: 'logged_out' } });
    expect(logins).toEqual([{ user: undefined, refusal: undefined }]);
    expect(storage.saved.at(-1)).toEqual({ users: { ann: expect.anything() } });
    await expect(chat.members('g')).rejects.toMatchObject({ code: 'not_logged_in' });
  });

  it('everywhere ends all other devices, and is done even if its reply is lost', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const [one, other] = [await online('ann'), await online('ann')];
    await time.pass(MINUTE);
    hosted.wire.fate = ({ action, everywhere }) => (action === 'logout' && everywhere ? 'mute' : undefined);

    const left = one.logout({ everywhere: true });
    await time.pass(5 * MINUTE);
    await left;

    expect(hosted.socketsOpen('ann')).toEqual([]);
    expect([one.user, other.user]).toEqual([undefined, undefined]);
  });
});

describe('a new password', () => {
  it('signs the other devices out, and this one goes on with a new token', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const storage = watched();
    const [chat, other] = [await online('ann', { storage }), await online('ann')];
    await time.pass(MINUTE);

    const changed = chat.changePassword({ password: PASSWORD, newPassword: 'battery staple' });
    await time.pass(1_000);
    await changed;
    hosted.socketsOpen('ann').at(-1)?.closeByServer(1006);
    await time.pass(5_000);

    expect(chat.state).toBe('connected');
    expect(other.user).toBeUndefined();
    expect(JSON.stringify(storage.saved)).not.toContain('battery');
  });
});

describe('a command', () => {
  it('is asked for again when no reply comes, and in the end given up', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const chat = await online('ann');
    hosted.wire.fate = ({ action }) => (action === 'devices' ? 'lost' : undefined);

    const given = expect(chat.devices()).rejects.toMatchObject({ code: 'no_reply' });
    await time.pass(2 * MINUTE);

    await given;
    expect(hosted.commands.filter(({ action }) => action === 'devices')).toHaveLength(4);
  });

  it('waits for a connection, unless its signal ends the wait', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const chat = await online('ann');
    hosted.wire.refusesWith = 1006;
    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(1_000);
    const waiting = chat.devices();
    const aborting = new AbortController();
    const aborted = expect(chat.devices(aborting)).rejects.toMatchObject({ name: 'AbortError' });
    aborting.abort();
    await aborted;

    hosted.wire.refusesWith = undefined;
    await time.pass(MINUTE);

    expect(await waiting).toMatchObject([{ current: true }]);
  });

  it('is asked for again when the server is busy', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const chat = await online('ann');
    let busy = 2;
    hosted.wire.fate = ({ action }) =>
      action === 'devices' && busy-- > 0 ? { type: 'error', code: 'busy' } : undefined;

    const devices = chat.devices();
    await time.pass(MINUTE);

    expect(await devices).toHaveLength(1);
  });

  it('tells a refusal with its code', async () => {
    const { online, time } = await worldWithBoth();
    const chat = await online('ann');
    const refused = expect(chat.joinGroup('nowhere')).rejects.toMatchObject({
      name: 'ChatError',
      code: 'no_such_group',
    });

    await time.pass(1_000);

    await refused;
  });

  it('that ends another device has ended it, even if the first reply was lost', async () => {
    const { online, hosted, time } = await worldWithBoth();
    const [chat, other] = [await online('ann'), await online('ann')];
    await time.pass(MINUTE);
    const { id } = hosted.socketsOpen('ann').at(-1) ?? { id: '' };
    let isFirst = true;
    hosted.wire.fate = ({ action }) => {
      if (action !== 'devices' || !isFirst) return undefined;
      isFirst = false;
      return 'mute';
    };

    const devices = chat.devices({ revoke: id });
    await time.pass(MINUTE);

    expect(await devices).toMatchObject([{ current: true }]);
    expect(other).toMatchObject({ user: undefined, reason: { code: 'ended_by_server' } });
  });
});

describe('a storage that fails', () => {
  it('is told of, and does not hold up the chat', async () => {
    const { device, hosted, time } = await worldWithBoth();
    const broken = { load: () => Promise.reject(new Error('full')), save: () => Promise.reject(new Error('full')) };
    const chat = device('ann', { storage: broken, login: { user: 'ann', password: PASSWORD } });
    const errors = told(chat, 'error');

    chat.send({ to: 'bob' }, 'hello');
    await time.pass(1_000);

    expect(hosted.logOf('dm:ann:bob')).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'storage_failed', cause: new Error('full') });
  });

  it('that is slow is waited for: nothing is sent before it is kept', async () => {
    const { device, hosted, time } = await worldWithBoth();
    const slow = memoryStorage();
    const storage: ClientStorage = {
      load: () => slow.load(),
      save: async (kept) => {
        await new Promise<void>((done) => time.after(3_000, done));
        await slow.save(kept);
      },
    };
    const chat = device('ann', { storage, login: { user: 'ann', password: PASSWORD } });
    await time.pass(20_000);
    const { draft } = chat.send({ to: 'bob' }, 'hello');

    await time.pass(5_900);
    expect(hosted.commands.filter(({ action }) => action === 'chat')).toEqual([]);
    await time.pass(200);

    expect(hosted.commands.filter(({ action }) => action === 'chat')).toMatchObject([{ id: draft.id }]);
    expect((await slow.load())?.users.ann?.drafts).toMatchObject([{ id: draft.id, after: 0 }]);
  });
});
