import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { Clients, type MessageEvent, type RequestContext } from './client';
import { settle } from './settle';
import { describeTarget } from './target';

const ID = /^[A-Za-z0-9_-]{15}=$/;

/** What every event's context has, whatever its type. */
const COMMON = [
  ...['apiId', 'connectedAt', 'connectionId', 'domainName', 'eventType', 'extendedRequestId', 'identity'],
  ...['messageDirection', 'requestId', 'requestTime', 'requestTimeEpoch', 'routeKey', 'stage'],
];

describeTarget('core', 'events', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  async function connected(query: Readonly<Record<string, string>> = {}, headers = {}) {
    const key = randomUUID();
    const client = await clients.open({ query: { key, ...query }, headers });
    return { client, event: await client.recorded(key, 'CONNECT') };
  }

  async function messageOf(body: string): Promise<MessageEvent> {
    const client = await clients.open();
    client.send(body);
    return (JSON.parse(await client.next()) as { readonly event: MessageEvent }).event;
  }

  async function disconnected(headers = {}) {
    const client = await clients.open({ headers });
    const connectionId = await client.connectionId();
    await client.close();
    return (await clients.open()).recorded(connectionId, 'DISCONNECT');
  }

  function keys(value: object): readonly string[] {
    return Object.keys(value).sort();
  }

  it('§2.1 › a $connect event has these members and no others', async () => {
    const { event } = await connected();
    const { stageVariables, ...rest } = event;

    expect(keys(rest)).toEqual([
      ...['headers', 'isBase64Encoded', 'multiValueHeaders', 'multiValueQueryStringParameters'],
      ...['queryStringParameters', 'requestContext'],
    ]);
    expect(keys(event.requestContext)).toEqual(COMMON);
    expect(event).toMatchObject({ isBase64Encoded: false });
    settle('absentStageVariables', stageVariables !== undefined);
  });

  it('§2.1 › its context says where and what', async () => {
    const { event } = await connected();
    const { host, pathname } = new URL(target().url);

    expect(event.requestContext).toMatchObject({
      routeKey: '$connect',
      eventType: 'CONNECT',
      messageDirection: 'IN',
      stage: pathname.slice(1),
      domainName: host,
    });
  });

  it('§2.1 › header names are canonical, whatever the client wrote', async () => {
    const { event } = await connected({}, { 'user-agent': 'conformance', origin: 'https://example.com' });

    expect(event.headers).toMatchObject({
      Host: new URL(target().url).host,
      Origin: 'https://example.com',
      'User-Agent': 'conformance',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': expect.any(String),
      'X-Forwarded-For': expect.stringContaining(event.requestContext.identity.sourceIp),
      'X-Forwarded-Port': expect.stringMatching(/^\d+$/),
      'X-Forwarded-Proto': expect.stringMatching(/^https?$/),
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/),
    });
    expect(event.multiValueHeaders).toMatchObject({ Origin: ['https://example.com'], 'Sec-WebSocket-Version': ['13'] });
  });

  it('§2.1 › Connection and Upgrade are absent', async () => {
    const { event } = await connected();
    const names = Object.keys(event.headers).map((name) => name.toLowerCase());

    expect(names).toContain('sec-websocket-key');
    expect(names).not.toContain('connection');
    expect(names).not.toContain('upgrade');
  });

  it('§2.1 › without a query string both of its members are absent', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    const event = await client.recorded(connectionId, 'CONNECT');

    expect(keys(event)).not.toContain('queryStringParameters');
    expect(keys(event)).not.toContain('multiValueQueryStringParameters');
  });

  it('§2.1 › of a repeated parameter the single-value map has the last', async () => {
    const key = randomUUID();
    const client = await clients.open({ suffix: `?key=${key}&a=1&a=2` });

    const event = await client.recorded(key, 'CONNECT');

    expect(event.queryStringParameters).toEqual({ key, a: '2' });
    expect(event.multiValueQueryStringParameters).toEqual({ key: [key], a: ['1', '2'] });
  });

  it('§2.1 › identity has a userAgent only when the client sent one', async () => {
    const [without, named] = [await connected(), await connected({}, { 'User-Agent': 'conformance' })];

    expect(keys(without.event.requestContext.identity)).toEqual(['sourceIp']);
    expect(named.event.requestContext.identity).toEqual({ sourceIp: expect.any(String), userAgent: 'conformance' });
  });

  function expectIdsAndTimes(context: RequestContext): void {
    expect(context.connectionId).toMatch(ID);
    expect(context.requestId).toMatch(ID);
    expect(context.extendedRequestId).toBe(context.requestId);
    expect(context.requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    const [, day, month, year, time] = /^(\d+)\/(\w+)\/(\d+):(\S+)/.exec(context.requestTime) ?? [];
    expect(Date.parse(`${day} ${month} ${year} ${time} GMT`)).toBe(1000 * Math.floor(context.requestTimeEpoch / 1000));
    expect(context.connectedAt).toBeLessThanOrEqual(context.requestTimeEpoch);
  }

  it('§2.1, §2.4 › ids and times of $connect are of the captured form', async () => {
    const { event } = await connected();

    expectIdsAndTimes(event.requestContext);
  });

  it('§2.2 › a message event has these members and no others: no headers, no query string', async () => {
    const event = await messageOf('{"action":"ask"}');

    expect(keys(event).filter((name) => name !== 'stageVariables')).toEqual([
      'body',
      'isBase64Encoded',
      'requestContext',
    ]);
    expect(keys(event.requestContext)).toEqual([...COMMON, 'messageId'].sort());
  });

  it('§2.2 › its body is the raw text', async () => {
    const body = '{ "action" : "ask",\n "text": "\u4f60\u597d \\u00e9" }';

    expect((await messageOf(body)).body).toBe(body);
  });

  it('§2.2, §2.4 › ids and times of a message are of the captured form, and every message has its own', async () => {
    const client = await clients.open();
    const events = [];
    for (let count = 0; count < 2; count += 1) {
      events.push(((await client.ask({ action: 'ask' })) as { readonly event: MessageEvent }).event.requestContext);
    }

    for (const context of events) {
      expectIdsAndTimes(context);
      expect(context.messageId).toMatch(ID);
      expect(context).toMatchObject({ eventType: 'MESSAGE', routeKey: 'ask', messageDirection: 'IN' });
    }
    expect(new Set(events.flatMap(({ requestId, messageId }) => [requestId, messageId])).size).toBe(4);
  });

  it('§2.2 › connectedAt and connectionId are the connection’s own on every event', async () => {
    const { client, event } = await connected();
    const asked = (await client.ask({ action: 'ask' })) as { readonly event: MessageEvent };
    await client.close();
    const { connectedAt, connectionId } = event.requestContext;
    const left = await (await clients.open()).recorded(connectionId, 'DISCONNECT');

    expect(asked.event.requestContext).toMatchObject({ connectedAt, connectionId });
    expect(left.requestContext).toMatchObject({ connectedAt, connectionId });
  });

  it('§2.3 › a $disconnect event has these members and no others', async () => {
    const event = await disconnected();

    expect(keys(event).filter((name) => name !== 'stageVariables')).toEqual([
      ...['headers', 'isBase64Encoded', 'multiValueHeaders', 'requestContext'],
    ]);
    expect(keys(event.requestContext)).toEqual([...COMMON, 'disconnectReason', 'disconnectStatusCode'].sort());
    expect(event.requestContext).toMatchObject({ routeKey: '$disconnect', eventType: 'DISCONNECT' });
    expectIdsAndTimes(event.requestContext);
  });

  it('§2.3 › it has exactly four headers, three of them empty', async () => {
    const { headers, multiValueHeaders } = await disconnected();
    const { host } = new URL(target().url);

    expect(headers).toEqual({ Host: host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' });
    expect(multiValueHeaders).toEqual({ Host: [host], 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] });
  });

  it('§2.3 › it keeps the userAgent of the handshake', async () => {
    const { requestContext } = await disconnected({ 'User-Agent': 'conformance' });

    expect(requestContext.identity.userAgent).toBe('conformance');
  });
});
