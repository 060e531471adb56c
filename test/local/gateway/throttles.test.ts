import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../../../local/gateway/limits';
import { Throttles } from '../../../local/gateway/throttles';
import { TokenBucket } from '../../../local/gateway/token-bucket';
import { Client, closeAll, http, OK, refusal, sdkOf, TestGateway, type TestOptions } from './harness';

afterEach(closeAll);

const ROUTES = {
  $connect: () => OK,
  $disconnect: () => OK,
  join: { handler: () => ({ statusCode: 200, body: 'joined' }), returnsResponse: true },
  leave: { handler: () => ({ statusCode: 200, body: 'left' }), returnsResponse: true },
};

const IDS = '"connectionId":"[A-Za-z0-9_-]{15}=", "requestId":"[A-Za-z0-9_-]{15}="';
const TOO_MANY = new RegExp(`^\\{"message": "Too Many Requests", ${IDS}\\}$`);

/** A clock that the test moves. */
async function start(options: TestOptions) {
  const clock = { now: 1_000_000 };
  const gateway = await TestGateway.start(ROUTES, { ...options, now: () => clock.now });
  return { clock, gateway };
}

const stage = (byDefault: object, ofRoute: Readonly<Record<string, object>> = {}) => ({
  app: { throttling: { byDefault, ofRoute: new Map(Object.entries(ofRoute)) } },
});

async function answers(client: Client, actions: readonly string[]): Promise<readonly string[]> {
  const heard: string[] = [];
  for (const action of actions) {
    client.send({ action });
    const answer = await client.next();
    heard.push(TOO_MANY.test(answer) ? 'throttled' : answer);
  }
  return heard;
}

describe('the throttle of a route', () => {
  it('lets its burst through, answers the rest Too Many Requests, and gives new tokens at its rate', async () => {
    const { clock, gateway } = await start(stage({}, { join: { ratePerSecond: 10, burst: 2 } }));
    const client = await Client.open(gateway.url);

    const first = await answers(client, ['join', 'join', 'join']);
    clock.now += 99;
    const tooSoon = await answers(client, ['join']);
    clock.now += 1;
    const inTime = await answers(client, ['join', 'join']);

    expect(first).toEqual(['joined', 'joined', 'throttled']);
    expect(tooSoon).toEqual(['throttled']);
    expect(inTime).toEqual(['joined', 'throttled']);
    expect(gateway.invocationsOf('join')).toHaveLength(3);
    expect(gateway.running.connections()).toHaveLength(1);
  });

  it('is its own, also where the default one says how much', async () => {
    const { gateway } = await start(stage({ ratePerSecond: 1, burst: 1 }, { leave: { burst: 2 } }));
    const client = await Client.open(gateway.url);

    const heard = await answers(client, ['join', 'join', 'leave', 'leave', 'leave']);

    expect(heard).toEqual(['joined', 'throttled', 'left', 'left', 'throttled']);
  });

  it('is reported with the route', async () => {
    const { gateway } = await start(stage({ burst: 1 }, { join: { burst: 0 } }));
    const client = await Client.open(gateway.url);

    await answers(client, ['join']);

    expect(await gateway.untilReported('join')).toMatchObject({ status: 429, error: 'Too Many Requests' });
  });

  it('is silent, when that behaviour is chosen', async () => {
    const options = { ...stage({}, { join: { burst: 0 } }), behaviours: { throttledMessage: 'nothing' } } as const;
    const { gateway } = await start(options);
    const client = await Client.open(gateway.url);

    client.send({ action: 'join' });
    await gateway.untilReported('join');
    await client.roundTrip();

    expect(client.unheard).toEqual([]);
  });

  it('of $connect refuses the handshake with 429', async () => {
    const { gateway } = await start(stage({}, { $connect: { ratePerSecond: 1, burst: 1 } }));
    await Client.open(gateway.url);

    const refused = await refusal(gateway.url);

    expect(refused).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
    expect(gateway.invocationsOf('$connect')).toHaveLength(1);
  });

  it('never holds back $disconnect', async () => {
    const { gateway } = await start(stage({}, { $disconnect: { burst: 0 } }));
    const client = await Client.open(gateway.url);

    client.socket.close();

    expect(await gateway.untilReported('$disconnect')).toMatchObject({ status: 200 });
  });
});

describe('the throttle of the account', () => {
  const limits = (accountBurst: number) => ({ limits: { accountBurst, accountRequestsPerSecond: 1 } });

  it('counts handshakes, messages and callbacks together', async () => {
    const { clock, gateway } = await start(limits(3));
    const client = await Client.open(gateway.url);
    const [connection] = gateway.running.connections();
    const path = `/dev/@connections/${encodeURIComponent(connection?.connectionId ?? '')}`;

    const heard = await answers(client, ['join']);
    const posted = await http(gateway, path, { method: 'POST', body: 'x' });
    const throttled = await http(gateway, path);
    const refused = await refusal(gateway.url);
    clock.now += 1_000;
    const later = await http(gateway, path);

    expect(heard).toEqual(['joined']);
    expect([posted.status, throttled.status, refused.status, later.status]).toEqual([200, 429, 429, 200]);
    expect(await client.next()).toBe('x');
  });

  it('is a LimitExceededException to the SDK', async () => {
    const { gateway } = await start(limits(1));
    await Client.open(gateway.url);
    const [connection] = gateway.running.connections();
    const sdk = sdkOf(gateway.running.callbackUrl);

    const posting = sdk.send(new PostToConnectionCommand({ ConnectionId: connection?.connectionId, Data: 'x' }));

    await expect(posting).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('counts messages that have no route', async () => {
    const { gateway } = await start(limits(2));
    const client = await Client.open(gateway.url);

    const heard = await answers(client, ['nowhere', 'nowhere']);

    expect(heard).toEqual([expect.stringContaining('"Forbidden"'), 'throttled']);
  });
});

describe("the account's quota of new connections", () => {
  const limits = (connectionsBurst: number) => ({ limits: { connectionsBurst, connectionsPerSecond: 10 } });

  it('is a bucket that messages and callbacks do not touch, and refuses with 429', async () => {
    const { clock, gateway } = await start(limits(2));
    const client = await Client.open(gateway.url);
    const heard = await answers(client, ['join', 'join', 'join']);
    await Client.open(gateway.url);

    const refused = await refusal(gateway.url);
    clock.now += 99;
    const tooSoon = await refusal(gateway.url);
    clock.now += 1;
    await Client.open(gateway.url);
    const again = await refusal(gateway.url);

    expect(heard).toEqual(['joined', 'joined', 'joined']);
    expect([refused, tooSoon, again]).toMatchObject(
      Array(3).fill({ status: 429, body: '{"message":"Too Many Requests"}' }),
    );
    expect(gateway.invocationsOf('$connect')).toHaveLength(3);
  });

  it('counts a handshake that $connect refuses, and none to another stage', async () => {
    const clock = { now: 0 };
    const routes = { $connect: () => ({ statusCode: 401 }) };
    const gateway = await TestGateway.start(routes, { ...limits(1), now: () => clock.now });

    const elsewhere = await refusal(gateway.url.replace('/dev', '/elsewhere'));
    const answers = [await refusal(gateway.url), await refusal(gateway.url)];

    expect([elsewhere, ...answers].map(({ status }) => status)).toEqual([403, 401, 429]);
  });

  it('is 500 a second', () => {
    const clock = { now: 0 };
    const throttles = new Throttles({}, DEFAULT_LIMITS, () => clock.now);
    const admitted = () => Array.from({ length: 1_000 }, () => throttles.admitsConnection()).filter(Boolean).length;

    const first = admitted();
    clock.now += 1_000;

    expect([first, admitted()]).toEqual([500, 500]);
  });
});

describe('a token bucket', () => {
  it('gives its burst and its rate at the most, whatever the clock does', () => {
    const steps = fc.array(fc.integer({ min: -500, max: 2_000 }), { maxLength: 50 });
    const rate = fc.record({ ratePerSecond: fc.integer({ min: 0, max: 20 }), burst: fc.integer({ min: 0, max: 10 }) });
    fc.assert(
      fc.property(steps, rate, (elapsed, { ratePerSecond, burst }) => {
        let [now, forward, taken] = [0, 0, 0];
        const bucket = new TokenBucket({ ratePerSecond, burst }, () => now);

        for (const ms of elapsed) {
          now += ms;
          forward += Math.max(ms, 0);
          while (bucket.take()) taken += 1;
        }

        expect(taken).toBeLessThanOrEqual(burst + (forward / 1_000) * ratePerSecond + 1e-6);
      }),
    );
  });

  it('loses nothing to a clock that is set back', () => {
    let now = 10_000;
    const bucket = new TokenBucket({ ratePerSecond: 1, burst: 2 }, () => now);

    now = 0;

    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
  });

  it('without bounds always gives', () => {
    const bucket = new TokenBucket({ ratePerSecond: Infinity, burst: Infinity }, () => 0);

    expect(Array.from({ length: 10_000 }, () => bucket.take())).not.toContain(false);
  });
});
