import { expect, it } from '@jest/globals';
import { tokens } from '../../src/adapters/node/tokens';
import type { UserId } from '../../src/protocol/ids';
import { TOKEN_MS } from '../../src/protocol/limits';
import { atNext } from '../tooling/at-next';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'a token', (database) => {
  const annOnline = async () => {
    const world = worldOn(database());
    const ann = await world.register('ann');
    const own = await world.connect();
    const { token, tokenExpiresAt } = await world.login(own, ann);
    const resume = async (presented: unknown = token) => {
      const connectionId = await world.connect();
      return { connectionId, reply: await world.send(connectionId, { action: 'login', token: presented }) };
    };
    return { ...world, ann, own, token: String(token), tokenExpiresAt, resume };
  };
  const refused = { type: 'error', code: 'wrong_credentials' };

  it('logs a device in without the password, and brings another one', async () => {
    const { ann, resume, world, tokenExpiresAt, ports } = await annOnline();
    expect(tokenExpiresAt).toBe(world.now + TOKEN_MS);
    world.now += TOKEN_MS - 1;

    const { connectionId, reply } = await resume();

    expect(reply).toMatchObject({ ok: true, user: ann, devices: 2, tokenExpiresAt: world.now + TOKEN_MS });
    expect(await ports.presence.connectionsOf(ann as UserId)).toContain(connectionId);
    expect((await resume(reply.token)).reply).toMatchObject({ ok: true });
  });

  it('is worth nothing once it has expired', async () => {
    const { resume, world } = await annOnline();
    world.now += TOKEN_MS;

    expect((await resume()).reply).toMatchObject(refused);
  });

  it('is worth nothing after a logout everywhere, on whichever device it was issued', async () => {
    const { resume, send, ann, login } = await annOnline();
    const { connectionId, reply } = await resume();

    await send(connectionId, { action: 'logout', everywhere: true });

    expect((await resume()).reply).toMatchObject(refused);
    expect((await resume(reply.token)).reply).toMatchObject(refused);
    expect(await login(connectionId, ann)).toMatchObject({ ok: true });
  });

  it('stays good after a logout of one device', async () => {
    const { resume, send, own } = await annOnline();

    await send(own, { action: 'logout' });

    expect((await resume()).reply).toMatchObject({ ok: true });
  });

  it('is not another user’s, nor one’s own with another time', async () => {
    const { resume, token, register, ann, tokenExpiresAt } = await annOnline();
    const bob = await register('bob');
    const signature = token.split('.').at(-1);
    const forge = (userId: string, expiresAt: number) =>
      `${tokens
        .issue({ userId: userId as UserId, expiresAt }, tokens.newKey())
        .split('.')
        .slice(0, 2)
        .join('.')}.${signature}`;

    expect((await resume(forge(ann, Number(tokenExpiresAt)))).reply).toMatchObject({ ok: true });
    expect((await resume(forge(bob, Number(tokenExpiresAt)))).reply).toMatchObject(refused);
    expect((await resume(forge(ann, Number(tokenExpiresAt) + 1))).reply).toMatchObject(refused);
    expect((await resume(forge('nobody', Number(tokenExpiresAt)))).reply).toMatchObject(refused);
    expect((await resume('no token')).reply).toMatchObject({ code: 'bad_field' });
    expect((await resume('no-token')).reply).toMatchObject(refused);
  });

  it('and a password do not go together, and half of a login is none', async () => {
    const { resume, connect, send, token, ann } = await annOnline();
    const connectionId = await connect();
    const bad = { code: 'bad_field', message: 'send "user" and "password", or "token".' };

    expect(await send(connectionId, { action: 'login', user: ann, password: 'x', token })).toMatchObject(bad);
    expect(await send(connectionId, { action: 'login', user: ann, token })).toMatchObject(bad);
    expect(await send(connectionId, { action: 'login', user: ann })).toMatchObject(bad);
    expect(await send(connectionId, { action: 'login', password: 'x' })).toMatchObject(bad);
    expect(await send(connectionId, { action: 'login' })).toMatchObject(bad);
    expect((await resume()).reply).toMatchObject({ ok: true });
  });

  // A logout everywhere at any point of a login by token: at the end, nobody is logged in by the old token.
  it.each([
    ['accounts', 'credentialOf', 'before'],
    ['accounts', 'credentialOf', 'after'],
    ['presence', 'bind', 'before'],
    ['presence', 'bind', 'after'],
    ['accounts', 'snapshotOf', 'after'],
  ] as const)('does not outlive a logout everywhere that comes at %s.%s (%s)', async (port, method, when) => {
    const { resume, send, own, ports, ann } = await annOnline();
    atNext(ports[port] as never, method as never, when, () => send(own, { action: 'logout', everywhere: true }));

    const { connectionId, reply } = await resume();

    expect(await ports.presence.connectionsOf(ann as UserId)).toEqual([]);
    expect((await ports.connections.find(connectionId))?.userId).toBeUndefined();
    // Whatever the reply, its token is as dead.
    if (reply.token !== undefined) expect((await resume(reply.token)).reply).toMatchObject(refused);
  });
});
