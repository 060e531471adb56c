import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IssuerKeys } from '../../../src/adapters/oidc/issuer-keys';
import { verifyToken } from '../../../src/adapters/oidc/verify-token';
import { jwtOf, newKey, OidcIssuer, type SigningKey, signedBy } from '../../tooling/oidc-issuer';

const ANN = { sub: '7c9e6679', preferred_username: 'Ann' };
const nowSeconds = () => Math.floor(Date.now() / 1000);

let issuer: OidcIssuer;
let keys: IssuerKeys;

beforeEach(async () => {
  issuer = await OidcIssuer.start();
  keys = new IssuerKeys({ issuer: issuer.url });
});
afterEach(() => issuer.close());

const verify = (token: string, more: { readonly claim?: string; readonly audience?: string[] } = {}) => {
  const settings = { issuer: issuer.url, audience: ['rollcall'], claim: 'preferred_username', anonymous: false };
  return verifyToken({ ...settings, ...more }, keys, token);
};
const theKey = (): SigningKey => {
  const [key] = issuer.keys;
  if (!key) throw new Error('The issuer has no key.');
  return key;
};
const headerOf = (more: object = {}) => ({ alg: theKey().alg, kid: theKey().kid, ...more });
const claimsOf = (more: object = {}) => ({ iss: issuer.url, aud: 'rollcall', exp: nowSeconds() + 60, ...ANN, ...more });

describe('a token', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('of the issuer says whose it is, and until when: %s', async (alg) => {
    issuer.keys = [newKey(alg)];
    const exp = nowSeconds() + 60;

    expect(await verify(issuer.token({ ...ANN, exp }))).toEqual({
      principal: { name: 'Ann', subject: expect.stringMatching(/^[\w-]{43}$/), expiresAt: exp * 1000 },
    });
  });

  it('is named by the claim that was chosen', async () => {
    expect(await verify(issuer.token(ANN), { claim: 'sub' })).toMatchObject({ principal: { name: ANN.sub } });
    expect(
      await verify(issuer.token({ ...ANN, 'cognito:username': 'ann7' }), { claim: 'cognito:username' }),
    ).toMatchObject({
      principal: { name: 'ann7' },
    });
  });

  it('has the same subject whatever else it says, and another one for each `sub`', async () => {
    const subjectOf = async (claims: Record<string, unknown>) => {
      const verdict = await verify(issuer.token({ ...ANN, ...claims }));
      return 'principal' in verdict ? verdict.principal.subject : verdict.denied;
    };
    const subject = await subjectOf({});

    expect(await subjectOf({ preferred_username: 'Anna', jti: '2' })).toBe(subject);
    expect(await subjectOf({ sub: '7C9E6679' })).not.toBe(subject);
    expect(await subjectOf({ sub: '7c9e6679 ' })).not.toBe(subject);
  });

  it('may be made out for several, one of whom is meant', async () => {
    expect(await verify(issuer.token({ ...ANN, aud: ['other', 'rollcall'] }))).toHaveProperty('principal');
    expect(await verify(issuer.token({ ...ANN, aud: 'app' }), { audience: ['rollcall', 'app'] })).toHaveProperty(
      'principal',
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['audience', { aud: 'other' }],
    ['audience', { aud: undefined }],
    ['audience', { aud: [] }],
    ['issuer', { iss: 'https://evil.example' }],
    ['issuer', { iss: undefined }],
    ['expired', { exp: 1 }],
    ['no_expiry', { exp: undefined }],
    ['malformed', { exp: 'never' }],
    ['not_yet', { nbf: nowSeconds() + 3_600 }],
    ['no_subject', { sub: undefined }],
    ['no_subject', { sub: '' }],
    ['malformed', { sub: 7 }],
    ['no_name', { preferred_username: undefined }],
    ['no_name', { preferred_username: '' }],
    ['no_name', { preferred_username: { toString: 'ann' } }],
  ])('that is signed well is still denied: %s %j', async (denied, claims) => {
    expect(await verify(issuer.token({ ...ANN, ...claims }))).toEqual({ denied });
  });

  it('with another issuer than ours, but the same path and a slash, is denied', async () => {
    expect(await verify(issuer.token({ ...ANN, iss: `${issuer.url}/` }))).toEqual({ denied: 'issuer' });
  });

  it('ends with the second that it says, although a clock that is ahead is forgiven', async () => {
    const now = nowSeconds();

    expect(await verify(issuer.token({ ...ANN, exp: now - 1 }))).toEqual({ denied: 'expired' });
    expect(await verify(issuer.token({ ...ANN, nbf: now + 20 }))).toHaveProperty('principal');
    expect(await verify(issuer.token({ ...ANN, nbf: now + 45 }))).toEqual({ denied: 'not_yet' });
  });

  it('without a signature is denied, whatever its algorithm calls itself', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      const unsigned = jwtOf(headerOf({ alg }), claimsOf(), () => Buffer.alloc(0));
      const signed = jwtOf(headerOf({ alg }), claimsOf(), signedBy(theKey()));
      expect([await verify(unsigned), await verify(signed)]).toEqual([
        { denied: 'malformed' },
        { denied: 'algorithm' },
      ]);
    }
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('signed by HMAC with the public key is denied: %s', async (alg) => {
    issuer.keys = [newKey(alg)];
    const { publicKey } = theKey();
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      publicKey.export({ format: 'der', type: 'spki' }),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
    ];
    for (const secret of secrets) {
      const hmac = (input: string) => createHmac('sha256', secret).update(input).digest();
      expect(await verify(jwtOf(headerOf({ alg: 'HS256' }), claimsOf(), hmac))).toEqual({ denied: 'algorithm' });
      // 32 bytes are no signature of an elliptic curve at all.
      const denied = expect.stringMatching(/^(signature|malformed)$/);
      expect(await verify(jwtOf(headerOf(), claimsOf(), hmac))).toEqual({ denied });
    }
  });

  it('that was changed after it was signed is denied', async () => {
    const [header, , signature] = issuer.token(ANN).split('.');
    const forged = Buffer.from(JSON.stringify(claimsOf({ preferred_username: 'bob' }))).toString('base64url');

    expect(await verify(`${header}.${forged}.${signature}`)).toEqual({ denied: 'signature' });
  });

  it('signed by somebody else under the issuer’s key’s name is denied', async () => {
    const { kid, alg } = theKey();

    expect(await verify(issuer.token(ANN, { ...newKey(alg), kid }))).toEqual({ denied: 'signature' });
  });

  it('that brings its own key, or says where it is, is denied', async () => {
    const own = newKey();
    const jwk = own.publicKey.export({ format: 'jwk' });
    const headers = [
      { kid: own.kid, jwk },
      { kid: own.kid, jku: 'https://evil.example/keys' },
      { kid: own.kid, x5c: ['MII'] },
    ];

    for (const header of headers) {
      expect(await verify(jwtOf({ alg: own.alg, ...header }, claimsOf(), signedBy(own)))).toEqual({
        denied: 'unknown_key',
      });
    }
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(1);
  });

  // Whatever algorithm a stranger writes beside whatever key there is: denied, and never a fault of ours.
  it('of one algorithm with a key of another kind is denied', async () => {
    issuer.keys = (['RS256', 'ES256', 'EdDSA'] as const).map((alg) => newKey(alg));
    for (const key of issuer.keys) {
      for (const alg of ['RS256', 'RS512', 'PS256', 'ES256', 'ES512', 'EdDSA', 'HS256', '', 7, null, '__proto__']) {
        if (alg === key.alg) continue;
        const token = jwtOf({ alg, kid: key.kid }, claimsOf(), signedBy(key));
        expect(await verify(token)).toEqual({ denied: expect.stringMatching(/^(algorithm|signature|malformed)$/) });
      }
    }
  });

  it.each([
    'x',
    'a.b',
    'a.b.c.d',
    '..',
    `${'a'.repeat(4_000)}.b.c`,
    'eyJhbGciOiJub25lIn0.e30.c2ln',
    'bnVsbA.bnVsbA.c2ln',
    'W10.W10.c2ln',
  ])('that is none is denied, and nobody is asked about it: %s', async (token) => {
    expect(await verify(token)).toEqual({ denied: 'malformed' });
    expect(issuer.asked).toEqual([]);
  });

  it('with an extension that must be understood is denied: we understand none', async () => {
    const token = jwtOf(headerOf({ crit: ['exp'] }), claimsOf(), signedBy(theKey()));

    expect(await verify(token)).toEqual({ denied: 'malformed' });
  });
});
