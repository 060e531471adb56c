import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { Clients, type MessageEvent, type RecordedEvent } from './client';
import { settle } from './settle';
import { describeTarget } from './target';

/** The authorizer's event, which it passes on in its context when asked to. */
interface AuthorizerEvent extends RecordedEvent {
  readonly type: string;
  readonly methodArn: string;
}

describeTarget('policies', 'an authorizer, stage variables, a MOCK integration and a throttle', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  async function messageEvent(query: Readonly<Record<string, string>>): Promise<MessageEvent> {
    const client = await clients.open({ query });
    const { event } = (await client.ask({ action: 'ask' })) as { readonly event: MessageEvent };
    return event;
  }

  it.each(['allow', 'wildcard'])(
    '§2.5 › a policy that allows the methodArn (%s) opens the connection',
    async (token) => {
      const client = await clients.open({ query: { token } });

      expect(client.socket.readyState).toBe(client.socket.OPEN);
    },
  );

  it.each([
    ['denies', 'deny'],
    ['allows and denies', 'both'],
    ['allows other resources', 'elsewhere'],
  ])('§2.5 › a policy that %s refuses the upgrade with 403', async (_, token) => {
    expect(await clients.refusal({ query: { token } })).toMatchObject({ status: 403 });
  });

  it.each([
    ['absent', {}],
    ['empty', { token: '' }],
  ])('§2.5 › an identity source that is %s refuses the upgrade with 401', async (_, query) => {
    expect(await clients.refusal({ query })).toMatchObject({ status: 401 });
  });

  it('§2.5 › an authorizer that throws "Unauthorized" refuses the upgrade with 401', async () => {
    expect(await clients.refusal({ query: { token: 'unauthorized' } })).toMatchObject({ status: 401 });
  });

  it('§2.5 [U] › an authorizer that throws anything else refuses the upgrade', async () => {
    settle('brokenAuthorizer', (await clients.refusal({ query: { token: 'broken' } })).status);
  });

  it('§2.5 [U] › a policy that is none refuses the upgrade', async () => {
    settle('malformedPolicy', (await clients.refusal({ query: { token: 'malformed' } })).status);
  });

  it('§1.1.9 › the authorizer comes first: who is refused never reaches $connect', async () => {
    const [key, later] = [randomUUID(), randomUUID()];

    await clients.refusal({ query: { token: 'deny', key } });
    const client = await clients.open({ query: { token: 'allow', key: later } });

    expect(await client.recall(later)).toHaveLength(1);
    expect(await client.recall(key)).toEqual([]);
  });

  it('§1.1.9 › after an authorizer that allows, $connect still decides', async () => {
    expect(await clients.refusal({ query: { token: 'allow', status: '418' } })).toMatchObject({ status: 418 });
  });

  it('§2.5 › the context and the principal are in the events of $connect, messages and $disconnect', async () => {
    const key = randomUUID();
    const client = await clients.open({ query: { token: 'allow', key } });
    const asked = (await client.ask({ action: 'ask' })) as { readonly event: MessageEvent };
    const connected = await client.recorded(key, 'CONNECT');
    await client.close();
    const observer = await clients.open({ query: { token: 'allow' } });
    const left = await observer.recorded(connected.requestContext.connectionId, 'DISCONNECT');

    for (const { requestContext } of [connected, asked.event, left]) {
      expect(requestContext.authorizer).toMatchObject({ principalId: 'somebody', text: 'a' });
    }
  });

  it('§2.5 [U] › numbers and booleans of the context', async () => {
    const { authorizer } = (await messageEvent({ token: 'allow' })).requestContext;

    settle('contextValues', { number: authorizer?.number, boolean: authorizer?.boolean });
  });

  it('§2.5 › the authorizer’s latency is a number beside the context', async () => {
    const { authorizer } = (await messageEvent({ token: 'allow' })).requestContext;

    expect(authorizer?.integrationLatency).toEqual(expect.any(Number));
  });

  it('§2.5 › a context is optional', async () => {
    const { authorizer } = (await messageEvent({ token: 'allow', context: 'none' })).requestContext;

    expect(authorizer).toMatchObject({ principalId: 'somebody' });
  });

  it('§2.5 › the authorizer’s event is a REQUEST with the handshake’s headers, query string and context', async () => {
    const { requestContext } = await messageEvent({ token: 'allow', context: 'event' });

    const seen = JSON.parse(String(requestContext.authorizer?.seen)) as AuthorizerEvent;

    expect(seen).toMatchObject({
      type: 'REQUEST',
      methodArn: expect.stringMatching(/^arn:aws:execute-api:[\w-]+:\d{12}:\w{10}\/policies\/\$connect$/),
      queryStringParameters: { token: 'allow', context: 'event' },
      stageVariables: { colour: 'blue' },
    });
    expect(seen.requestContext).toMatchObject({ eventType: 'CONNECT', connectionId: requestContext.connectionId });
    expect(seen.headers).toMatchObject({ Host: new URL(target().url).host, 'Sec-WebSocket-Version': '13' });
    expect(Object.keys(seen.headers)).toEqual(expect.arrayContaining(['Connection', 'Upgrade']));
  });

  it('§2.1 › the stage’s variables are in the events', async () => {
    const key = randomUUID();
    const client = await clients.open({ query: { token: 'allow', key } });

    const event = await client.recorded(key, 'CONNECT');

    expect(event.stageVariables).toEqual({ colour: 'blue' });
  });

  it('§3.13 › a message to a MOCK integration on a one-way route is taken, and nothing comes back', async () => {
    const client = await clients.open({ query: { token: 'allow' } });

    client.send({ action: 'mock' });

    expect(await client.ask({ action: 'ask', do: 'sleep', ms: 1000 })).toMatchObject({ slept: 1000 });
  });

  it('§3.10 [U] › a message beyond the throttle of its route is answered by the gateway, and the connection stays open', async () => {
    const client = await clients.open({ query: { token: 'allow' } });

    // AWS throttles with best effort: one more than the bucket may pass, but not all.
    for (let count = 0; count < 10; count += 1) client.send({ action: 'seldom', do: 'status', status: 200 });
    const frames = [];
    for (let count = 0; count < 10; count += 1) frames.push(JSON.parse(await client.next()));
    const throttled = frames.find(({ message }) => message !== undefined);

    expect(throttled).toMatchObject({ connectionId: expect.any(String) });
    settle('throttledFrame', throttled.message);
    expect(await client.ask({ action: 'ask', do: 'status', status: 200 })).toEqual({ status: 200 });
  });
});
