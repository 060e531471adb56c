import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { Client, closeAll, deferred, http, OK, refusal, TestGateway } from './harness';

afterEach(closeAll);

describe('handshake', () => {
  it('sends the 101 only after $connect has returned', async () => {
    const connect = deferred<typeof OK>();
    const gateway = await TestGateway.start({ $connect: () => connect.promise });
    const order: string[] = [];

    const opening = Client.open(gateway.url).then(() => order.push('open'));
    await gateway.untilInvoked('$connect');
    await http(gateway, '/dev');
    order.push('returned');
    connect.resolve(OK);
    await opening;

    expect(order).toEqual(['returned', 'open']);
  });

  it('needs no $connect route', async () => {
    const gateway = await TestGateway.start({});

    const client = await Client.open(gateway.url);

    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    expect(gateway.running.connections()).toHaveLength(1);
  });

  it.each([200, 201, 204, 299])('is accepted when $connect returns %d', async (statusCode) => {
    const gateway = await TestGateway.start({ $connect: () => ({ statusCode }) });

    const client = await Client.open(`${gateway.url}/`);

    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  it.each([301, 401, 403, 501])('is refused with the status and body of $connect: %d', async (statusCode) => {
    const gateway = await TestGateway.start({
      $connect: () => ({ statusCode, body: '{"why":"no"}', headers: { 'Set-Cookie': 'a=b' } }),
    });

    const refused = await refusal(gateway.url);

    expect(refused).toMatchObject({ status: statusCode, body: '{"why":"no"}' });
    expect(refused.headers).not.toHaveProperty('set-cookie');
    expect(gateway.running.connections()).toEqual([]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no')), 502],
    ['returns nothing', () => undefined, 502],
    ['returns no statusCode', () => ({ body: 'x' }), 502],
    ['returns a textual statusCode', () => ({ statusCode: '200' }), 502],
    ['returns a body that is no text', () => ({ statusCode: 200, body: { a: 1 } }), 502],
    ['runs into its own timeout', () => ({ outcome: 'timed-out' }), 502],
    ['is throttled', () => ({ outcome: 'failed', errorType: 'TooManyRequestsException', errorMessage: '' }), 500],
  ])('is refused when $connect %s', async (_name, handler, status) => {
    const gateway = await TestGateway.start({ $connect: handler });

    const refused = await refusal(gateway.url);

    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'Internal server error' });
  });

  it('is refused with 504 when the integration times out, and reported when the Lambda ends', async () => {
    const connect = deferred<typeof OK>();
    const handler = () => connect.promise;
    const gateway = await TestGateway.start({ $connect: { handler, integrationTimeoutMs: 50 } });

    const refused = await refusal(gateway.url);
    const reportedBefore = gateway.events.length;
    connect.resolve(OK);
    const report = await gateway.untilReported('$connect');

    expect(refused.status).toBe(504);
    expect(reportedBefore).toBe(0);
    expect(report.status).toBe(504);
  });

  it.each(['/', '/prod', '/dev/more', '/devil'])('is refused with 403 for the path %s', async (path) => {
    const gateway = await TestGateway.start({ $connect: () => OK });

    const refused = await refusal(`ws://localhost:${gateway.running.port}${path}`);

    expect(refused).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(gateway.invokedWith).toEqual([]);
  });

  it('accepts a URL of 4096 characters and refuses one more', async () => {
    const gateway = await TestGateway.start({ $connect: () => OK });
    const path = '/dev?x=';
    const longest = `${gateway.url}?x=${'y'.repeat(4096 - path.length)}`;

    const client = await Client.open(longest);
    const refused = await refusal(`${longest}y`);

    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    expect(refused.status).toBe(414);
  });

  it('refuses with 429 one more than may be pending', async () => {
    const connect = deferred<typeof OK>();
    const gateway = await TestGateway.start({ $connect: () => connect.promise }, { limits: { handshakesPending: 1 } });

    const opening = Client.open(gateway.url);
    await gateway.untilInvoked('$connect');
    const refused = await refusal(gateway.url);
    connect.resolve(OK);
    await opening;

    expect(refused.status).toBe(429);
  });

  it('answers a plain GET with 426', async () => {
    const gateway = await TestGateway.start({ $connect: () => OK });

    const reply = await http(gateway, '/dev');

    expect(reply.status).toBe(426);
  });

  it.each([
    ['no key', { 'Sec-WebSocket-Version': '13' }],
    ['a short key', { 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'abc' }],
    ['an old version', { 'Sec-WebSocket-Version': '8', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }],
    [
      'a subprotocol twice',
      {
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Protocol': 'a, a',
      },
    ],
  ])('with %s is refused with 400, before $connect', async (_name, headers) => {
    const gateway = await TestGateway.start({ $connect: () => OK });

    const status = await new Promise((resolve, reject) => {
      request({
        port: gateway.running.port,
        path: '/dev',
        headers: { Connection: 'Upgrade', Upgrade: 'websocket', ...headers },
      })
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('upgrade', () => reject(new Error('It was accepted.')))
        .on('error', reject)
        .end();
    });

    expect(status).toBe(400);
    expect(gateway.invokedWith).toEqual([]);
  });
});

describe('subprotocol', () => {
  it('is what $connect returned, however it writes the header', async () => {
    const gateway = await TestGateway.start({
      $connect: () => ({ statusCode: 200, headers: { 'sec-websocket-protocol': 'second' } }),
    });

    const client = await Client.open(gateway.url, { protocols: ['first', 'second'] });

    expect(client.socket.protocol).toBe('second');
  });

  it('is none when $connect returned none, so that the client fails', async () => {
    const gateway = await TestGateway.start({ $connect: () => OK });

    const opening = Client.open(gateway.url, { protocols: ['first'] });

    await expect(opening).rejects.toThrow('Server sent no subprotocol');
  });

  it('with a line break in it cannot add a header', async () => {
    const headers = { 'Sec-WebSocket-Protocol': 'a\r\nSet-Cookie: b=c' };
    const gateway = await TestGateway.start({ $connect: () => ({ statusCode: 200, headers }) });

    const refused = await refusal(gateway.url, { protocols: ['a'] });

    expect(refused.status).toBe(502);
    expect(refused.headers).not.toHaveProperty('set-cookie');
  });
});

describe('extensions', () => {
  it('are declined, yet shown to $connect', async () => {
    const gateway = await TestGateway.start({ $connect: () => OK });

    const client = await Client.open(gateway.url, { perMessageDeflate: true });

    expect(client.socket.extensions).toBe('');
    const event = await gateway.untilInvoked('$connect');
    expect(event.headers?.['Sec-WebSocket-Extensions']).toContain('permessage-deflate');
  });
});

describe('a client that leaves during $connect', () => {
  async function leave(leftDuringConnect: 'disconnect' | 'nothing', statusCode: number): Promise<TestGateway> {
    const connected = deferred<{ statusCode: number }>();
    const gateway = await TestGateway.start(
      { $connect: () => connected.promise, $disconnect: () => OK },
      { behaviours: { leftDuringConnect } },
    );
    const socket = connect(gateway.running.port, '127.0.0.1');
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    const headers = `Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
    socket.write(`GET /dev HTTP/1.1\r\n${headers}Sec-WebSocket-Key: ${key}\r\n\r\n`);
    await gateway.untilInvoked('$connect');
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.resetAndDestroy();
    await gone;
    connected.resolve({ statusCode });
    return gateway;
  }

  it('and was accepted gets its $disconnect, as vanished', async () => {
    const gateway = await leave('disconnect', 200);

    const event = await gateway.untilInvoked('$disconnect');

    expect(event.requestContext).toMatchObject({ disconnectStatusCode: 1006, disconnectReason: '' });
    expect(gateway.running.connections()).toEqual([]);
  });

  it('and was refused gets none', async () => {
    const gateway = await leave('disconnect', 401);

    await gateway.running.close();

    expect(gateway.invocationsOf('$disconnect')).toEqual([]);
  });
});
