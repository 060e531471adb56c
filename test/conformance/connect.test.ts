import { randomUUID } from 'node:crypto';
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, expect, it } from '@jest/globals';
import { eventually } from '../end-to-end/children';
import { bytes } from './bytes';
import { Clients } from './client';
import { deployment } from './deployment';
import { holdFacts } from './hold-facts';
import { Management } from './management';
import { handshakeFacts } from './outside-facts';
import { settle } from './settle';
import { describeTarget } from './target';

describeTarget('core', 'the handshake', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  holdFacts(handshakeFacts, target, clients);

  it('§1.1.2 › the upgrade is pending until $connect has returned', async () => {
    const startedAt = performance.now();

    await clients.open({ query: { sleep: '700' } });

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(700);
  });

  it('§1.1.2 › what a client sends at once is served after $connect, never before', async () => {
    const client = await clients.open({ query: { sleep: '300', key: randomUUID() } });

    client.send({ action: 'ask', do: 'length' });

    expect(await client.next()).toMatch(/^\d+$/);
  });

  it.each(['200', '201', '204'])('§1.1.4 › a %s from $connect opens the connection', async (status) => {
    const client = await clients.open({ query: { status } });

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it.each(['301', '400', '401', '501'])('§1.1.4 › a %s from $connect refuses the upgrade with it', async (status) => {
    expect(await clients.refusal({ query: { status } })).toMatchObject({ status: Number(status) });
  });

  it('§1.1.4 › a $connect that throws refuses the upgrade with 502', async () => {
    expect(await clients.refusal({ query: { fail: 'throw' } })).toMatchObject({ status: 502 });
  });

  it('§1.1.5 [U] › a $connect that returns no response refuses the upgrade', async () => {
    const { status } = await clients.refusal({ query: { fail: 'malformed' } });

    expect(status).toBeGreaterThanOrEqual(400);
    settle('malformedConnect', status);
  });

  it.each(['nothing', 'text-status'])('§1.1.5 › %s for a response opens no connection', async (fail) => {
    expect((await clients.refusal({ query: { fail } })).status).toBeGreaterThanOrEqual(400);
  });

  it('§1.1.6 [U] › a $connect that outlasts its integration timeout refuses the upgrade', async () => {
    const { status } = await clients.refusal({ query: { sleep: '6000' } });

    expect(status).toBeGreaterThanOrEqual(500);
    settle('connectTimeout', status);
  });

  it('§1.1.7 › no header of $connect but the subprotocol reaches the client', async () => {
    const { upgradeHeaders } = await clients.open({ query: { header: 'a=b' } });

    expect(upgradeHeaders).toMatchObject({ upgrade: 'websocket' });
    expect(Object.keys(upgradeHeaders)).not.toContain('set-cookie');
    expect(Object.keys(upgradeHeaders)).not.toContain('x-extra');
  });

  it('§1.1.8 › the subprotocol is the one that $connect returns', async () => {
    const client = await clients.open({ protocols: ['one', 'two'], query: { protocol: 'two' } });

    expect(client.socket.protocol).toBe('two');
  });

  it('§1.1.8 › $connect sees the offer as the client has written it', async () => {
    const key = randomUUID();
    const headers = { 'Sec-WebSocket-Protocol': 'one, two' };
    // `ws` offers nothing here, so it fails when one is selected; `$connect` selects none.
    const client = await clients.open({ headers, query: { key } });

    const { headers: seen } = await client.recorded(key, 'CONNECT');

    expect(seen['Sec-WebSocket-Protocol']).toBe('one, two');
  });

  it('§1.1.14 › an offer of permessage-deflate is in the event of $connect', async () => {
    const key = randomUUID();
    const client = await clients.open({ query: { key } });

    const { headers } = await client.recorded(key, 'CONNECT');

    expect(headers['Sec-WebSocket-Extensions']).toMatch(/^permessage-deflate/);
    // A deliberate difference: AWS accepts the offer, with known faults; the local gateway declines it.
    if (deployment === undefined) expect(client.socket.extensions).toBe('');
  });

  it('§3.12 [U] › a refusal carries the body of $connect', async () => {
    const { body } = await clients.refusal({ query: { status: '401', body: 'not you' } });

    settle('refusedConnectBody', body);
  });

  it('§1.2 › a connection whose $connect has not returned is gone for @connections, and there right after', async () => {
    const observer = await clients.open();
    const key = randomUUID();
    const { client: sdk } = new Management(target());

    const opening = clients.begin({ query: { key, sleep: '2500' } }).opened();
    const { requestContext } = await observer.recorded(key, 'CONNECT');
    const id = { ConnectionId: requestContext.connectionId };
    const early = await Promise.allSettled([
      sdk.send(new PostToConnectionCommand({ ...id, Data: bytes('early') })),
      sdk.send(new GetConnectionCommand(id)),
      sdk.send(new DeleteConnectionCommand(id)),
    ]);
    const client = await opening;
    await sdk.send(new PostToConnectionCommand({ ...id, Data: bytes('in time') }));

    for (const result of early) expect(result).toMatchObject({ reason: expect.any(GoneException) });
    expect(await client.next()).toBe('in time');
  });

  it('§1.3.7 [U] › $disconnect after a refused $connect', async () => {
    const observer = await clients.open();
    const key = randomUUID();

    await clients.refusal({ query: { key, status: '401' } });
    const { requestContext } = await observer.recorded(key, 'CONNECT');
    // A connection that was closed later has had its $disconnect: by then the refused one would have had its own.
    const other = await clients.open();
    const otherId = await other.connectionId();
    await other.close();
    await observer.recorded(otherId, 'DISCONNECT');
    const events = await observer.recall(requestContext.connectionId);

    settle('disconnectAfterRefusal', events.length > 1);
  });

  it('§1.3.7 [U] › $disconnect for a client that left while $connect ran', async () => {
    const observer = await clients.open();
    const key = randomUUID();
    const leaving = clients.begin({ query: { key, sleep: '800' } });

    const { requestContext } = await observer.recorded(key, 'CONNECT');
    leaving.socket.terminate();
    // Less than what Jest gives a test: a target that never calls `$disconnect` is an answer, too.
    const patienceMs = deployment === undefined ? 10_000 : 20_000;
    const seen = await eventually(
      '$disconnect',
      async () => {
        const events = await observer.recall(requestContext.connectionId);
        return events.length > 1 ? true : undefined;
      },
      patienceMs,
    ).catch(() => false);

    settle('leftDuringConnect', seen);
  });
});
