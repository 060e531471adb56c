import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../domain/ports/ports';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

// OWASP Password Storage Cheat Sheet, scrypt: one of its five equal settings. This one works in 16 MB, so that a small
// Lambda, or a laptop with many logins at once, has room for it.
const LOG2_N = 14;
const BLOCK_SIZE = 8;
const PARALLEL = 5;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** scrypt (RFC 7914). Hashes are in the PHC string format: `$scrypt$ln=14,r=8,p=5$salt$hash`. */
export const passwords: Passwords = {
  async hash(password) {
    const salt = randomBytes(SALT_BYTES);
    const hash = await deriveKey(password, { salt, ln: LOG2_N, r: BLOCK_SIZE, p: PARALLEL, length: HASH_BYTES });
    return `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLEL}$${encode(salt)}$${encode(hash)}`;
  },

  async verify(password, hash) {
    const stored = parse(hash ?? NOBODYS_HASH);
    const derived = await deriveKey(password, { ...stored, length: stored.hash.length });
    return timingSafeEqual(derived, stored.hash) && hash !== undefined;
  },

  isOutdated(hash) {
    const { ln, r, p } = parse(hash);
    return 2 ** ln * r * p < 2 ** LOG2_N * BLOCK_SIZE * PARALLEL;
  },
};

// Whoever asks for a user that does not exist waits for the same work as one who got the password wrong.
const NOBODYS_HASH = `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLEL}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

interface Derivation {
  readonly salt: Buffer;
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly length: number;
}

function deriveKey(password: string, { salt, ln, r, p, length }: Derivation): Promise<Buffer> {
  // The same characters may be typed in more than one way (NIST SP 800-63B asks for normalisation before hashing).
  return derive(password.normalize('NFKC'), salt, length, { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r });
}

const PHC = /^\$scrypt\$ln=(?<ln>\d+),r=(?<r>\d+),p=(?<p>\d+)\$(?<salt>[A-Za-z0-9+/]+)\$(?<hash>[A-Za-z0-9+/]+)$/;

function parse(phc: string): Omit<Derivation, 'length'> & { readonly hash: Buffer } {
  const { ln, r, p, salt, hash } = PHC.exec(phc)?.groups ?? {};
  if (!ln || !r || !p || !salt || !hash) throw new Error('A stored password hash is not scrypt in the PHC format.');
  return {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** PHC strings use base64 without padding. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
