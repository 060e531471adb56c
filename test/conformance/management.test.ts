import { randomUUID } from 'node:crypto';
import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { bytes } from './bytes';
import { Clients } from './client';
import { holdFacts } from './hold-facts';
import { Management } from './management';
import { managementFacts } from './outside-facts';
import { settle } from './settle';
import { describeTarget } from './target';

const MESSAGE_BYTES = 128 * 1024;

/** Of the right form, and nobody's. */
const NOBODY = 'AAAAAAAAAAAAAAA=';

describeTarget('core', '@connections', (target) => {
  const clients = new Clients(target);
  let management: Management;
  let sdk: ApiGatewayManagementApiClient;

  beforeAll(() => {
    management = new Management(target());
    sdk = management.client;
  });

  afterEach(() => clients.closeAll());

  holdFacts(managementFacts, target, clients);

  const post = (ConnectionId: string, text: string) => new PostToConnectionCommand({ ConnectionId, Data: bytes(text) });

  it('§5 › POST sends its body to the client, and answers with an empty 200', async () => {
    const client = await clients.open();
    const text = `你好 ${randomUUID()}`;

    await sdk.send(post(await client.connectionId(), text));

    expect(management.answer).toMatchObject({ statusCode: 200 });
    expect(await client.next()).toBe(text);
  });

  it('§5 [U] › a post arrives as a text frame', async () => {
    const client = await clients.open();

    await sdk.send(post(await client.connectionId(), 'text'));

    settle('postedFrame', (await client.nextFrame()).isBinary ? 'binary' : 'text');
  });

  it('§1.3.9 › posts of which each waits for the one before arrive in their order', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();
    const texts = Array.from({ length: 10 }, (_, index) => `post ${index}`);

    for (const text of texts) await sdk.send(post(connectionId, text));

    for (const text of texts) expect(await client.next()).toBe(text);
  });

  it('§5 › GET tells when and from where the client came, in types that the SDK understands', async () => {
    const before = Date.now();
    const client = await clients.open({ headers: { 'User-Agent': 'conformance' } });
    const connectionId = await client.connectionId();

    const { ConnectedAt, Identity, LastActiveAt } = await sdk.send(
      new GetConnectionCommand({ ConnectionId: connectionId }),
    );

    expect(management.answer?.statusCode).toBe(200);
    expect(Identity).toEqual({ SourceIp: expect.stringMatching(/^[\d.]+$|:/), UserAgent: 'conformance' });
    // The clock of another machine may differ by some seconds.
    expect(Math.abs(Number(ConnectedAt) - before)).toBeLessThan(30_000);
    expect(Number(LastActiveAt)).toBeGreaterThanOrEqual(Number(ConnectedAt));
  });

  it('§5 › DELETE answers with 204, and the connection is gone at once', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    await sdk.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    const { statusCode } = management.answer ?? {};

    expect(statusCode).toBe(204);
    expect(await client.closed).toMatchObject({ code: 1000 });
    await expect(sdk.send(post(connectionId, 'late'))).rejects.toBeInstanceOf(GoneException);
  });

  it.each([
    ['POST', post(NOBODY, 'hello')],
    ['GET', new GetConnectionCommand({ ConnectionId: NOBODY })],
    ['DELETE', new DeleteConnectionCommand({ ConnectionId: NOBODY })],
  ] as const)('§5 › %s of a connection that never was is a GoneException', async (_, command) => {
    // A union of commands is none of the SDK's overloads.
    const sending = sdk.send(command as GetConnectionCommand);

    await expect(sending).rejects.toBeInstanceOf(GoneException);
    expect(management.answer).toMatchObject({ statusCode: 410 });
  });

  it('§5 › the type of a 410 is in a header', async () => {
    await sdk.send(new GetConnectionCommand({ ConnectionId: NOBODY })).catch(() => undefined);

    expect(management.answer?.headers).toMatchObject({ 'x-amzn-errortype': expect.stringMatching(/^GoneException/) });
  });

  it('§5 [U] › a malformed id', async () => {
    const failure = await sdk.send(post('cjy8i76bx002884le6n17d49b', 'hello')).catch((error: unknown) => error);

    const { name, message, $metadata } = Object(failure);
    settle('malformedId', { status: $metadata.httpStatusCode, name });
    if (name === 'BadRequestException') expect(message).toBe('Invalid connectionId: cjy8i76bx002884le6n17d49b');
  });

  it('§5 › another stage in the path is a ForbiddenException', async () => {
    const client = await clients.open();
    const elsewhere = new Management({ ...target(), callbackUrl: new URL('/elsewhere', target().callbackUrl).href });

    const sending = elsewhere.client.send(post(await client.connectionId(), 'hello'));

    await expect(sending).rejects.toBeInstanceOf(ForbiddenException);
  });

  it('§5 › "%40connections" is "@connections"', async () => {
    const client = await clients.open();
    const encoding = new Management(target(), (path) => path.replace('@', '%40'));

    await encoding.client.send(post(await client.connectionId(), 'encoded'));

    expect(await client.next()).toBe('encoded');
  });

  it('§5 › a payload of more than 128 KB is a PayloadTooLargeException, and nothing is sent', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    const sending = sdk.send(post(connectionId, 'x'.repeat(MESSAGE_BYTES + 1)));

    await expect(sending).rejects.toBeInstanceOf(PayloadTooLargeException);
    expect(management.answer).toMatchObject({ statusCode: 413 });
    await sdk.send(post(connectionId, 'next'));
    expect(await client.next()).toBe('next');
  });

  it('§5 [U] › a post of 128 KB arrives', async () => {
    const client = await clients.open();

    await sdk.send(post(await client.connectionId(), 'x'.repeat(MESSAGE_BYTES)));

    settle('largePost', (await client.next()).length);
  });

  it('§5 › a Lambda posts to its own connection, and to another', async () => {
    const [one, other] = [await clients.open(), await clients.open()];
    const otherId = await other.connectionId();

    one.send({ action: 'manage', call: 'post', text: 'to myself' });
    const replies = [await one.next(), await one.next()];
    const answer = await one.ask({ action: 'manage', call: 'post', to: otherId, text: 'to you' });

    expect(replies).toEqual(expect.arrayContaining(['to myself', '{"called":"post","status":200}']));
    expect(answer).toEqual({ called: 'post', status: 200 });
    expect(await other.next()).toBe('to you');
  });

  it('§5 › a Lambda looks at a connection, deletes it, and then finds it gone', async () => {
    const [one, other] = [await clients.open(), await clients.open()];
    const to = await other.connectionId();
    const call = (call: string) => one.ask({ action: 'manage', call, to });

    const answers = [await call('get'), await call('delete'), await call('get')];

    expect(answers.map(({ status }) => status)).toEqual([200, 204, 410]);
    expect(answers[2]).toMatchObject({ error: 'GoneException' });
    expect(await other.closed).toMatchObject({ code: 1000 });
  });
});
