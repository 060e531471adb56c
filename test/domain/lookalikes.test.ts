import { expect, it } from '@jest/globals';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'names that look alike', (database) => {
  const reg = { action: 'reg', password: 'correct horse' } as const;

  it('are one name: who comes second is told so, and who has it is not taken for them', async () => {
    const { send, connect, named } = worldOn(database());
    const device = await connect();

    expect(await send(device, { ...reg, user: named('arnold') })).toMatchObject({ ok: true });
    expect(await send(device, { ...reg, user: named('amold') })).toMatchObject({ code: 'looks_alike' });
    expect(await send(device, { ...reg, user: named('arnold') })).toMatchObject({ code: 'user_taken' });
    expect(await send(device, { ...reg, user: named('arno') })).toMatchObject({ ok: true });
  });

  it('are refused where they mix scripts, taken or not', async () => {
    const { send, connect, named } = worldOn(database());

    expect(await send(await connect(), { ...reg, user: named('аnn') })).toMatchObject({ code: 'mixed_scripts' });
  });

  it('of accounts that are older than the rule keep working', async () => {
    const { send, connect, login, ports, named } = worldOn(database());
    const old = named('carl');
    await ports.accounts.create({
      userId: old as never,
      passwordHash: 'hash of correct horse',
      tokenKey: 'aw',
      now: 1,
    });
    const mixed = named('саrl');
    await ports.accounts.create({
      userId: mixed as never,
      passwordHash: 'hash of correct horse',
      tokenKey: 'aw',
      now: 1,
    });

    for (const user of [old, mixed]) expect(await login(await connect(), user)).toMatchObject({ ok: true });
    expect(await send(await connect(), { ...reg, user: old })).toMatchObject({ code: 'user_taken' });
  });
});
