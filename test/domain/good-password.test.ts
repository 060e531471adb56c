import { describe, expect, it } from '@jest/globals';
import { requireGoodPassword } from '../../src/domain/accounts/require-good-password';
import type { UserId } from '../../src/protocol/ids';
import { PASSWORD_BESIDE_HANDLE_MAX } from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

describe('a new password', () => {
  const isGood = (userId: string, password: string) => {
    try {
      requireGoodPassword({ commonPasswords: { has: (one) => one === 'password' } }, userId as UserId, password);
      return true;
    } catch (cause) {
      expect(cause).toMatchObject({ code: 'common_password' });
      return false;
    }
  };
  const beside = '!'.repeat(PASSWORD_BESIDE_HANDLE_MAX);

  it.each(['password', 'PassWord', 'ｐａｓｓｗｏｒｄ'])('%s is a common one, however it is typed', (password) => {
    expect(isGood('ann', password)).toBe(false);
  });

  it.each(['alexandra', 'Alexandra', 'alexandra1', `alexandra${beside}`, '2026alexandra', 'alexandraalexandra'])(
    '%s is little more than the name',
    (password) => {
      expect(isGood('alexandra', password)).toBe(false);
    },
  );

  it.each([`alexandra!${beside}`, 'alexandra and me', 'alexandrax', 'correct horse'])(
    '%s is more than it',
    (password) => {
      expect(isGood('alexandra', password)).toBe(true);
    },
  );
});

describeOn(dynoxide, 'a common password', (database) => {
  it('is refused where one is chosen, and not where one has it', async () => {
    const { register, send, connect, join, ports, named } = worldOn(database());
    const ben = named('benjamin');
    const ann = await register('ann');
    const annDevice = await join(ann);
    const common = { code: 'common_password' };
    const newcomer = await connect();
    const old = { userId: named('old') as UserId, passwordHash: 'hash of password', tokenKey: 'aw', now: 1 };
    await ports.accounts.create(old);

    expect(await send(newcomer, { action: 'reg', user: ben, password: 'Password' })).toMatchObject(common);
    expect(await send(newcomer, { action: 'reg', user: ben, password: `${ben}1` })).toMatchObject(common);
    const passwd = { action: 'passwd', password: 'correct horse', newPassword: 'football' } as const;
    expect(await send(annDevice, passwd)).toMatchObject(common);
    expect(await send(annDevice, { ...passwd, newPassword: 'battery staple' })).toMatchObject({ ok: true });

    const login = { action: 'login', user: old.userId, password: 'password' } as const;
    expect(await send(await connect(), login)).toMatchObject({ ok: true });
  });
});
