import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MockDescription } from '../../../local/app/description';
import { checkTemplate, renderTemplate } from '../../../local/gateway/mock-template';
import { Client, closeAll, OK, refusal, TestGateway, type TestOptions } from './harness';

afterEach(closeAll);

const NO_LAMBDA = () => Promise.reject(new Error('a MOCK integration has no Lambda'));

const none = { templates: {}, selection: '' };

function mocked(mock: Partial<MockDescription>, returnsResponse = true) {
  return { handler: NO_LAMBDA, returnsResponse, mock: { request: none, responses: [], ...mock } };
}

const always = (responseKey: string, text: string) => ({ responseKey, templates: { $default: text }, selection: '' });

const request = (text: string) => ({ templates: { 'application/json': text }, selection: '\\$default' });

async function connected(mock: Partial<MockDescription>, options: TestOptions = {}) {
  const gateway = await TestGateway.start({ ping: mocked(mock) }, options);
  return { gateway, client: await Client.open(gateway.url) };
}

describe('a MOCK integration', () => {
  it('answers with its response template, without a Lambda', async () => {
    const { client, gateway } = await connected({
      request: request('{"statusCode":200}'),
      responses: [always('$default', '{"pong":true}')],
    });

    client.send({ action: 'ping' });

    expect(await client.next()).toBe('{"pong":true}');
    expect(gateway.invokedWith).toEqual([]);
    expect(await gateway.untilReported('ping')).toMatchObject({ status: 200, readUnits: 0, durationMs: 0 });
  });

  it('succeeds in silence without templates, as WebSocketMockIntegration is by default', async () => {
    const { client, gateway } = await connected({});

    client.send({ action: 'ping' });
    const report = await gateway.untilReported('ping');
    await client.roundTrip();

    expect(report.status).toBe(200);
    expect(client.unheard).toEqual([]);
  });

  it('sends its rendered request when there is no response, when that behaviour is chosen', async () => {
    const options = { behaviours: { mockWithoutResponse: 'request' } } as const;
    const { client } = await connected({ request: request('{"statusCode":200}') }, options);

    client.send({ action: 'ping' });

    expect(await client.next()).toBe('{"statusCode":200}');
  });

  it.each([
    [200, 'ok'],
    [202, 'some 2xx'],
    [404, 'anything else'],
  ])('with the status %d answers with the response whose key matches it', async (statusCode, text) => {
    const whole = [always('/200/', 'ok'), always('/2\\d\\d/', 'some 2xx')];
    const responses = [always('$default', 'anything else'), always('/0/', 'only a part'), ...whole];
    const mock = { request: request(JSON.stringify({ statusCode })), responses };
    const { client } = await connected(mock, { behaviours: { refusedRouteResponse: 'body' } });

    client.send({ action: 'ping' });

    expect(await client.next()).toBe(text);
  });

  it('selects its templates by the body', async () => {
    const selection = '$request.body.kind';
    const templates = { big: '{"statusCode":200}', small: '{"statusCode":202}', $default: '{"statusCode":204}' };
    const responses = [{ responseKey: '$default', templates: { big: 'BIG', $default: 'other' }, selection }];
    const { client, gateway } = await connected({ request: { templates, selection }, responses });

    for (const kind of ['big', 'small', '__proto__']) client.send({ action: 'ping', kind });
    const heard = [await client.next(), await client.next(), await client.next()];

    expect(heard).toEqual(['BIG', 'other', 'other']);
    expect(gateway.events.map(({ status }) => status)).toEqual([200, 202, 204]);
  });

  it.each(['no JSON', '{}', '{"statusCode":"200"}', '{"statusCode":99}'])(
    'whose request template yields %s is answered Internal server error',
    async (template) => {
      const { client, gateway } = await connected({ request: request(template) });

      client.send({ action: 'ping' });

      expect(JSON.parse(await client.next())).toMatchObject({ message: 'Internal server error' });
      expect(await gateway.untilReported('ping')).toMatchObject({ status: 502, error: expect.any(String) });
    },
  );

  it('sends nothing on a one-way route', async () => {
    const gateway = await TestGateway.start({ ping: mocked({ responses: [always('$default', 'pong')] }, false) });
    const client = await Client.open(gateway.url);

    client.send({ action: 'ping' });
    await gateway.untilReported('ping');
    await client.roundTrip();

    expect(client.unheard).toEqual([]);
  });

  it('fills in the context, the stage variables and the body', async () => {
    const text = `$context.connectionId|\${context.identity.sourceIp}|$stageVariables.colour|$stageVariables.none|$input.body`;
    const app = { stageVariables: { colour: 'red' } };
    const { client, gateway } = await connected({ responses: [always('$default', text)] }, { app });

    client.send({ action: 'ping' });

    const [connection] = gateway.running.connections();
    expect(await client.next()).toBe(`${connection?.connectionId}|${connection?.sourceIp}|red||{"action":"ping"}`);
  });

  it.each([
    [200, 'accepts'],
    [403, 'refuses'],
  ])('of $connect with the status %d %s the handshake', async (statusCode, verdict) => {
    const responses = [always('$default', 'why')];
    const $connect = mocked({ request: request(JSON.stringify({ statusCode })), responses });
    const gateway = await TestGateway.start({ $connect, $disconnect: () => OK });

    const status =
      verdict === 'accepts' ? (await Client.open(gateway.url)).socket.readyState : await refusal(gateway.url);

    expect(status).toEqual(verdict === 'accepts' ? 1 : expect.objectContaining({ status: 403, body: 'why' }));
  });
});

describe('any template', () => {
  const part = fc.oneof(
    fc.constantFrom('$', '#', '{', '}', '$context.', '$context.stage', `\${context.stage}`, '$input.body', '$input.x'),
    fc.string({ maxLength: 5 }),
  );

  it('is refused, or rendered without a variable or a directive left', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const template = parts.join('');
        const isRefused = refuses(template);
        const rendered = renderTemplate(template, { requestContext: { stage: 'dev' }, body: 'body' });

        expect(isRefused || !/[$#]/.test(rendered)).toBe(true);
      }),
    );
  });

  function refuses(template: string): boolean {
    try {
      checkTemplate(template);
      return false;
    } catch {
      return true;
    }
  }
});
