import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, closeAll, deferred, OK, TestGateway, type TestRoutes } from './harness';

afterEach(closeAll);

const IDS = '"connectionId":"[A-Za-z0-9_-]{15}=", "requestId":"[A-Za-z0-9_-]{15}="';
const frame = (message: string) => new RegExp(`^\\{"message": "${message}", ${IDS}\\}$`);

async function connected(routes: TestRoutes, options: Parameters<typeof TestGateway.start>[1] = {}) {
  const gateway = await TestGateway.start(routes, options);
  return { gateway, client: await Client.open(gateway.url) };
}

describe('a message', () => {
  it('without a route is answered Forbidden, and the connection stays', async () => {
    const { client, gateway } = await connected({ join: () => OK });

    client.send({ action: 'leave' });
    const answer = await client.next();
    client.send('no JSON');
    const second = await client.next();

    expect(answer).toMatch(frame('Forbidden'));
    expect(second).toMatch(frame('Forbidden'));
    expect(gateway.running.connections()).toHaveLength(1);
  });

  it('that asks for $connect does not get there', async () => {
    const { client, gateway } = await connected({ $connect: () => OK, $default: () => OK });

    client.send({ action: '$connect' });
    await gateway.untilInvoked('$default');

    expect(gateway.invocationsOf('$connect')).toHaveLength(1);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no')), 502],
    ['times out', () => ({ outcome: 'timed-out' }), 504],
    ['answers nonsense', () => 'nonsense', 502],
    ['returns nothing', () => undefined, 502],
    ['is throttled', () => ({ outcome: 'failed', errorType: 'TooManyRequestsException', errorMessage: '' }), 500],
  ])('whose Lambda %s is answered Internal server error, even on a one-way route', async (_name, handler, status) => {
    const { client, gateway } = await connected({ join: handler });

    client.send({ action: 'join' });
    const answer = await client.next();

    expect(answer).toMatch(frame('Internal server error'));
    expect(await gateway.untilReported('join')).toMatchObject({ status, error: expect.any(String) });
  });

  it('whose integration times out is answered so, and the Lambda keeps running', async () => {
    const finish = deferred<typeof OK>();
    const { client, gateway } = await connected({ join: { handler: () => finish.promise, integrationTimeoutMs: 50 } });

    client.send({ action: 'join' });
    const answer = await client.next();
    finish.resolve(OK);

    expect(answer).toMatch(frame('Endpoint request timed out'));
    expect(await gateway.untilReported('join')).toMatchObject({ status: 504 });
  });
});

describe('a one-way route', () => {
  it.each([200, 301, 401, 501])('sends nothing when its Lambda returns %d', async (statusCode) => {
    const { client, gateway } = await connected({ join: () => ({ statusCode, body: 'unseen' }) });

    client.send({ action: 'join' });
    const { status } = await gateway.untilReported('join');
    await client.roundTrip();

    expect(status).toBe(statusCode);
    expect(client.unheard).toEqual([]);
  });
});

describe('a route with a response', () => {
  const returning = (result: unknown) => ({ join: { handler: () => result, returnsResponse: true } });

  it('sends the body of its Lambda, as text', async () => {
    const { client } = await connected(returning({ statusCode: 200, body: 'grüezi' }));

    client.send({ action: 'join' });

    expect(await client.nextFrame()).toEqual({ text: 'grüezi', isBinary: false });
  });

  it('sends nothing when there is no body', async () => {
    const { client, gateway } = await connected(returning(OK));

    client.send({ action: 'join' });
    await gateway.untilReported('join');
    await client.roundTrip();

    expect(client.unheard).toEqual([]);
  });

  it('replaces the body by an error unless the status is 2xx', async () => {
    const { client } = await connected(returning({ statusCode: 400, body: 'no' }));

    client.send({ action: 'join' });

    expect(await client.next()).toMatch(frame('Internal server error'));
  });

  it('sends the body whatever the status, when that behaviour is chosen', async () => {
    const { client } = await connected(returning({ statusCode: 400, body: 'no' }), {
      behaviours: { refusedRouteResponse: 'body' },
    });

    client.send({ action: 'join' });

    expect(await client.next()).toBe('no');
  });

  it('sends 128 KB, and an error instead of one byte more', async () => {
    const join = { handler: ({ body = '' }) => ({ statusCode: 200, body: 'x'.repeat(JSON.parse(body).bytes) }) };
    const { client } = await connected({ join: { ...join, returnsResponse: true } });

    client.send({ action: 'join', bytes: 131_072 });
    const whole = await client.next();
    client.send({ action: 'join', bytes: 131_073 });
    const error = await client.next();

    expect(whole).toHaveLength(131_072);
    expect(error).toMatch(frame('Internal server error'));
  });
});

describe('messages of one connection', () => {
  it('run side by side and may overtake each other', async () => {
    const first = deferred<{ statusCode: number; body: string }>();
    const { client, gateway } = await connected({
      slow: { handler: () => first.promise, returnsResponse: true },
      fast: { handler: () => ({ statusCode: 200, body: 'fast' }), returnsResponse: true },
    });

    client.send({ action: 'slow' });
    await gateway.untilInvoked('slow');
    client.send({ action: 'fast' });
    const earlier = await client.next();
    first.resolve({ statusCode: 200, body: 'slow' });

    expect([earlier, await client.next()]).toEqual(['fast', 'slow']);
  });

  it('beyond the bound wait, and all of them run in the end', async () => {
    const releases: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const handler = async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => releases.push(resolve));
      running -= 1;
      return OK;
    };
    const { client, gateway } = await connected({ join: handler }, { limits: { messagesInFlight: 3 } });

    for (let index = 0; index < 10; index += 1) client.send({ action: 'join', index });
    for (let index = 0; index < 10; index += 1) {
      await gateway.untilInvoked('join', index + 1);
      releases[index]?.();
    }
    await gateway.untilReported('join', 10);

    const bodies = gateway.invocationsOf('join').map(({ body = '' }) => JSON.parse(body).index);
    expect(bodies).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('a client that sends more than may run', () => {
  it('is held back by TCP until its messages have run', async () => {
    const release = deferred<typeof OK>();
    const { client, gateway } = await connected({ join: () => release.promise }, { limits: { messagesInFlight: 1 } });
    const large = JSON.stringify({ action: 'join', text: 'x'.repeat(32_000) });
    let isFlushed = false;

    for (let index = 0; index < 600; index += 1) client.send(large);
    const flushed = new Promise<void>((resolve) => client.socket.send(large, () => resolve()));
    void flushed.then(() => {
      isFlushed = true;
    });
    const other = await Client.open(gateway.url);
    for (let index = 0; index < 300; index += 1) await other.roundTrip();
    const wasFlushed = isFlushed;
    release.resolve(OK);
    await flushed;
    await gateway.untilReported('join', 601);

    expect(wasFlushed).toBe(false);
  });
});

describe('the report of an event', () => {
  it('has the units of its invocation, and the user from the last structured log line', async () => {
    const logs = [
      { stream: 'stdout', text: '{"userId":"ann"}' },
      { stream: 'stdout', text: '{"userId":"bob","outcome":"busy"}' },
      { stream: 'stdout', text: '{"userId":42}' },
      { stream: 'stdout', text: '{broken' },
      { stream: 'stderr', text: '{"userId":"eve"}' },
    ];
    const join = () => ({ outcome: 'returned', payload: OK, logs, coldStart: true, durationMs: 12 });
    const { client, gateway } = await connected({ join }, { now: () => 1_000 });

    client.send({ action: 'join' });

    const { requestContext } = await gateway.untilInvoked('join');
    expect(await gateway.untilReported('join')).toEqual({
      at: 1_000,
      routeKey: 'join',
      connectionId: requestContext.connectionId,
      requestId: requestContext.requestId,
      userId: 'bob',
      outcome: 'busy',
      status: 200,
      durationMs: 12,
      coldStart: true,
      readUnits: 1,
      writeUnits: 2,
      databaseRequests: 3,
      logs,
    });
  });
});
