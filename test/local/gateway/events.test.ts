import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, closeAll, OK, TestGateway } from './harness';

afterEach(closeAll);

const ID = expect.stringMatching(/^[A-Za-z0-9_-]{15}=$/);
const AT = Date.UTC(2024, 1, 9, 18, 11, 43, 419);

const ROUTES = { $connect: () => OK, $disconnect: () => OK, $default: () => OK, join: () => OK };

/** The members of every event's requestContext. */
function common(gateway: TestGateway): Record<string, unknown> {
  return {
    extendedRequestId: ID,
    requestTime: '09/Feb/2024:18:11:43 +0000',
    messageDirection: 'IN',
    stage: 'dev',
    connectedAt: AT,
    requestTimeEpoch: AT,
    identity: { sourceIp: '127.0.0.1' },
    requestId: ID,
    domainName: `127.0.0.1:${gateway.running.port}`,
    connectionId: ID,
    apiId: 'abcdefghij',
  };
}

async function start(): Promise<{ gateway: TestGateway; url: string }> {
  const gateway = await TestGateway.start(ROUTES, { now: () => AT });
  return { gateway, url: gateway.url.replace('localhost', '127.0.0.1') };
}

describe('the $connect event', () => {
  it('has exactly the members that AWS sends', async () => {
    const { gateway, url } = await start();

    await Client.open(url, { perMessageDeflate: false });

    const event = await gateway.untilInvoked('$connect');
    const host = `127.0.0.1:${gateway.running.port}`;
    expect(event).toEqual({
      headers: {
        Host: host,
        'Sec-WebSocket-Key': expect.any(String),
        'Sec-WebSocket-Version': '13',
        'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': String(gateway.running.port),
        'X-Forwarded-Proto': 'http',
      },
      multiValueHeaders: expect.objectContaining({ Host: [host], 'X-Forwarded-For': ['127.0.0.1'] }),
      requestContext: { ...common(gateway), routeKey: '$connect', eventType: 'CONNECT' },
      isBase64Encoded: false,
    });
    expect(event.requestContext.requestId).toBe(event.requestContext.extendedRequestId);
  });

  it('has the query string, with the last of repeated values in the single-value map', async () => {
    const { gateway, url } = await start();

    await Client.open(`${url}?a=1&b=x%20y&a=2`);

    expect(await gateway.untilInvoked('$connect')).toMatchObject({
      queryStringParameters: { a: '2', b: 'x y' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
    });
  });

  it('writes well-known headers in their canonical case and leaves others alone', async () => {
    const { gateway, url } = await start();

    await Client.open(url, {
      headers: { 'user-agent': 'test/1', ORIGIN: 'https://example.com', 'x-Own': 'a', 'x-forwarded-for': '192.0.2.1' },
    });

    const event = await gateway.untilInvoked('$connect');
    expect(event.headers).toMatchObject({
      'User-Agent': 'test/1',
      Origin: 'https://example.com',
      'x-Own': 'a',
      'X-Forwarded-For': '192.0.2.1, 127.0.0.1',
    });
    expect(event.requestContext.identity).toEqual({ sourceIp: '127.0.0.1', userAgent: 'test/1' });
  });
});

describe('a message event', () => {
  it('has exactly the members that AWS sends, and the raw body', async () => {
    const { gateway, url } = await start();
    const client = await Client.open(url);

    client.send('{ "action":"join" }');

    expect(await gateway.untilInvoked('join')).toEqual({
      requestContext: { ...common(gateway), routeKey: 'join', messageId: ID, eventType: 'MESSAGE' },
      body: '{ "action":"join" }',
      isBase64Encoded: false,
    });
  });

  it('names the selected route, not the key that matched nothing', async () => {
    const { gateway, url } = await start();
    const client = await Client.open(url);

    client.send({ action: 'leave' });

    expect((await gateway.untilInvoked('$default')).requestContext.routeKey).toBe('$default');
  });
});

describe('the $disconnect event', () => {
  it('has exactly the members that AWS sends', async () => {
    const { gateway, url } = await start();
    const client = await Client.open(url, { headers: { 'User-Agent': 'test/1' } });

    client.socket.close();

    const host = `127.0.0.1:${gateway.running.port}`;
    expect(await gateway.untilInvoked('$disconnect')).toEqual({
      headers: { Host: host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
      multiValueHeaders: { Host: [host], 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] },
      requestContext: {
        ...common(gateway),
        identity: { sourceIp: '127.0.0.1', userAgent: 'test/1' },
        routeKey: '$disconnect',
        disconnectStatusCode: 1005,
        eventType: 'DISCONNECT',
        disconnectReason: 'Client-side close frame status not set',
      },
      isBase64Encoded: false,
    });
  });

  it('is about the connection of the other events, under a request id of its own', async () => {
    const { gateway, url } = await start();
    const client = await Client.open(url);
    client.send({ action: 'join' });
    const message = await gateway.untilInvoked('join');

    client.socket.close(1000);
    const disconnect = await gateway.untilInvoked('$disconnect');

    const connect = await gateway.untilInvoked('$connect');
    const ids = [connect, message, disconnect].map(({ requestContext }) => requestContext.connectionId);
    const requestIds = [connect, message, disconnect].map(({ requestContext }) => requestContext.requestId);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(requestIds).size).toBe(3);
  });
});
