/** Each behaviour that is not established, in all its values; some have their tests where the fact has its own. */
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_BEHAVIOURS, type GatewayBehaviours, parseBehaviours } from '../../../local/gateway/behaviours';
import { parseLenientJson } from '../../../local/gateway/lenient-json';
import { Client, closeAll, deferred, type Handler, http, OK, refusal, TestGateway, type TestRoutes } from './harness';

afterEach(closeAll);

const ROUTES = { $connect: () => OK, $disconnect: () => OK, $default: () => OK };

function start(behaviours: Partial<GatewayBehaviours>, routes: TestRoutes = ROUTES): Promise<TestGateway> {
  return TestGateway.start(routes, { behaviours });
}

/** The status of a handshake whose `$connect` does this. */
async function refusedBy(behaviours: Partial<GatewayBehaviours>, handler: Handler): Promise<number> {
  const gateway = await start(behaviours, { $connect: { handler, integrationTimeoutMs: 50 } });
  return (await refusal(gateway.url)).status;
}

describe('parseBehaviours', () => {
  it('takes none, and any number', () => {
    expect(parseBehaviours([])).toEqual({});
    expect(parseBehaviours(['idleReset=data+ping', 'malformedId=410'])).toEqual({
      idleReset: 'data+ping',
      malformedId: '410',
    });
  });

  it.each(['', 'nope', 'nope=1', 'idlereset=data', '__proto__=x', 'toString=x'])(
    'refuses "%s" with all names',
    (text) => {
      expect(() => parseBehaviours([text])).toThrow(Object.keys(DEFAULT_BEHAVIOURS).join(', '));
    },
  );

  it.each(['idleReset', 'idleReset=', 'idleReset=pong', 'idleReset=data=1'])('refuses "%s" with its values', (text) => {
    expect(() => parseBehaviours([text])).toThrow(/--behaviour idleReset must be one of data, data\+ping, not "/);
  });
});

describe('a handshake', () => {
  it.each(['502', '500'] as const)(
    'whose $connect answers nonsense is refused as malformedConnect says: %s',
    async (status) => {
      expect(await refusedBy({ malformedConnect: status }, () => 'nonsense')).toBe(Number(status));
    },
  );

  it('whose $connect throws is refused with 502, whatever malformedConnect says', async () => {
    expect(await refusedBy({ malformedConnect: '500' }, () => Promise.reject(new Error('no')))).toBe(502);
  });

  it.each(['500', '502', '429'] as const)(
    'that Lambda throttles is refused as throttledConnect says: %s',
    async (status) => {
      const throttled = { outcome: 'failed', errorType: 'TooManyRequestsException', errorMessage: '' };

      expect(await refusedBy({ throttledConnect: status }, () => throttled)).toBe(Number(status));
    },
  );

  it.each(['504', '500', '502'] as const)('that times out is refused as connectTimeout says: %s', async (status) => {
    const answer = deferred<typeof OK>();

    const refused = await refusedBy({ connectTimeout: status }, () => answer.promise);
    answer.resolve(OK);

    expect(refused).toBe(Number(status));
  });

  it.each(['403', '404'] as const)('to an unknown stage is refused as unknownStage says: %s', async (status) => {
    const gateway = await start({ unknownStage: status });

    const refused = await refusal(gateway.url.replace('/dev', '/prod'));

    expect(refused.status).toBe(Number(status));
  });

  it.each([
    ['lambda', 'why'],
    ['empty', ''],
  ] as const)('that $connect refuses has the body that refusedConnectBody says: %s', async (value, body) => {
    const gateway = await start({ refusedConnectBody: value }, { $connect: () => ({ statusCode: 401, body: 'why' }) });

    expect(await refusal(gateway.url)).toMatchObject({ status: 401, body });
  });

  it.each([
    ['nothing', 0],
    ['disconnect', 1],
  ] as const)('that $connect refused is followed by what refusedConnect says: %s', async (value, count) => {
    const gateway = await start({ refusedConnect: value }, { ...ROUTES, $connect: () => ({ statusCode: 401 }) });

    await refusal(gateway.url);
    await gateway.running.close();

    expect(gateway.invocationsOf('$disconnect')).toHaveLength(count);
  });
});

describe('the request line and header values of a handshake', () => {
  /** What `ws` sends by itself; names do not count. */
  const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
  const VALUES = [KEY, '13', 'Upgrade', 'websocket', 'permessage-deflate; client_max_window_bits'];

  function padded(url: string, bytes: number): { readonly headers: { readonly 'x-padding': string } } {
    const others = ['GET /dev HTTP/1.1', new URL(url).host, ...VALUES].join('').length;
    return { headers: { 'x-padding': 'x'.repeat(bytes - others) } };
  }

  it.each([
    ['10240', 10_240, 10_241],
    ['16384', 10_241, 17_000],
  ] as const)('may have as many bytes as headerBytes says: %s', async (value, fit, tooLarge) => {
    const gateway = await start({ headerBytes: value });

    await Client.open(gateway.url, padded(gateway.url, fit));

    expect((await refusal(gateway.url, padded(gateway.url, tooLarge))).status).toBe(431);
  });
});

describe('the events of a stage', () => {
  async function eventsWith(behaviours: Partial<GatewayBehaviours>, app: object) {
    const gateway = await TestGateway.start(ROUTES, { behaviours, app });
    const client = await Client.open(gateway.url);
    client.send('hello');
    await gateway.untilInvoked('$default');
    client.socket.close();
    await gateway.untilInvoked('$disconnect');
    return gateway.invokedWith;
  }

  it('have its variables, all three', async () => {
    const events = await eventsWith({}, { stageVariables: { colour: 'red' } });

    expect(events.map(({ stageVariables }) => stageVariables)).toEqual(Array(3).fill({ colour: 'red' }));
  });

  it('without variables have none', async () => {
    for (const event of await eventsWith({}, {})) expect(event).not.toHaveProperty('stageVariables');
  });

  it('without variables have an empty object, when that behaviour is chosen', async () => {
    const events = await eventsWith({ emptyStageVariables: 'empty-object' }, {});

    expect(events.map(({ stageVariables }) => stageVariables)).toEqual([{}, {}, {}]);
  });
});

describe('a message', () => {
  const JOIN = { ...ROUTES, join: () => OK };

  it.each([
    ['off', '$default'],
    ['unquoted-keys', 'join'],
  ] as const)('with unquoted keys goes where lenientJson says: %s', async (value, routeKey) => {
    const gateway = await start({ lenientJson: value }, JOIN);
    const client = await Client.open(gateway.url);

    client.send('{"action":"join", body:"hello"}');

    expect(await gateway.untilInvoked(routeKey)).toMatchObject({ body: '{"action":"join", body:"hello"}' });
  });

  it.each(['$connect', '$disconnect'])('that asks for %s is refused, when that behaviour is chosen', async (action) => {
    const gateway = await start({ reservedKeys: 'forbidden' });
    const client = await Client.open(gateway.url);

    client.send({ action });

    expect(JSON.parse(await client.next())).toMatchObject({ message: 'Forbidden' });
    expect(gateway.invocationsOf('$default')).toEqual([]);
  });
});

describe('parseLenientJson', () => {
  it('reads all JSON as JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parseLenientJson(text)).toEqual(JSON.parse(text))));
  });

  it('reads keys without quotes, and leaves texts alone', () => {
    expect(parseLenientJson('{ action : "join", $a_1:[{b:"{c: 1, d:"}], "e":null }')).toEqual({
      action: 'join',
      $a_1: [{ b: '{c: 1, d:' }],
      e: null,
    });
  });

  it.each(['{action: join}', '{a-b c: 1}', "{'a': 1}", '{a: 1', ''])('refuses %s', (text) => {
    expect(() => parseLenientJson(text)).toThrow(SyntaxError);
  });

  // Were anything read twice, these would take minutes, not milliseconds.
  it.each(['"\\', '"\\"', '{', '{a', '{ ', ',a '])('takes no time for 512 KB of %s', (unit) => {
    const text = `{${unit.repeat((512 * 1024) / unit.length)}`;
    const startedAt = performance.now();

    expect(() => parseLenientJson(text)).toThrow(SyntaxError);

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('an end', () => {
  async function disconnectOf(behaviours: Partial<GatewayBehaviours>, act: (client: Client) => void) {
    const gateway = await start(behaviours);
    const client = await Client.open(gateway.url);
    act(client);
    const { disconnectStatusCode: code, disconnectReason: reason } = (await gateway.untilInvoked('$disconnect'))
      .requestContext;
    return { client, told: { code, reason } };
  }

  it.each([
    ['1006', ''],
    ['1001', 'Going away'],
  ] as const)('without a close frame is reported as vanishedCode says: %s', async (value, reason) => {
    const { told } = await disconnectOf({ vanishedCode: value }, ({ socket }) => socket.terminate());

    expect(told).toEqual({ code: Number(value), reason });
  });

  it.each([
    ['empty', '', ''],
    ['registered-name', 'Unsupported Data', 'Message Too Big'],
  ] as const)('by a violation has the reason that violationReason says: %s', async (violationReason, binary, big) => {
    const first = await disconnectOf({ violationReason }, ({ socket }) => socket.send(Buffer.from('x')));
    const second = await disconnectOf({ violationReason }, ({ socket }) => socket.send('x'.repeat(32 * 1024 + 1)));

    expect([first.told, second.told]).toEqual([
      { code: 1003, reason: binary },
      { code: 1009, reason: big },
    ]);
    expect(await first.client.closed).toEqual({ code: 1003, reason: binary });
  });

  it.each([
    ['1001', 'Going away'],
    ['1000', 'Connection Closed Normally'],
  ] as const)('by the maximum duration has the code that durationCode says: %s', async (durationCode, reason) => {
    const gateway = await TestGateway.start(ROUTES, { behaviours: { durationCode }, limits: { idleMs: 86_400_000 } });
    const client = await Client.open(gateway.url);

    gateway.running.control.advance(7_200_000);

    expect(await client.closed).toEqual({ code: Number(durationCode), reason });
  });

  it.each([
    ['as-reported', 'Connection Closed Normally'],
    ['empty', ''],
  ] as const)('by DELETE reaches the client as deletedFrameReason says: %s', async (value, reason) => {
    const gateway = await start({ deletedFrameReason: value });
    const client = await Client.open(gateway.url);

    await http(gateway, pathOf(gateway), { method: 'DELETE' });

    expect(await client.closed).toEqual({ code: 1000, reason });
    const { requestContext } = await gateway.untilInvoked('$disconnect');
    expect(requestContext.disconnectReason).toBe('Connection Closed Normally');
  });
});

function pathOf({ running }: TestGateway): string {
  return `/dev/@connections/${encodeURIComponent(running.connections()[0]?.connectionId ?? '')}`;
}

describe('@connections', () => {
  it.each([
    ['split', 200],
    ['refuse', 413],
  ] as const)('treats 33 KB as largePost says: %s', async (value, status) => {
    const gateway = await start({ largePost: value });
    await Client.open(gateway.url);

    const whole = await http(gateway, pathOf(gateway), { method: 'POST', body: 'x'.repeat(32 * 1024) });
    const large = await http(gateway, pathOf(gateway), { method: 'POST', body: 'x'.repeat(32 * 1024 + 1) });

    expect([whole.status, large.status]).toEqual([200, status]);
  });

  it.each([
    ['text', false],
    ['binary', true],
  ] as const)('posts in the type of frame that postedFrame says: %s', async (postedFrame, isBinary) => {
    const gateway = await start({ postedFrame });
    const client = await Client.open(gateway.url);

    await http(gateway, pathOf(gateway), { method: 'POST', body: '你好' });

    expect(await client.nextFrame()).toEqual({ text: '你好', isBinary });
  });

  it.each([
    ['missing-token', 'Missing Authentication Token'],
    ['forbidden', 'Forbidden'],
  ] as const)('refuse what is not signed in the words that unsignedBody says: %s', async (unsignedBody, message) => {
    const gateway = await start({ unsignedBody });

    const { status, body } = await http(gateway, '/dev/@connections/any', { method: 'POST', isSigned: false });

    expect({ status, ...JSON.parse(body) }).toEqual({ status: 403, message });
  });

  it.each(['400', '410'] as const)('answers a malformed id as malformedId says: %s', async (status) => {
    const gateway = await start({ malformedId: status });

    expect((await http(gateway, '/dev/@connections/short')).status).toBe(Number(status));
  });
});

describe('a kilobyte', () => {
  it.each([
    ['1024', 32_768],
    ['1000', 32_000],
  ] as const)('has as many bytes as kilobyte says: %s', async (value, bytes) => {
    const gateway = await start({ kilobyte: value });
    const client = await Client.open(gateway.url);

    client.send('x'.repeat(bytes));
    await gateway.untilInvoked('$default');
    client.send('x'.repeat(bytes + 1));

    expect((await client.closed).code).toBe(1009);
  });
});
