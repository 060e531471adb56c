import { expect, it } from '@jest/globals';
import type { Principal } from '../../src/domain/ports/operation';
import type { UserId } from '../../src/protocol/ids';
import { HANDLE_LENGTH_MAX, SUBJECT_LENGTH_MAX } from '../../src/protocol/limits';
import { atNext } from '../tooling/at-next';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordCalls } from '../tooling/record-calls';
import { expectPresenceInvariants, profileOf } from '../tooling/rows';
import { worldOn } from '../tooling/world';

const LOGIN = { action: 'login' } as const;

describeOn(dynoxide, 'a connection with an identity', (database) => {
  /** Passwords are off, as by default where there is an identity provider. */
  const provided = ({ passwords = false } = {}) => {
    const world = worldOn(database(), { passwords });
    /** Connects with the provider's word, and logs in with nothing else. */
    const arrive = async (principal: Principal, more: Record<string, unknown> = {}) => {
      const connectionId = await world.connect(principal);
      return { connectionId, reply: await world.send(connectionId, { ...LOGIN, ...more }) };
    };
    const ann: Principal = { name: world.named('ann'), subject: 's1' };
    return { ...world, arrive, ann };
  };

  it('logs in without a proof; the first login makes the account, the next ones find it', async () => {
    const { arrive, ann, world } = provided();
    const createdAt = world.now;

    const first = await arrive(ann);
    world.now += 1_000;
    const second = await arrive(ann, { heartbeat: 60 });

    expect(first.reply).toMatchObject({ ok: true, user: ann.name, createdAt, devices: 1, friends: [], messages: [] });
    expect(second.reply).toMatchObject({ ok: true, user: ann.name, createdAt, devices: 2 });
    expect(await profileOf(database(), ann.name)).toMatchObject({ state: { S: 'online' }, subject: { S: 's1' } });
    await expectPresenceInvariants(database());
  });

  it('gets no token: there is nothing to sign one with', async () => {
    const { arrive, ann, ports } = provided();

    const { reply } = await arrive(ann);

    expect(reply).not.toHaveProperty('token');
    expect(reply).not.toHaveProperty('tokenExpiresAt');
    expect(await ports.accounts.credentialOf(ann.name as UserId)).toBeUndefined();
  });

  it('costs one request more than the bind and what a login reads; the first one two', async () => {
    const { arrive, ann, ports, world } = provided();
    const calls = recordCalls(ports);
    const identityCalls = () => calls.splice(0).filter((call) => /^(accounts|presence|passwords)\./.test(call));

    await arrive(ann);
    const first = identityCalls();
    world.now += 60_000;
    await arrive(ann);

    const rest = ['presence.bind', 'accounts.snapshotOf'];
    expect(first).toEqual(['accounts.ownerOf', 'accounts.createOwned', ...rest]);
    expect(identityCalls()).toEqual(['accounts.ownerOf', ...rest]);
  });

  it('can do what everybody can: write, log out, log in again, be swept', async () => {
    const { arrive, ann, named, send, world, sweep, ports } = provided();
    const { connectionId } = await arrive(ann, { heartbeat: 10 });
    const bob: Principal = { name: named('bob'), subject: 's2' };
    const other = await arrive(bob);

    const chat = await send(connectionId, { action: 'chat', to: bob.name, text: 'hello' });
    const out = await send(connectionId, { action: 'logout' });
    const unknown = await send(connectionId, { action: 'sync' });
    const again = await send(connectionId, { ...LOGIN, heartbeat: 10 });
    world.now += 3_600_000;
    await sweep();

    expect([chat, out, again]).toMatchObject([{ ok: true, seq: 1 }, { ok: true }, { ok: true, user: ann.name }]);
    expect(unknown).not.toMatchObject({ ok: true });
    expect(other.reply).toMatchObject({ ok: true });
    expect(await ports.presence.connectionsOf(ann.name as UserId)).toEqual([]);
  });

  it('ends all others by a logout everywhere, although it has no tokens', async () => {
    const { arrive, ann, send, isOpen } = provided();
    const { connectionId: old } = await arrive(ann);
    const { connectionId } = await arrive(ann);

    expect(await send(connectionId, { action: 'logout', everywhere: true })).toMatchObject({ ok: true });
    expect([isOpen(old), isOpen(connectionId)]).toEqual([false, true]);
  });

  const nameOf = async (name: string) => (await provided().arrive({ name, subject: name })).reply;

  it('is called by its name in its normal form', async () => {
    const { arrive, named } = provided();
    const name = named('ÁNN').toUpperCase();

    expect((await arrive({ name, subject: 's' })).reply).toMatchObject({ ok: true, user: named('ánn') });
  });

  it('is called by the digits of a UUID, which are as long as a name may be', async () => {
    const uuid = '7C9E6679-7425-40DE-944B-E07FC1F90AE7';

    expect(await nameOf(uuid)).toMatchObject({ ok: true, user: '7c9e6679742540de944be07fc1f90ae7' });
    expect('7c9e6679742540de944be07fc1f90ae7').toHaveLength(HANDLE_LENGTH_MAX);
  });

  it.each([
    'ann@example.com',
    'auth0|507f1f77bcf86cd799439011',
    'ann-lee',
    'ann lee',
    '7c9e6679-7425-40de-944b-e07fc1f90ae',
    'x'.repeat(HANDLE_LENGTH_MAX + 1),
    '\u3164',
  ])('is refused where its name is none: %j', async (name) => {
    const reply = await nameOf(name);

    expect(reply).toMatchObject({ type: 'error', code: 'bad_handle' });
    expect(reply.message).toContain(JSON.stringify(name));
    expect(reply.message).toContain('choose another claim');
  });

  it('is shown a part of a long name only', async () => {
    const { message } = await nameOf('@'.repeat(2_000));

    expect(String(message).length).toBeLessThan(300);
  });

  it('never gets into the account of another subject, whatever the provider calls it', async () => {
    const { arrive, ann, ports } = provided();
    await arrive(ann);

    const impostors = [
      { ...ann, subject: 's2' },
      { name: ann.name.toUpperCase(), subject: 's2' },
      { ...ann, subject: 'S1' },
    ];
    for (const impostor of impostors) {
      const { reply } = await arrive(impostor);
      expect(reply).toMatchObject({ type: 'error', code: 'user_taken' });
      expect(reply.message).toContain('belongs to another identity');
    }
    expect(await ports.presence.connectionsOf(ann.name as UserId)).toHaveLength(1);
  });

  it('never gets into an account that was made with a password, nor is its own got by a registration', async () => {
    const { arrive, register, named, send, connect, login } = provided({ passwords: true });
    const bob = await register('bob');
    const cleo: Principal = { name: named('cleo'), subject: 's3' };
    await arrive(cleo);

    const stranger = await connect();
    expect((await arrive({ name: bob, subject: bob })).reply).toMatchObject({ code: 'user_taken' });
    expect(await send(stranger, { action: 'reg', user: cleo.name, password: 'correct horse' })).toMatchObject({
      code: 'user_taken',
    });
    expect(await login(stranger, cleo.name)).toMatchObject({ code: 'wrong_credentials' });
  });

  // Two identities whose names are one handle arrive at once: whatever step the other one comes at, one gets the account.
  it.each([
    ['accounts', 'ownerOf', 'before'],
    ['accounts', 'ownerOf', 'after'],
    ['accounts', 'createOwned', 'before'],
    ['accounts', 'createOwned', 'after'],
    ['presence', 'bind', 'before'],
  ] as const)('shares a new account with nobody who comes at %s.%s (%s)', async (port, method, when) => {
    const { arrive, ann, ports } = provided();
    const replies: Record<string, unknown>[] = [];
    atNext(ports[port] as never, method as never, when, async () => {
      replies.push((await arrive({ ...ann, subject: 's2' })).reply);
    });

    replies.push((await arrive(ann)).reply);

    expect(replies.map(({ code }) => code ?? 'ok').sort()).toEqual(['ok', 'user_taken']);
    expect(await ports.presence.connectionsOf(ann.name as UserId)).toHaveLength(1);
  });

  it('shares a new account with its own second device that comes at the same time', async () => {
    const { arrive, ann, ports } = provided();
    atNext(ports.accounts, 'createOwned', 'before', () => arrive(ann));

    expect((await arrive(ann)).reply).toMatchObject({ ok: true, devices: 2 });
  });

  it('logs in until its token ends, and stays when it has ended', async () => {
    const { arrive, ann, world, send, connect } = provided();
    const expiresAt = world.now + 60_000;
    const dated = { ...ann, expiresAt };
    const late = await connect(dated);
    world.now = expiresAt - 1;
    const { connectionId, reply } = await arrive(dated);
    world.now = expiresAt;

    expect(reply).toMatchObject({ ok: true });
    expect(await send(connectionId, { action: 'sync' })).toMatchObject({ ok: true });
    const tooOld = await send(late, LOGIN);
    expect(tooOld).toMatchObject({ code: 'wrong_credentials' });
    expect(tooOld.message).toContain('Connect again with a new token');
  });

  it('is refused where the authorizer says a time that is none', async () => {
    const { arrive, ann } = provided();

    expect((await arrive({ ...ann, expiresAt: Number.NaN })).reply).toMatchObject({ code: 'wrong_credentials' });
  });

  it('has a subject of 256 characters, and not one more', async () => {
    const { arrive, named, ports } = provided();
    const subject = 's'.repeat(SUBJECT_LENGTH_MAX);

    expect((await arrive({ name: named('ann'), subject })).reply).toMatchObject({ ok: true });
    expect((await arrive({ name: named('bob'), subject: `${subject}s` })).reply).toMatchObject({ code: 'internal' });
    expect(ports.report).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('257') }));
  });

  it.each([
    ['reg', { user: 'ann', password: 'correct horse' }],
    ['login', { user: 'ann', password: 'correct horse' }],
    ['login', { token: 'a.b.c' }],
    ['login', {}],
  ] as const)(
    'or without one: nobody gets in by a password or a token where they are off: %s %j',
    async (action, fields) => {
      const { connect, send, ann, ports } = provided();
      const calls = recordCalls(ports);

      const replies = [
        await send(await connect(), { action, ...fields }),
        ...(Object.keys(fields).length > 0 ? [await send(await connect(ann), { action, ...fields })] : []),
      ];

      for (const reply of replies) expect(reply).toMatchObject({ type: 'error', code: 'password_login_off' });
      expect(calls.filter((call) => call !== 'connections.open')).toEqual([]);
    },
  );

  it('has no password to change', async () => {
    const { arrive, ann, send } = provided();
    const { connectionId } = await arrive(ann);

    const reply = await send(connectionId, { action: 'passwd', password: 'x', newPassword: 'correct horse' });

    expect(reply).toMatchObject({ type: 'error', code: 'password_login_off' });
  });

  it('may log in as somebody else by a password, where passwords are on', async () => {
    const { connect, register, login, send, ann } = provided({ passwords: true });
    const bob = await register('bob');
    const [forBob, nobody] = [await connect(ann), await connect()];

    expect(await login(forBob, bob)).toMatchObject({ ok: true, user: bob, token: expect.any(String) });
    expect(await send(forBob, LOGIN)).toMatchObject({ code: 'already_logged_in' });
    expect(await send(nobody, LOGIN)).toMatchObject({ code: 'bad_field' });
  });
});
