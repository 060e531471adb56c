import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client, closeAll, http, OK, TestGateway } from './harness';

afterEach(closeAll);

const IDS = '"connectionId":"[A-Za-z0-9_-]{15}=", "requestId":"[A-Za-z0-9_-]{15}="';
const ERROR = new RegExp(`^\\{"message": "(Forbidden|Internal server error)", ${IDS}\\}$`);

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const actions = ['join', 'echo', 'fails', '$connect', '$disconnect', '__proto__', 'toString'];

const body = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
  fc.record({ action: fc.oneof(fc.constantFrom(...actions), fc.jsonValue()) }).map((value) => JSON.stringify(value)),
);

const status = fc.constantFrom(undefined, 200, 204, 302, 404, 500, 42, 'text');

/** What the specification allows for this body, in words that a test can check: a frame, or silence. */
function documented(text: string, echoed: unknown): 'silence' | 'error' | 'echo' {
  const action = Object(parsed(text)).action;
  if (action === 'join') return 'silence';
  if (action === 'echo') return Number(echoed) >= 200 && Number(echoed) <= 299 ? 'echo' : 'error';
  return 'error';
}

describe('any message', () => {
  it('is answered as documented, or by silence on a one-way route, and the connection stays', async () => {
    let statusCode: unknown;
    const echo = { handler: () => ({ statusCode, body: 'echo' }), returnsResponse: true };
    const fails = () => Promise.reject(new Error('no'));
    const gateway = await TestGateway.start({ $connect: () => OK, $disconnect: () => OK, join: () => OK, echo, fails });
    const client = await Client.open(gateway.url);

    await fc.assert(
      fc.asyncProperty(body, status, async (text, returned) => {
        statusCode = returned;
        const reported = gateway.events.length;
        const answer = documented(text, returned);

        client.send(text);

        if (answer === 'silence') {
          await gateway.until(() => gateway.events.length > reported);
          await client.roundTrip();
          expect(client.unheard).toEqual([]);
        } else expect(await client.next()).toMatch(answer === 'echo' ? /^echo$/ : ERROR);
        expect(gateway.running.connections()).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any bytes on a connection', () => {
  it('end it with a documented code at the most, and $disconnect runs once', async () => {
    const gateway = await TestGateway.start({ $disconnect: () => OK, $default: () => OK });
    let connections = 0;

    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        connections += 1;
        const client = await Client.open(gateway.url);

        Reflect.get(client.socket, '_socket').end(bytes);
        const told = (await gateway.untilInvoked('$disconnect', connections)).requestContext.disconnectStatusCode;
        await gateway.untilReported('$disconnect', connections);

        const isPeersOwn = Number(told) >= 3000 && Number(told) <= 4999;
        expect(isPeersOwn || [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009].includes(Number(told))).toBe(true);
        expect(gateway.running.connections()).toEqual([]);
        expect(gateway.invocationsOf('$disconnect')).toHaveLength(connections);
      }),
      { numRuns: 100 },
    );
  });
});

describe('any request to @connections', () => {
  it('gets a documented status', async () => {
    const gateway = await TestGateway.start({});
    const segment = fc.oneof(
      fc.constantFrom('dev', 'prod', '@connections', '%40connections', 'AAAAAAAAAAAAAAA%3D', '%', '%ff', '..'),
      fc.stringMatching(/^[!-~]{0,20}$/).map((text) => text.replaceAll('/', '')),
    );
    const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'OPTIONS');

    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 5 }), method, fc.string(), async (segments, verb, text) => {
        const reply = await http(gateway, `/${segments.join('/')}`, { method: verb, body: text });

        expect([400, 403, 410, 426]).toContain(reply.status);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any bytes to the port', () => {
  it('leave the gateway able to accept the next client', async () => {
    const gateway = await TestGateway.start({});

    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const socket = connect(gateway.running.port, '127.0.0.1');
        const gone = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
        socket.resume();

        socket.end(`GET /dev HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${text}\r\n\r\n`);
        await gone;
        const client = await Client.open(gateway.url);
        client.socket.terminate();

        await client.closed;
      }),
      { numRuns: 50 },
    );

    expect((await Client.open(gateway.url)).socket.readyState).toBe(1);
  });
});
