import { Socket } from 'node:net';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CallbackClient, type CallbackRequest } from '../../../src/adapters/api-gateway/callback-client';
import { exchange } from '../../../src/adapters/api-gateway/exchange';
import { signerOf } from '../../../src/adapters/api-gateway/sign';
import { CALLBACK_PATIENCE, createSocketsClient, socketsOf } from '../../../src/adapters/api-gateway/sockets';
import type { ConnectionId } from '../../../src/protocol/ids';
import { PUSHES_PARALLEL_MAX } from '../../../src/protocol/limits';
import { silentMeter } from '../../tooling/silent-meter';
import { CallbackServer } from './callback-server';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/token==' };
const COMMANDS = { POST: PostToConnectionCommand, GET: GetConnectionCommand, DELETE: DeleteConnectionCommand };
const TEXT = '{"text":"grüezi"}';

let server: CallbackServer;

beforeAll(async () => {
  server = await CallbackServer.start();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  });
});
beforeEach(() => {
  server.forget();
  // Both draw their waits: nobody waits.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.useRealTimers();
});
afterAll(() => {
  server.close();
  jest.restoreAllMocks();
});

const ours = (socketsMax = 50) => new CallbackClient({ callbackUrl: server.url, socketsMax, ...CALLBACK_PATIENCE });
const sdk = () =>
  new ApiGatewayManagementApiClient({
    ...{ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 2 },
  });

/** The error's name and words, or `fine`; and how often the server was asked. */
async function outcomeOf(ask: () => Promise<unknown>) {
  server.forget();
  const said = await ask().then(
    () => 'fine',
    ({ name, message }: Error) => {
      // Node's errors are none of Jest's, so here the SDK wraps them.
      const [, wrapped, words] = /^AWS SDK error wrapper for (\w+): (.*)$/.exec(message) ?? [];
      return { name: wrapped ?? name, message: words ?? message };
    },
  );
  return { said, requests: server.requests.length };
}

const ourOutcome = (client: CallbackClient, request: CallbackRequest) => outcomeOf(() => client.send(request));

function sdkOutcome(client: ApiGatewayManagementApiClient, { method, connectionId, body }: CallbackRequest) {
  const input = { ConnectionId: connectionId, ...(body && { Data: Buffer.from(body) }) };
  return outcomeOf(() => client.send(new COMMANDS[method](input as never) as never));
}

describe('our client of @connections', () => {
  const fates = [
    'fine',
    'gone',
    'limited',
    'forbidden',
    'tooLarge',
    'broken',
    'brokenOnce',
    'away',
    'reset',
    'resetOnce',
  ];
  const methods = Object.keys(COMMANDS) as CallbackRequest['method'][];

  it.each(methods.flatMap((method) => fates.map((connectionId) => ({ method, connectionId }))))(
    'says and does what the SDK does: $method, $connectionId',
    async ({ method, connectionId }) => {
      const request = { method, connectionId, ...(method === 'POST' && { body: TEXT }) };

      const [mine, theirs] = [await ourOutcome(ours(), request), await sdkOutcome(sdk(), request)];

      expect(mine).toEqual(theirs);
      expect(mine.requests).toBe(/limited|broken|away|reset/.test(connectionId) ? 2 : 1);
    },
  );

  it('calls a broken connection TimeoutError, as the SDK does, and a 410 GoneException', async () => {
    const client = ours();

    expect(await ourOutcome(client, { method: 'POST', connectionId: 'reset' })).toMatchObject({
      said: { name: 'TimeoutError' },
    });
    expect(await ourOutcome(client, { method: 'GET', connectionId: 'gone' })).toMatchObject({
      said: { name: 'GoneException' },
    });
  });

  it('stops trying again when nothing succeeds any more, where the SDK does, and begins again after successes', async () => {
    const total = async (ask: (id: string) => Promise<{ readonly requests: number }>, id: string, times: number) => {
      let requests = 0;
      for (let time = 0; time < times; time++) requests += (await ask(id)).requests;
      return requests;
    };
    const [mine, theirs] = [ours(), sdk()];
    const askOurs = (connectionId: string) => ourOutcome(mine, { method: 'GET', connectionId });
    const askSdk = (connectionId: string) => sdkOutcome(theirs, { method: 'GET', connectionId });

    for (const [id, times, expected] of [
      ['broken', 60, 60 + 35],
      ['fine', 28, 28],
      ['broken', 5, 5 + 2],
    ] as const) {
      expect(await total(askOurs, id, times)).toBe(expected);
      expect(await total(askSdk, id, times)).toBe(expected);
    }
  });

  it('signs what it sends, with the role’s token', async () => {
    await ours().send({ method: 'POST', connectionId: 'Ab+c/d!=', body: TEXT });

    const [{ url = '', headers } = {}] = server.requests;
    const { authorization, 'x-amz-date': time } = headers ?? {};
    const sign = signerOf({ credentials: CREDENTIALS, region: 'us-east-1', service: 'execute-api' });
    const sent = { host: String(headers?.host), 'content-type': String(headers?.['content-type']) };
    expect(url).toBe('/dev/@connections/Ab%2Bc%2Fd%21%3D');
    expect(headers).toMatchObject({ 'x-amz-security-token': 'a/token==', 'content-length': '18' });
    expect(sign({ method: 'POST', path: url, headers: sent, body: TEXT }, dateOf(String(time))).authorization).toBe(
      authorization,
    );
  });

  it('says what it misses, when there are no credentials', async () => {
    const { AWS_SECRET_ACCESS_KEY } = process.env;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    const post = ours().send({ method: 'POST', connectionId: 'fine', body: TEXT });

    await expect(post).rejects.toThrow('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.');
    process.env.AWS_SECRET_ACCESS_KEY = AWS_SECRET_ACCESS_KEY;
  });
});

describe('many posts', () => {
  it('have no more sockets than they may, which the next ones find open', async () => {
    const client = ours(8);
    const burst = () =>
      Promise.all(Array.from({ length: 100 }, () => client.send({ method: 'POST', connectionId: 'fine', body: TEXT })));

    await burst();
    await burst();

    expect(server.requests).toHaveLength(200);
    expect(server.connections).toBe(8);
    expect(server.inFlightMax).toBeLessThanOrEqual(8);
  });

  it(`have ${PUSHES_PARALLEL_MAX} sockets in a Lambda, and one for posts that follow each other`, async () => {
    const report = (cause: unknown) => {
      throw cause;
    };
    const { push } = socketsOf(createSocketsClient(server.url), { meter: silentMeter, report });
    const id = 'fine' as ConnectionId;

    for (let post = 0; post < 10; post++) expect(await push(id, TEXT)).toBe('delivered');
    expect(server.connections).toBe(1);
    await Promise.all(Array.from({ length: 5 * PUSHES_PARALLEL_MAX }, () => push(id, TEXT)));

    expect(server.connections).toBe(PUSHES_PARALLEL_MAX);
    expect(server.inFlightMax).toBeLessThanOrEqual(PUSHES_PARALLEL_MAX);
  });
});

describe('a request that gets no answer', () => {
  const onlyTimeouts = { doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] } as const;
  const { answerMs, connectMs } = CALLBACK_PATIENCE;

  it('is given up after its time, tried once more, and is then a TimeoutError', async () => {
    jest.useFakeTimers({ doNotFake: [...onlyTimeouts.doNotFake] });
    const settled = jest.fn();
    const heard = server.heard();
    const post = ours().send({ method: 'POST', connectionId: 'silent', body: TEXT });
    post.catch(settled);

    await heard;
    const again = server.heard();
    jest.advanceTimersByTime(answerMs - 1);
    expect(server.requests).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    while (server.requests.length < 2) await Promise.race([again, jest.advanceTimersByTimeAsync(1)]);
    expect(settled).not.toHaveBeenCalled();
    jest.advanceTimersByTime(answerMs);

    await expect(post).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.requests).toHaveLength(2);
  });

  it('has less time to find a connection', async () => {
    jest.useFakeTimers({ doNotFake: [...onlyTimeouts.doNotFake] });
    const nowhere = Object.assign(new Socket(), { connecting: true });
    const options = { protocol: 'http:', createConnection: () => nowhere };

    const asked = exchange(options, '', CALLBACK_PATIENCE);
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(connectMs);

    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

/** `20150830T123600Z`, which no Date reads. */
function dateOf(time: string): Date {
  return new Date(time.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
}
