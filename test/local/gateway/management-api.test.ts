import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, closeAll, deferred, http, OK, sdkOf, TestGateway } from './harness';

afterEach(closeAll);

const ROUTES = { $disconnect: () => OK };
const NOBODY = 'AAAAAAAAAAAAAAA=';

async function connected(options: Parameters<typeof TestGateway.start>[1] = {}) {
  const gateway = await TestGateway.start(ROUTES, options);
  const client = await Client.open(gateway.url, { headers: { 'User-Agent': 'test/1' } });
  const ConnectionId = gateway.running.connections()[0]?.connectionId ?? '';
  return { gateway, client, ConnectionId, sdk: sdkOf(gateway.running.callbackUrl) };
}

const pathOf = (id: string) => `/dev/@connections/${encodeURIComponent(id)}`;

describe('PostToConnection', () => {
  it('arrives as a text message', async () => {
    const { client, ConnectionId, sdk } = await connected();

    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('{"text":"grüezi"}') }));

    expect(await client.nextFrame()).toEqual({ text: '{"text":"grüezi"}', isBinary: false });
  });

  it('of 128 KB arrives whole, in frames of up to 32 KB; one byte more is PayloadTooLargeException', async () => {
    const { client, ConnectionId, sdk } = await connected();
    const longest = 'ü'.repeat(65_536);

    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(longest) }));
    const tooLong = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(`${longest}x`) }));

    await expect(tooLong).rejects.toBeInstanceOf(PayloadTooLargeException);
    expect(await client.next()).toBe(longest);
  });

  it('is GoneException, with an empty body, for a connection that never was', async () => {
    const { gateway, sdk } = await connected();

    const post = sdk.send(new PostToConnectionCommand({ ConnectionId: NOBODY, Data: Buffer.from('x') }));

    await expect(post).rejects.toBeInstanceOf(GoneException);
    const reply = await http(gateway, pathOf(NOBODY), { method: 'POST', body: 'x' });
    expect(reply).toMatchObject({ status: 410, body: '' });
    expect(reply.headers['x-amzn-errortype']).toBe('GoneException');
  });

  it('is GoneException while $connect runs, though the id is real', async () => {
    const connect = deferred<typeof OK>();
    const gateway = await TestGateway.start({ $connect: () => connect.promise });
    const opening = Client.open(gateway.url);
    const { connectionId } = (await gateway.untilInvoked('$connect')).requestContext;
    const path = pathOf(connectionId);

    const during = await http(gateway, path, { method: 'POST', body: 'early' });
    connect.resolve(OK);
    const client = await opening;
    const after = await http(gateway, path, { method: 'POST', body: 'later' });

    expect([during.status, after.status]).toEqual([410, 200]);
    expect(await client.next()).toBe('later');
  });

  it('is GoneException inside $disconnect', async () => {
    const status = deferred<number>();
    const gateway: TestGateway = await TestGateway.start({
      $disconnect: async ({ requestContext }) => {
        status.resolve((await http(gateway, pathOf(requestContext.connectionId), { method: 'POST' })).status);
        return OK;
      },
    });
    const client = await Client.open(gateway.url);

    client.socket.close();

    expect(await status.promise).toBe(410);
  });

  it('is LimitExceededException once the client has stopped reading for too long', async () => {
    const { client, ConnectionId, sdk } = await connected({ limits: { clientBufferBytes: 1024 } });
    const Data = Buffer.alloc(131_072, 'x');
    client.socket.pause();

    const flood = async () => {
      for (let post = 0; post < 1_000; post += 1) await sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
    };

    await expect(flood()).rejects.toBeInstanceOf(LimitExceededException);
  });
});

describe('GetConnection', () => {
  it('tells when and from where the client came, and when it was last active', async () => {
    let now = 1_700_000_000_000;
    const { client, gateway, ConnectionId, sdk } = await connected({ now: () => now });
    now += 5_000;
    client.send('x');
    await client.next();

    const connection = await sdk.send(new GetConnectionCommand({ ConnectionId }));

    expect(connection).toMatchObject({
      ConnectedAt: new Date(1_700_000_000_000),
      LastActiveAt: new Date(1_700_000_005_000),
      Identity: { SourceIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), UserAgent: 'test/1' },
    });
    const { body } = await http(gateway, pathOf(ConnectionId));
    expect(Object.keys(JSON.parse(body))).toEqual(['connectedAt', 'identity', 'lastActiveAt']);
  });

  it('is GoneException after the client has left', async () => {
    const { client, gateway, ConnectionId, sdk } = await connected();
    client.socket.terminate();
    await gateway.untilReported('$disconnect');

    const get = sdk.send(new GetConnectionCommand({ ConnectionId }));

    await expect(get).rejects.toBeInstanceOf(GoneException);
  });
});

describe('DeleteConnection', () => {
  it('closes with 1000, tells $disconnect so, and is GoneException the second time', async () => {
    const { client, gateway, ConnectionId, sdk } = await connected();

    const first = await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    const second = sdk.send(new DeleteConnectionCommand({ ConnectionId }));

    await expect(second).rejects.toBeInstanceOf(GoneException);
    expect(first.$metadata.httpStatusCode).toBe(204);
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect((await gateway.untilInvoked('$disconnect')).requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    });
  });
});

describe('a path of @connections', () => {
  it.each(['@', '%40'])('may begin with %s', async (sign) => {
    const { gateway, ConnectionId } = await connected();

    const reply = await http(gateway, `/dev/${sign}connections/${encodeURIComponent(ConnectionId)}`);

    expect(reply.status).toBe(200);
  });

  it('with another stage is ForbiddenException', async () => {
    const { gateway, ConnectionId } = await connected();
    const sdk = sdkOf(gateway.running.callbackUrl.replace('/dev', '/prod'));

    const post = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('x') }));

    await expect(post).rejects.toMatchObject({ name: 'ForbiddenException', $metadata: { httpStatusCode: 403 } });
  });

  it.each(['cjy8i76bx002884le6n17d49b', 'AAAAAAAAAAAAAAAA', '%zz', '%00'])(
    'with the malformed id %s is BadRequestException',
    async (id) => {
      const { gateway } = await connected();

      const reply = await http(gateway, `/dev/@connections/${id}`, { method: 'POST' });

      expect(reply.status).toBe(400);
      expect(reply.headers['x-amzn-errortype']).toBe('BadRequestException');
      expect(JSON.parse(reply.body).message).toMatch(/^Invalid connectionId: /);
    },
  );

  it('refuses other methods', async () => {
    const { gateway, ConnectionId } = await connected();

    const reply = await http(gateway, pathOf(ConnectionId), { method: 'PUT', body: 'x' });

    expect(reply.status).toBe(403);
  });

  it.each([
    ['refuse', 403],
    ['accept', 200],
  ] as const)('unsigned: %s', async (unsignedCallbacks, status) => {
    const { gateway, ConnectionId } = await connected({ behaviours: { unsignedCallbacks } });

    const reply = await http(gateway, pathOf(ConnectionId), { method: 'POST', body: 'x', isSigned: false });

    expect(reply.status).toBe(status);
  });
});
