import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, closeAll, deferred, http, OK, refusal, TestGateway } from './harness';

afterEach(closeAll);

const NOTHING = { SampleCount: 0, Sum: 0, Minimum: 0, Maximum: 0 };

describe('the metrics of a gateway', () => {
  it('are all nought at first', async () => {
    const { running } = await TestGateway.start({});

    const zeros = { ConnectCount: 0, MessageCount: 0, IntegrationError: 0, ClientError: 0, ExecutionError: 0 };
    expect(running.metrics()).toEqual({ ...zeros, IntegrationLatency: NOTHING });
  });

  it('count messages in both directions, the pushed ones too', async () => {
    const echo = { handler: () => ({ statusCode: 200, body: 'echo' }), returnsResponse: true };
    const gateway = await TestGateway.start({ $connect: () => OK, echo });
    const client = await Client.open(gateway.url);
    const [connection] = gateway.running.connections();

    client.send({ action: 'echo' });
    await client.next();
    const path = `/dev/@connections/${encodeURIComponent(connection?.connectionId ?? '')}`;
    await http(gateway, path, { method: 'POST', body: 'pushed' });
    await client.next();

    expect(gateway.running.metrics()).toMatchObject({ ConnectCount: 1, MessageCount: 3, ClientError: 0 });
  });

  it('tell errors of integrations from failed calls, and from errors of clients', async () => {
    const gateway = await TestGateway.start({
      teapot: () => ({ statusCode: 418 }),
      moved: () => ({ statusCode: 301 }),
      throws: () => Promise.reject(new Error('no')),
      nonsense: () => 'nonsense',
    });
    const client = await Client.open(gateway.url);

    for (const action of ['teapot', 'moved', 'throws', 'nonsense', 'nowhere']) client.send({ action });
    for (let answers = 0; answers < 3; answers += 1) await client.next();
    await refusal(gateway.url.replace('/dev', '/prod'));

    const counted = { IntegrationError: 1, ExecutionError: 2, ClientError: 2, ConnectCount: 0, MessageCount: 8 };
    expect(gateway.running.metrics()).toMatchObject(counted);
  });

  it('have the latency of Lambdas, by the clock, and none of MOCK integrations', async () => {
    const [first, second] = [deferred<typeof OK>(), deferred<typeof OK>()];
    const clock = { now: 1_000 };
    const mock = { request: { templates: {}, selection: '' }, responses: [] };
    const gateway = await TestGateway.start(
      { first: () => first.promise, second: () => second.promise, third: { handler: () => OK, mock } },
      { now: () => clock.now },
    );
    const client = await Client.open(gateway.url);

    for (const action of ['first', 'second', 'third']) client.send({ action });
    await gateway.untilReported('third');
    clock.now += 30;
    first.resolve(OK);
    await gateway.untilReported('first');
    clock.now += 20;
    second.resolve(OK);
    await gateway.untilReported('second');
    await client.roundTrip();

    const latency = { SampleCount: 2, Sum: 80, Minimum: 30, Maximum: 50 };
    expect(gateway.running.metrics().IntegrationLatency).toEqual(latency);
  });

  it('count what an authorizer denied as an error of the client, and do not count a $connect', async () => {
    const $connect = { handler: () => OK, authorizer: { functionId: 'check', identitySources: [] } };
    const check = () => ({ principalId: 'ann', policyDocument: { Statement: [] } });
    const gateway = await TestGateway.start({ $connect }, { functions: { check } });

    await refusal(gateway.url);

    expect(gateway.running.metrics()).toMatchObject({ ClientError: 1, ConnectCount: 0 });
  });
});

describe('what never reaches a Lambda', () => {
  const nothing = { durationMs: 0, coldStart: false, readUnits: 0, writeUnits: 0, databaseRequests: 0, logs: [] };

  it.each([
    ['to another stage', '/prod', 403, 'Forbidden'],
    ['with a URL that is too long', `/dev?${'x'.repeat(4096)}`, 414, 'URI Too Long'],
  ])('is reported: an upgrade %s', async (_name, path, status, error) => {
    const gateway = await TestGateway.start({ $connect: () => OK }, { now: () => 1_000 });

    await refusal(`ws://localhost:${gateway.running.port}${path}`);

    const ids = { connectionId: '', requestId: expect.stringMatching(/=$/) };
    expect(gateway.events).toEqual([{ at: 1_000, routeKey: '$connect', ...ids, status, error, ...nothing }]);
  });

  it('is reported: a message without a route', async () => {
    const gateway = await TestGateway.start({}, { now: () => 1_000 });
    const client = await Client.open(gateway.url);

    client.send({ action: 'nowhere' });
    const { connectionId, requestId } = JSON.parse(await client.next());

    const report = { at: 1_000, routeKey: '-', connectionId, requestId, status: 403, ...nothing };
    expect(gateway.events).toEqual([{ ...report, error: 'Forbidden: no route matches' }]);
  });
});
