import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { GatewayOptions } from '../../../local/gateway/gateway';
import { LambdaFunction } from '../../../local/lambda/lambda-function';
import { Client, closeAll, refusal, TestGateway } from './harness';

const lambdas = new Map<string, LambdaFunction>();
const environment: Record<string, string> = {};

afterEach(async () => {
  await closeAll();
  await Promise.all(Array.from(lambdas.values(), (lambda) => lambda.close()));
  lambdas.clear();
});

/** Route keys are function ids here; the handlers' names are the same without the dollar sign. */
function lambdaOf(routeKey: string): LambdaFunction {
  const known = lambdas.get(routeKey);
  if (known) return known;
  const lambda = new LambdaFunction(
    {
      logicalId: routeKey,
      functionName: `Stack-${routeKey.replace('$', '')}`,
      codeDirectory: join(__dirname, '../../fixtures/local/chat'),
      handler: `index.${routeKey.replace('$', '')}`,
      environment: {},
      timeoutMs: routeKey === 'spins' ? 100 : 5_000,
      memoryMb: 128,
    },
    { extraEnvironment: environment },
  );
  lambdas.set(routeKey, lambda);
  return lambda;
}

const unused = () => undefined;

async function startChat(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const routes = { $connect: unused, $disconnect: unused, push: unused, spins: unused };
  const gateway = await TestGateway.start(
    { ...routes, echo: { handler: unused, returnsResponse: true } },
    { functionOf: lambdaOf, ...options },
  );
  environment.CALLBACK = gateway.running.callbackUrl;
  return gateway;
}

describe('a gateway in front of real functions', () => {
  it('connects, replies, pushes and disconnects', async () => {
    const gateway = await startChat();
    const client = await Client.open(gateway.url);

    client.send({ action: 'echo', text: 'hello' });
    const reply = await client.next();
    client.send({ action: 'push' });
    const pushed = await client.next();
    client.socket.close(4000);
    const report = await gateway.untilReported('$disconnect');

    expect([reply, pushed]).toEqual(['{"echo":"hello"}', 'pushed']);
    expect(report).toMatchObject({ status: 200, userId: 'ann', coldStart: true, readUnits: 1 });
    expect(JSON.parse(report.logs[0]?.text ?? '')).toMatchObject({ code: 4000 });
  });

  it('goes on after a Lambda that ran out of time', async () => {
    const gateway = await startChat();
    const client = await Client.open(gateway.url);

    client.send({ action: 'spins' });
    const error = await client.next();
    client.send({ action: 'echo', text: 'still here' });

    expect(JSON.parse(error)).toMatchObject({ message: 'Internal server error' });
    expect(await client.next()).toBe('{"echo":"still here"}');
    expect(await gateway.untilReported('spins')).toMatchObject({ status: 504, error: 'Task timed out' });
  });

  it('lets in whom its authorizer lets in, and answers 401 to whom it calls Unauthorized', async () => {
    const authorizer = { functionId: 'check', identitySources: ['route.request.querystring.token'] };
    const routes = { $connect: { handler: unused, authorizer } };
    const gateway = await TestGateway.start(routes, { functionOf: lambdaOf });

    const thrown = await refusal(`${gateway.url}?token=thrown`);
    const calledBack = await refusal(`${gateway.url}?token=called-back`);
    await Client.open(`${gateway.url}?token=ann`);

    expect([thrown.status, calledBack.status]).toEqual([401, 401]);
    expect(gateway.events.map(({ routeKey, status }) => [routeKey, status])).toEqual([
      ['$authorizer', 401],
      ['$authorizer', 401],
      ['$authorizer', 200],
      ['$connect', 200],
    ]);
  });

  it('takes the units of the environment that ran, once per invocation', async () => {
    const taken: string[] = [];
    const takeUnits = (accessKeyId: string) => {
      taken.push(accessKeyId);
      return { readUnits: 0, writeUnits: 0, databaseRequests: 0 };
    };
    const gateway = await startChat({ takeUnits });
    const client = await Client.open(gateway.url);

    client.send({ action: 'echo', text: 'a' });
    await gateway.untilReported('echo');
    client.send({ action: 'echo', text: 'b' });
    await gateway.untilReported('echo', 2);

    const [connect, first, second] = taken;
    expect(taken).toHaveLength(3);
    expect(second).toBe(first);
    expect(connect).not.toBe(first);
  });
});
