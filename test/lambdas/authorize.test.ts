import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AuthorizerEvent, AuthorizerResult } from '../../src/adapters/lambda/authorizer';
import { captureLog } from '../tooling/capture-log';
import { OidcIssuer } from '../tooling/oidc-issuer';

const METHOD_ARN = 'arn:aws:execute-api:us-east-1:000000000000:abcdefghij/dev/$connect';
const ANN = { sub: 's', preferred_username: 'ann' };
const { logged, restore } = captureLog();

let issuer: OidcIssuer;

beforeEach(async () => {
  logged.length = 0;
  issuer = await OidcIssuer.start();
});
afterEach(() => issuer.close());
afterAll(restore);

/** The Lambda as it starts, and what it says of one handshake. */
async function ask(handshake: Partial<AuthorizerEvent>, { anonymous = false } = {}): Promise<AuthorizerResult> {
  const settings = { issuer: issuer.url, audience: ['rollcall'], claim: 'preferred_username', anonymous };
  process.env.IDENTITY = JSON.stringify(settings);
  const requestContext = { connectionId: 'c', requestId: 'r' };
  let answer: Promise<AuthorizerResult> | undefined;
  await jest.isolateModulesAsync(async () => {
    const { handler } = require('../../lambdas/authorize') as typeof import('../../lambdas/authorize');
    answer = handler({ methodArn: METHOD_ARN, requestContext, ...handshake });
    await answer.catch(() => undefined);
  });
  if (!answer) throw new Error('It was not asked.');
  return answer;
}

const effectOf = ({ policyDocument }: AuthorizerResult) =>
  (policyDocument as { Statement: { Effect: string }[] }).Statement[0]?.Effect;

describe('the authorizer', () => {
  it('lets in by a token in the query, to this handshake and nothing else, and says whose connection it is', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const answer = await ask({ queryStringParameters: { access_token: issuer.token({ ...ANN, exp }) } });

    const subject = expect.stringMatching(/^[\w-]{43}$/);
    expect(answer).toEqual({
      principalId: subject,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: METHOD_ARN }],
      },
      context: { userId: 'ann', subject, expiresAt: exp * 1000 },
    });
    expect(logged).toMatchObject([{ message: 'vouched', connectionId: 'c', outcome: 'ok' }]);
    expect(JSON.stringify(logged)).not.toMatch(/ann|ey[JK]/);
  });

  it.each([
    ['Authorization', 'Bearer '],
    ['authorization', 'bearer  '],
  ])('lets in by a token in a header: %s: %s…', async (name, scheme) => {
    expect(effectOf(await ask({ headers: { [name]: `${scheme}${issuer.token(ANN)}` } }))).toBe('Allow');
  });

  it('denies, and logs why by a word, without what was brought', async () => {
    const token = issuer.token({ ...ANN, aud: 'other' });
    const answer = await ask({ queryStringParameters: { access_token: token } });

    expect(effectOf(answer)).toBe('Deny');
    expect(answer).not.toHaveProperty('context');
    expect(logged).toMatchObject([
      {
        level: 'INFO',
        message: 'denied',
        route: '$authorizer',
        requestId: 'r',
        connectionId: 'c',
        outcome: 'audience',
      },
    ]);
    expect(JSON.stringify(logged)).not.toContain(token);
  });

  it('denies whoever brings no token, or two', async () => {
    const token = issuer.token(ANN);
    const nothing: Partial<AuthorizerEvent>[] = [
      {},
      { queryStringParameters: null },
      { queryStringParameters: {} },
      { queryStringParameters: { access_token: '' } },
      { queryStringParameters: { token } },
      { headers: { Authorization: token } },
      { headers: { Authorization: `Basic ${token}` } },
      { headers: { Cookie: `access_token=${token}` } },
    ];
    for (const handshake of nothing) expect(effectOf(await ask(handshake))).toBe('Deny');
    const twice = { headers: { Authorization: `Bearer ${token}` }, queryStringParameters: { access_token: token } };
    expect(effectOf(await ask(twice))).toBe('Deny');

    expect(logged.map(({ outcome }) => outcome)).toEqual([...nothing.map(() => 'no_token'), 'two_tokens']);
    expect(issuer.asked).toEqual([]);
  });

  it('lets in as nobody where passwords are on, but never by a token that is not good', async () => {
    const nobody = await ask({}, { anonymous: true });
    const expired = await ask(
      { queryStringParameters: { access_token: issuer.token({ ...ANN, exp: 1 }) } },
      { anonymous: true },
    );

    expect(effectOf(nobody)).toBe('Allow');
    expect(nobody).not.toHaveProperty('context');
    expect(effectOf(expired)).toBe('Deny');
  });

  it('fails where the issuer cannot be asked, in words that name it and nobody’s token', async () => {
    issuer.mood = 'failing';
    const token = issuer.token(ANN);

    const failure = await ask({ queryStringParameters: { access_token: token } }).catch((error) => error);

    expect(failure).toMatchObject({ message: `The keys of ${issuer.url} cannot be had.` });
    expect(`${failure.stack}${failure.cause}${JSON.stringify(logged)}`).not.toContain(token);
    expect(logged).toMatchObject([{ level: 'ERROR', route: '$authorizer', Faults: 1 }]);
  });

  it('says in 8 KB what it says, whatever the token claims', async () => {
    const token = issuer.token({ sub: 's'.repeat(1_000), preferred_username: '😀'.repeat(500) });

    const answer = await ask({ queryStringParameters: { access_token: token } });

    expect(effectOf(answer)).toBe('Allow');
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(2_048);
  });
});
