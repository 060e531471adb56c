import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client, closeAll, deferred, type Handler, OK, refusal, TestGateway, type TestOptions } from './harness';

afterEach(closeAll);

const METHOD = 'arn:aws:execute-api:eu-central-1:000000000000:abcdefghij/dev/$connect';
const AT = Date.UTC(2024, 1, 9, 18, 11, 43, 419);

function policy(resource = METHOD, effect = 'Allow', action = 'execute-api:Invoke') {
  return { Version: '2012-10-17', Statement: [{ Action: action, Effect: effect, Resource: resource }] };
}

function ruling(rest: object = {}) {
  return { principalId: 'ann', policyDocument: policy(), ...rest };
}

function start(check: Handler, options: TestOptions & { readonly identitySources?: readonly string[] } = {}) {
  const { identitySources = [], ...rest } = options;
  const $connect = { handler: () => OK, authorizer: { functionId: 'check', identitySources } };
  const routes = { $connect, $disconnect: () => OK, $default: () => OK };
  return TestGateway.start(routes, { functions: { check }, ...rest });
}

describe('the event of an authorizer', () => {
  it('has exactly the members that AWS sends', async () => {
    const gateway = await start(() => ruling(), { now: () => AT });
    const host = `127.0.0.1:${gateway.running.port}`;

    await Client.open(`ws://${host}/dev`, { perMessageDeflate: false });

    const [asked] = gateway.askedWith;
    const connect = await gateway.untilInvoked('$connect');
    expect(asked).toEqual({
      type: 'REQUEST',
      methodArn: METHOD,
      headers: { ...connect.headers, Connection: 'upgrade', Upgrade: 'websocket', 'content-length': '0' },
      multiValueHeaders: expect.objectContaining({ Host: [host], Connection: ['upgrade'] }),
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
      stageVariables: {},
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        extendedRequestId: connect.requestContext.requestId,
        requestTime: '09/Feb/2024:18:11:43 +0000',
        messageDirection: 'IN',
        stage: 'dev',
        connectedAt: AT,
        requestTimeEpoch: AT,
        identity: { sourceIp: '127.0.0.1' },
        requestId: connect.requestContext.requestId,
        domainName: host,
        connectionId: connect.requestContext.connectionId,
        apiId: 'abcdefghij',
      },
    });
  });

  it('has the query string and the stage variables', async () => {
    const gateway = await start(() => ruling(), { app: { stageVariables: { colour: 'red' } } });

    await Client.open(`${gateway.url}?a=1&a=2`);

    expect(gateway.askedWith[0]).toMatchObject({
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      stageVariables: { colour: 'red' },
    });
  });
});

describe('an identity source', () => {
  const sources = {
    header: 'route.request.header.X-Token',
    query: 'route.request.querystring.token',
    variable: 'stageVariables.colour',
    context: 'context.identity.userAgent',
  };

  it.each([
    ['a header', sources.header, '', {}],
    ['an empty header', sources.header, '', { 'X-Token': '' }],
    ['a parameter', sources.query, '', {}],
    ['an empty parameter', sources.query, '?token=', {}],
    ['a parameter by its own case', sources.query, '?Token=a', {}],
    ['a stage variable', sources.variable, '', {}],
    ['a member of the context', sources.context, '', {}],
    ['a member that only the prototype has', 'route.request.querystring.constructor', '', {}],
  ])('that lacks %s is answered 401, and the Lambda is not asked', async (_name, source, query, headers) => {
    const gateway = await start(() => ruling(), { identitySources: [source] });

    const refused = await refusal(`${gateway.url}${query}`, { headers });

    expect(refused).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(gateway.askedWith).toEqual([]);
    expect(gateway.invokedWith).toEqual([]);
    expect(gateway.events).toMatchObject([
      { routeKey: '$connect', status: 401, error: expect.stringContaining(source) },
    ]);
  });

  it('lets through who has them all, headers in any case', async () => {
    const app = { stageVariables: { colour: 'red' } };
    const gateway = await start(() => ruling(), { identitySources: Object.values(sources), app });

    await Client.open(`${gateway.url}?token=a`, { headers: { 'x-token': 'a', 'User-Agent': 'test/1' } });

    expect(gateway.askedWith).toHaveLength(1);
  });
});

describe('an authorizer', () => {
  it.each([
    ['the method itself', METHOD],
    ['every route of the stage', METHOD.replace('$connect', '*')],
    ['everything', '*'],
  ])('that allows %s lets the client in', async (_name, resource) => {
    const gateway = await start(() => ruling({ policyDocument: policy(resource) }));

    await Client.open(gateway.url);

    expect(gateway.running.connections()).toHaveLength(1);
    expect(await gateway.untilReported('$authorizer')).toMatchObject({ status: 200, readUnits: 1 });
  });

  it.each([
    ['denies', policy(METHOD, 'Deny')],
    ['allows two segments after the stage', policy(METHOD.replace('$connect', '*/*'))],
    ['allows another action', policy(METHOD, 'Allow', 'execute-api:ManageConnections')],
    ['allows, and denies too', { Statement: [...policy().Statement, ...policy('*', 'Deny').Statement] }],
    ['says nothing', { Statement: [] }],
  ])('whose policy %s refuses with 403, and $connect is not invoked', async (_name, policyDocument) => {
    const gateway = await start(() => ruling({ policyDocument }));

    const refused = await refusal(gateway.url);

    expect(refused).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(gateway.invokedWith).toEqual([]);
    expect(await gateway.untilReported('$authorizer')).toMatchObject({ status: 403 });
  });

  it('that fails with the message Unauthorized refuses with 401', async () => {
    const gateway = await start(() => ({
      ...{ outcome: 'failed', errorType: 'Error', errorMessage: 'Unauthorized', trace: 'Error: Unauthorized' },
    }));

    const refused = await refusal(gateway.url);

    expect(refused).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
  });

  const longest = 8 * 1024 - JSON.stringify(ruling({ context: { text: '' } })).length;

  it.each([
    ['throws anything else', () => Promise.reject(new Error('Unauthorized!'))],
    ['times out', () => ({ outcome: 'timed-out' })],
    ['returns nothing', () => null],
    ['returns text', () => 'Allow'],
    ['has no principal', () => ({ policyDocument: policy() })],
    ['has no policy', () => ({ principalId: 'ann' })],
    ['has a policy without an effect', () => ruling({ policyDocument: { Statement: [{ Action: '*' }] } })],
    ['has a condition, which we cannot evaluate', () => conditional()],
    ['nests its context', () => ruling({ context: { deep: {} } })],
    ['has a list as its context', () => ruling({ context: ['a'] })],
    ['returns more than 8 KB', () => ruling({ context: { text: 'x'.repeat(longest + 1) } })],
  ])('that %s refuses with 500, and says why in its report', async (_name, check) => {
    const gateway = await start(check);

    const refused = await refusal(gateway.url);

    expect(refused.status).toBe(500);
    expect(await gateway.untilReported('$authorizer')).toMatchObject({ status: 500, error: expect.any(String) });
  });

  function conditional() {
    const [statement] = policy().Statement;
    return ruling({
      policyDocument: { Statement: { ...statement, Condition: { Bool: { 'aws:SecureTransport': true } } } },
    });
  }

  it('may return 8 KB', async () => {
    const gateway = await start(() => ruling({ context: { text: 'x'.repeat(longest) } }));

    await Client.open(gateway.url);

    expect(gateway.running.connections()).toHaveLength(1);
  });

  it('that takes too long refuses with 500', async () => {
    const answer = deferred<object>();
    const gateway = await start(() => answer.promise, { limits: { authorizerMs: 20 } });

    const refused = await refusal(gateway.url);
    answer.resolve(ruling());

    expect(refused.status).toBe(500);
    expect(gateway.invokedWith).toEqual([]);
    expect(await gateway.untilReported('$authorizer')).toMatchObject({ error: 'It took too long', durationMs: 20 });
  }, 10_000);

  it('that failed refuses with another status, when that behaviour is chosen', async () => {
    const gateway = await start(() => null, { behaviours: { authorizerFailure: '403' } });

    expect((await refusal(gateway.url)).status).toBe(403);
  });

  it('is asked at every handshake, and at no other time', async () => {
    const gateway = await start(() => ruling());
    const first = await Client.open(gateway.url);
    first.send('hello');
    await gateway.untilInvoked('$default');
    first.socket.close();
    await gateway.untilInvoked('$disconnect');

    await Client.open(gateway.url);

    expect(gateway.askedWith).toHaveLength(2);
  });
});

describe('any result of an authorizer', () => {
  const effect = fc.constantFrom('Allow', 'Deny', 'allow', undefined);
  const patterns = fc.oneof(fc.constantFrom('*', METHOD, 'execute-api:Invoke', '**?'), fc.jsonValue());
  const statement = fc.record({ Effect: effect, Action: patterns, Resource: patterns });
  const policyDocument = fc.oneof(fc.record({ Statement: fc.oneof(statement, fc.array(statement)) }), fc.jsonValue());
  const context = fc.oneof(fc.constant(undefined), fc.jsonValue());
  const result = fc.oneof(
    fc.record({ principalId: fc.constantFrom('ann', 7), policyDocument, context }),
    fc.jsonValue(),
  );

  it('lets the client in, or refuses with 403 or 500, and is reported', async () => {
    let returned: unknown;
    const gateway = await start(() => returned);

    await fc.assert(
      fc.asyncProperty(result, async (value) => {
        returned = value;
        const reported = gateway.events.length;

        const status = await Client.open(gateway.url).then(
          () => 200,
          async () => (await refusal(gateway.url)).status,
        );

        expect([200, 403, 500]).toContain(status);
        expect(gateway.events[reported]).toMatchObject({ routeKey: '$authorizer', status });
      }),
      { numRuns: 100 },
    );
  });
});

describe('what an authorizer says of its client', () => {
  const context = { tenant: 'blue', level: 7, isAdmin: true };

  async function authorizersIn(options: TestOptions = {}) {
    const gateway = await start(() => ruling({ context }), options);
    const client = await Client.open(gateway.url);
    client.send('hello');
    await gateway.untilInvoked('$default');
    client.socket.close();
    await gateway.untilInvoked('$disconnect');
    return gateway.invokedWith.map(({ requestContext }) => requestContext.authorizer);
  }

  it('stands as text in the events of $connect, messages and $disconnect', async () => {
    const authorizers = await authorizersIn();

    const authorizer = { principalId: 'ann', tenant: 'blue', level: '7', isAdmin: 'true', integrationLatency: 5 };
    expect(authorizers).toEqual([authorizer, authorizer, authorizer]);
  });

  it('stands as it was returned, when that behaviour is chosen', async () => {
    const [authorizer] = await authorizersIn({ behaviours: { authorizerValues: 'as-returned' } });

    expect(authorizer).toMatchObject({ ...context, principalId: 'ann' });
  });

  it('is absent from the events of an API without an authorizer', async () => {
    const gateway = await TestGateway.start({ $connect: () => OK });

    await Client.open(gateway.url);

    expect((await gateway.untilInvoked('$connect')).requestContext).not.toHaveProperty('authorizer');
  });

  it('outlives a gateway that was killed, in the journal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'authorizer-'));
    const journalPath = join(folder, 'journal');
    const before = await start(() => ruling({ context }), { journalPath });
    await Client.open(before.url);
    const written = readFileSync(journalPath, 'utf8');
    await before.running.close();
    writeFileSync(journalPath, written);

    const after = await start(() => ruling(), { journalPath });
    const event = await after.untilInvoked('$disconnect');
    await after.running.close();
    rmSync(folder, { recursive: true });

    expect(event.requestContext).toMatchObject({ authorizer: { principalId: 'ann', tenant: 'blue' } });
  });
});
