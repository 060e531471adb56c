import { afterEach, describe, expect, it } from '@jest/globals';
import type { ApiKeyDescription, AppDescription, UsagePlanDescription } from '../../../local/app/description';
import { Quota } from '../../../local/gateway/usage-quota';
import { Client, closeAll, type Handler, OK, refusal, TestGateway, type TestOptions } from './harness';

afterEach(closeAll);

const VALUE = 'MyApiKeyThatIsAtLeast20Characters';

function key(plan: UsagePlanDescription | undefined = {}, rest: Partial<ApiKeyDescription> = {}): ApiKeyDescription {
  return { keyId: 'abcdefghij', value: VALUE, isEnabled: true, plan, ...rest };
}

/** `$connect` and `keyed` need a key, `open` needs none. */
async function start(
  keys: readonly ApiKeyDescription[],
  options: TestOptions & { readonly source?: 'header' | 'authorizer'; readonly authorize?: Handler } = {},
) {
  const { source = 'header', authorize, ...rest } = options;
  const clock = { now: Date.UTC(2030, 0, 1) };
  const said = { handler: () => ({ statusCode: 200, body: 'said' }), returnsResponse: true };
  const authorizer = authorize && { authorizer: { functionId: 'Authorizer', identitySources: [] } };
  const routes = {
    $connect: { handler: () => OK, needsApiKey: true as const, ...authorizer },
    $disconnect: () => OK,
    keyed: { ...said, needsApiKey: true as const },
    open: said,
  };
  const apiKeys: NonNullable<AppDescription['apiKeys']> = { source, keys };
  const functions = { ...(authorize && { Authorizer: authorize }) };
  const gateway = await TestGateway.start(routes, { app: { apiKeys }, functions, now: () => clock.now, ...rest });
  return { clock, gateway };
}

const withKey = (value: string) => ({ headers: { 'X-Api-Key': value } });

/** What a message to the route is answered with: its reply, or the message of the error frame. */
async function ask(client: Client, action: string): Promise<string> {
  client.send({ action });
  const text = await client.next();
  return text === 'said' ? text : JSON.parse(text).message;
}

describe('a $connect that needs an API key', () => {
  it('lets in whoever sends a key of a usage plan in x-api-key, and names the key in its event', async () => {
    const { gateway } = await start([key()]);

    await Client.open(gateway.url, withKey(VALUE));

    const [{ requestContext, headers } = { requestContext: {} }] = gateway.invocationsOf('$connect');
    expect(requestContext).toMatchObject({
      identity: { apiKey: VALUE, apiKeyId: 'abcdefghij', sourceIp: '127.0.0.1' },
    });
    expect(headers).toMatchObject({ 'X-Api-Key': VALUE });
  });

  it.each([
    ['without a key', key(), {}],
    ['with an unknown key', key(), withKey(`${VALUE}x`)],
    ['with a disabled key', key({}, { isEnabled: false }), withKey(VALUE)],
    ['with a key of no usage plan', { keyId: 'abcdefghij', value: VALUE, isEnabled: true }, withKey(VALUE)],
  ])('refuses a handshake %s with 403, before the Lambda', async (_, known, options) => {
    const { gateway } = await start([known]);

    const { status, body } = await refusal(gateway.url, options);

    expect([status, body]).toEqual([403, '{"message":"Forbidden"}']);
    expect(gateway.invokedWith).toEqual([]);
    expect(gateway.events).toMatchObject([{ routeKey: '$connect', status: 403, error: 'API key: Forbidden' }]);
  });

  it('refuses what is beyond the throttle and the quota of the plan with 429', async () => {
    const quota = { limit: 3, offset: 1, period: 'DAY' } as const;
    const { clock, gateway } = await start([key({ throttle: { ratePerSecond: 1, burst: 1 }, quota })]);

    await Client.open(gateway.url, withKey(VALUE));
    const tooFast = await refusal(gateway.url, withKey(VALUE));
    clock.now += 1_000;
    await Client.open(gateway.url, withKey(VALUE));
    clock.now += 1_000;
    const tooMuch = await refusal(gateway.url, withKey(VALUE));
    clock.now += 86_400_000;
    await Client.open(gateway.url, withKey(VALUE));

    expect(tooFast).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
    expect(tooMuch).toMatchObject({ status: 429, body: '{"message":"Limit Exceeded"}' });
  });

  it('counts each key by itself', async () => {
    const plan = { throttle: { ratePerSecond: 0, burst: 1 } };
    const { gateway } = await start([key(plan), key(plan, { keyId: 'other', value: 'other' })]);

    await Client.open(gateway.url, withKey(VALUE));
    await Client.open(gateway.url, withKey('other'));

    expect((await refusal(gateway.url, withKey(VALUE))).status).toBe(429);
  });

  it.each(['context', 'beside'] as const)('may have it from the authorizer: %s', async (where) => {
    const answered = { usageIdentifierKey: VALUE };
    const { gateway } = await start([key()], {
      source: 'authorizer',
      authorize: ({ methodArn, headers }) => ({
        principalId: 'me',
        policyDocument: { Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn } },
        ...(headers?.known === 'yes' && (where === 'context' ? { context: answered } : answered)),
      }),
    });

    await Client.open(gateway.url, { headers: { known: 'yes' } });
    const refused = await refusal(gateway.url, withKey(VALUE));

    expect(refused.status).toBe(403);
    expect(gateway.invocationsOf('$connect')[0]?.requestContext).toMatchObject({
      identity: { apiKeyId: 'abcdefghij' },
    });
  });
});

describe('a message to a route that needs an API key', () => {
  it('has the key of the handshake, in its event too, and counts', async () => {
    const { gateway } = await start([key({ quota: { limit: 3, offset: 0, period: 'MONTH' } })]);
    const client = await Client.open(gateway.url, withKey(VALUE));

    const heard = [];
    for (const action of ['keyed', 'open', 'keyed', 'keyed', 'open']) heard.push(await ask(client, action));

    expect(heard).toEqual(['said', 'said', 'said', 'Limit Exceeded', 'said']);
    const [keyed, open] = [gateway.invocationsOf('keyed')[0], gateway.invocationsOf('open')[0]];
    expect(keyed?.requestContext.identity).toMatchObject({ apiKeyId: 'abcdefghij' });
    expect(open?.requestContext.identity).toEqual({ sourceIp: '127.0.0.1' });
  });

  it('is refused, when messageApiKey says that it has none', async () => {
    const { gateway } = await start([key()], { behaviours: { messageApiKey: 'none' } });
    const client = await Client.open(gateway.url, withKey(VALUE));

    expect([await ask(client, 'keyed'), await ask(client, 'open')]).toEqual(['Forbidden', 'said']);
    expect(gateway.events.at(-2)).toMatchObject({ routeKey: 'keyed', status: 403, error: 'API key: Forbidden' });
  });
});

describe('a quota', () => {
  it.each([
    // 2030-01-05 was a Saturday.
    ['DAY', '2030-01-05T23:59:59.999Z', '2030-01-06T00:00:00Z'],
    ['WEEK', '2030-01-05T23:59:59.999Z', '2030-01-06T00:00:00Z'],
    ['MONTH', '2030-01-31T23:59:59.999Z', '2030-02-01T00:00:00Z'],
  ] as const)('of a %s begins anew after it, without the offset', (period, last, next) => {
    const clock = { now: Date.parse('2030-01-05T00:00:00Z') };
    const quota = new Quota({ limit: 3, offset: 2, period }, () => clock.now);
    const take = (count: number) => Array.from({ length: count }, () => quota.take());

    const first = take(2);
    clock.now = Date.parse(last);
    const stillFirst = take(1);
    clock.now = Date.parse(next);
    const second = take(4);

    expect([first, stillFirst, second]).toEqual([[true, false], [false], [true, true, true, false]]);
  });
});
