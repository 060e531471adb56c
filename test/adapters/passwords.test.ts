import { describe, expect, it } from '@jest/globals';
import { passwords } from '../../src/adapters/node/passwords';

describe('passwords', () => {
  it('are hashed anew when they took less work than now, and only then', async () => {
    const salted = '$'.concat(['A'.repeat(22), 'A'.repeat(43)].join('$'));

    expect(passwords.isOutdated(await passwords.hash('correct horse'))).toBe(false);
    expect(passwords.isOutdated(`$scrypt$ln=14,r=8,p=4${salted}`)).toBe(true);
    expect(passwords.isOutdated(`$scrypt$ln=13,r=8,p=5${salted}`)).toBe(true);
    expect(passwords.isOutdated(`$scrypt$ln=17,r=8,p=1${salted}`)).toBe(false);
  });

  it('verify against their own hash, and nothing else does', async () => {
    const hash = await passwords.hash('correct horse');

    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('correct horsf', hash)).toBe(false);
    expect(await passwords.verify('', hash)).toBe(false);
  });

  it('are stored as scrypt in the PHC format, with a salt of their own', async () => {
    const [one, other] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];

    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(other).not.toBe(one);
  });

  it('verify whichever way their characters were typed', async () => {
    const hash = await passwords.hash('caf\u00e9 au lait');

    expect(await passwords.verify('cafe\u0301 au lait', hash)).toBe(true);
  });

  it('verify with the parameters that their hash names', async () => {
    // RFC 7914 §12: scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), the first 32 of its 64 bytes.
    const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const phc = `$scrypt$ln=14,r=8,p=1$${salt}$${hash.toString('base64').replace(/=+$/, '')}`;

    expect(await passwords.verify('pleaseletmein', phc)).toBe(true);
  });

  it('never verify for a user who has none', async () => {
    expect(await passwords.verify('correct horse', undefined)).toBe(false);
  });

  it('are not compared with something that is no hash', async () => {
    await expect(passwords.verify('x', 'plain text')).rejects.toThrow('not scrypt');
  });
});
