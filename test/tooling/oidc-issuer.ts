import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

export interface SigningKey {
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256' | 'EdDSA';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** How it answers: as it should; not at all; with an error; with something that is no answer. */
type Mood = 'well' | 'silent' | 'failing' | 'confused' | 'endless';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT of these parts, whatever they are. */
export function jwtOf(header: object, claims: object, signature: (input: string) => Buffer): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input).toString('base64url')}`;
}

export function signedBy({ alg, privateKey }: SigningKey): (input: string) => Buffer {
  const hash = alg === 'EdDSA' ? null : 'sha256';
  return (input) => sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

export function newKey(alg: SigningKey['alg'] = 'ES256'): SigningKey {
  const kid = randomUUID();
  if (alg === 'RS256') return { kid, alg, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
  if (alg === 'EdDSA') return { kid, alg, ...generateKeyPairSync('ed25519') };
  return { kid, alg, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

/** An OpenID Connect provider, as far as whoever checks its tokens sees it: a discovery document and keys, on this machine. */
export class OidcIssuer {
  readonly #server: Server;
  readonly url: string;
  /** What its discovery document says, beside what it should. */
  discovery: Json = {};
  keys: readonly SigningKey[] = [newKey()];
  mood: Mood = 'well';
  /** Paths that were asked for, the oldest first. */
  readonly asked: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.asked.push(String(request.url));
      if (this.mood === 'silent') return;
      if (this.mood === 'failing') response.writeHead(503).end();
      else if (this.mood === 'confused') response.writeHead(200).end('<html>');
      else if (this.mood === 'endless') response.end('"'.padEnd(300_000, 'x'));
      else response.writeHead(200).end(JSON.stringify(this.#answerTo(String(request.url))));
    });
  }

  static async start(): Promise<OidcIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new OidcIssuer(server);
  }

  /** A token of now, for a minute, signed with the newest key. */
  token(claims: Json, key = this.keys.at(-1) ?? newKey()): string {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.url, aud: 'rollcall', iat: now, exp: now + 60 };
    return jwtOf({ alg: key.alg, kid: key.kid, typ: 'JWT' }, { ...usual, ...claims }, signedBy(key));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answerTo(path: string): object {
    if (path === '/keys') {
      return {
        keys: this.keys.map(({ kid, alg, publicKey }) => ({
          ...publicKey.export({ format: 'jwk' }),
          kid,
          alg,
          use: 'sig',
        })),
      };
    }
    return { issuer: this.url, jwks_uri: `${this.url}/keys`, ...this.discovery };
  }
}
