import { expect, it } from '@jest/globals';
import type { UserId } from '../../src/protocol/ids';
import { atNext } from '../tooling/at-next';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

const OLD = 'correct horse';
const NEW = 'battery staple';

describeOn(dynoxide, 'passwd', (database) => {
  const annOnTwoDevices = async () => {
    const world = worldOn(database());
    const ann = await world.register('ann');
    const [own, other] = [await world.connect(), await world.join(ann)];
    const { token } = await world.login(own, ann);
    const passwd = (password: string, newPassword: string) =>
      world.send(own, { action: 'passwd', password, newPassword });
    /** A new device logs in. */
    const tries = async (proof: object) => {
      const connectionId = await world.connect();
      return { connectionId, reply: await world.send(connectionId, { action: 'login', ...proof }) };
    };
    return { ...world, ann, own, other, token, passwd, tries };
  };
  const refused = { type: 'error', code: 'wrong_credentials' };

  it('changes the password, ends tokens and other devices, and brings a new token', async () => {
    const { ann, own, other, token, passwd, tries, isOpen, send, ports } = await annOnTwoDevices();

    const reply = await passwd(OLD, NEW);

    expect(reply).toMatchObject({ ok: true, token: expect.any(String), tokenExpiresAt: expect.any(Number) });
    expect(isOpen(other)).toBe(false);
    expect(await ports.presence.connectionsOf(ann as UserId)).toEqual([own]);
    expect(await send(own, { action: 'ping' })).toMatchObject({ ok: true });
    expect((await tries({ user: ann, password: OLD })).reply).toMatchObject(refused);
    expect((await tries({ token })).reply).toMatchObject(refused);
    expect((await tries({ user: ann, password: NEW })).reply).toMatchObject({ ok: true });
    expect((await tries({ token: reply.token })).reply).toMatchObject({ ok: true });
  });

  it('needs the old password, and a new one that is strong enough; otherwise nothing is changed', async () => {
    const { ann, other, token, passwd, tries, isOpen } = await annOnTwoDevices();

    expect(await passwd('a guess of mine', NEW)).toMatchObject(refused);
    expect(await passwd(OLD, 'short')).toMatchObject({ code: 'weak_password' });

    expect(isOpen(other)).toBe(true);
    expect((await tries({ user: ann, password: OLD })).reply).toMatchObject({ ok: true });
    expect((await tries({ token })).reply).toMatchObject({ ok: true });
  });

  it('is done once of two that meet', async () => {
    const { ann, own, other, send, tries } = await annOnTwoDevices();
    const change = (connectionId: typeof own, newPassword: string) =>
      send(connectionId, { action: 'passwd', password: OLD, newPassword });

    const replies = await Promise.all([change(own, 'from one device'), change(other, 'from the other')]);

    const done = replies.filter(({ ok }) => ok === true);
    expect(done).toHaveLength(1);
    const winner = replies[0]?.ok ? 'from one device' : 'from the other';
    expect((await tries({ user: ann, password: winner })).reply).toMatchObject({ ok: true });
  });

  it.each([
    ['accounts', 'credentialOf', 'after'],
    ['presence', 'bind', 'before'],
    ['presence', 'bind', 'after'],
    ['accounts', 'snapshotOf', 'after'],
  ] as const)('ends a login with the old password, too, that it meets at %s.%s (%s)', async (port, method, when) => {
    const { ann, own, passwd, tries, ports } = await annOnTwoDevices();
    atNext(ports[port] as never, method as never, when, () => passwd(OLD, NEW));

    await tries({ user: ann, password: OLD });

    expect(await ports.presence.connectionsOf(ann as UserId)).toEqual([own]);
  });

  it('is not disturbed by a logout everywhere during a login with the right password', async () => {
    const { ann, own, send, tries, ports } = await annOnTwoDevices();
    atNext(ports.presence, 'bind', 'before', () => send(own, { action: 'logout', everywhere: true }));

    expect((await tries({ user: ann, password: OLD })).reply).toMatchObject({ ok: true, user: ann });
  });

  it('is done by the server where a hash took less work than it should', async () => {
    const { ann, tries, ports } = await annOnTwoDevices();
    ports.passwords.isOutdated = (hash) => hash === `hash of ${OLD}`;
    ports.passwords.hash = async (password) => `better hash of ${password}`;
    ports.passwords.verify = async (password, hash) => hash?.endsWith(`hash of ${password}`) ?? false;

    expect((await tries({ user: ann, password: 'not this one' })).reply).toMatchObject(refused);
    expect((await ports.accounts.credentialOf(ann as UserId))?.passwordHash).toBe(`hash of ${OLD}`);
    const { reply } = await tries({ user: ann, password: OLD });

    expect(reply).toMatchObject({ ok: true });
    expect((await ports.accounts.credentialOf(ann as UserId))?.passwordHash).toBe(`better hash of ${OLD}`);
    expect((await tries({ token: reply.token })).reply).toMatchObject({ ok: true });
    expect((await tries({ user: ann, password: OLD })).reply).toMatchObject({ ok: true });
  });
});
