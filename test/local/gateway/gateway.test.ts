import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { Client, closeAll, deferred, http, OK, refusal, TestGateway } from './harness';

const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
let journals = 0;
const newJournalPath = () => join(directory, `deeper/${++journals}.jsonl`);

afterEach(closeAll);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ROUTES = { $connect: () => OK, $disconnect: () => OK };

describe('a gateway', () => {
  it.each(['127.0.0.1', '[::1]', 'localhost'])('is reachable at %s', async (host) => {
    const gateway = await TestGateway.start({});

    const client = await Client.open(`ws://${host}:${gateway.running.port}/dev`);

    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('tells its addresses', async () => {
    const { running } = await TestGateway.start({});

    expect(running.url).toBe(`ws://localhost:${running.port}/dev`);
    expect(running.callbackUrl).toBe(`http://localhost:${running.port}/dev`);
  });

  it('rejects with EADDRINUSE when its port is taken, and leaves the journal of the other alone', async () => {
    const journalPath = newJournalPath();
    const first = await TestGateway.start(ROUTES, { journalPath });
    await Client.open(first.url);
    const before = readFileSync(journalPath, 'utf8');

    const second = TestGateway.start(ROUTES, { journalPath, port: first.running.port });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(readFileSync(journalPath, 'utf8')).toBe(before);
    expect(first.invocationsOf('$disconnect')).toEqual([]);
  });

  it.each([
    ['a route key of its own that starts with $', { $mine: () => OK }, /\$mine/],
    ['a selection expression that selects nothing', {}, /selects nothing/],
  ])('rejects an app with %s', async (_name, routes, message) => {
    const { app } = { app: { ...(await appWith('$request.header.action')) } };
    const options = Object.keys(routes).length === 0 ? { app } : {};

    await expect(TestGateway.start(routes, options)).rejects.toThrow(message);
  });

  it('leaves requests to the extra handler first', async () => {
    const gateway = await TestGateway.start(ROUTES, {
      extraRequestHandler: (request, response) => {
        if (!request.url?.startsWith('/_local/')) return false;
        response.end('mine');
        return true;
      },
    });

    const local = await http(gateway, '/_local/state');
    const other = await http(gateway, '/dev');

    expect(local).toMatchObject({ status: 200, body: 'mine' });
    expect(other.status).toBe(426);
  });
});

async function appWith(routeSelectionExpression: string) {
  return {
    ...{ stackName: 'Test', apiId: 'abcdefghij', stage: 'dev', region: 'eu-central-1', accountId: '000000000000' },
    ...{ routeSelectionExpression, routes: new Map(), functions: new Map(), tables: [] },
  };
}

describe('close', () => {
  it('closes every connection with 1001 and waits for each $disconnect', async () => {
    const gateway = await TestGateway.start({
      $disconnect: async () => {
        await new Promise(setImmediate);
        return OK;
      },
    });
    const clients = await Promise.all([Client.open(gateway.url), Client.open(gateway.url)]);

    await gateway.running.close();

    expect(gateway.events.map(({ routeKey }) => routeKey)).toEqual(['$disconnect', '$disconnect']);
    expect(gateway.invokedWith.map(({ requestContext }) => requestContext.disconnectStatusCode)).toEqual([1001, 1001]);
    for (const client of clients) expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('waits no longer than its bound', async () => {
    const never = new Promise(() => undefined);
    const gateway = await TestGateway.start({ $disconnect: () => never }, { limits: { shutdownMs: 50 } });
    await Client.open(gateway.url);

    await gateway.running.close();

    expect(gateway.invocationsOf('$disconnect')).toHaveLength(1);
    expect(gateway.events).toEqual([]);
  });

  it('refuses new connections, and closes one whose $connect was running', async () => {
    const connect = deferred<typeof OK>();
    const gateway = await TestGateway.start({ $connect: () => connect.promise, $disconnect: () => OK });
    const opening = Client.open(gateway.url);
    await gateway.untilInvoked('$connect');

    const closing = gateway.running.close();
    const refused = await refusal(gateway.url);
    connect.resolve(OK);
    const client = await opening;
    await closing;

    expect(refused.status).toBe(503);
    expect(await client.closed).toMatchObject({ code: 1001 });
    expect(gateway.invocationsOf('$disconnect')).toHaveLength(1);
  });

  it('may be called twice', async () => {
    const gateway = await TestGateway.start({});

    const closings = [gateway.running.close(), gateway.running.close()];

    await expect(Promise.all(closings)).resolves.toEqual([undefined, undefined]);
  });
});

describe('the journal of a gateway that was killed', () => {
  /** As `kill -9` leaves it: one connection still open, one closed, and half a line. */
  async function killed(): Promise<{ journalPath: string; connectionId: string }> {
    const journalPath = newJournalPath();
    const before = await TestGateway.start(ROUTES, { journalPath, now: () => 1_700_000_000_000 });
    const left = await Client.open(before.url);
    left.socket.close();
    await before.untilReported('$disconnect');
    await Client.open(before.url, { headers: { 'User-Agent': 'test/1' } });
    const connectionId = before.running.connections()[0]?.connectionId ?? '';
    const written = readFileSync(journalPath, 'utf8');
    await before.running.close();
    rmSync(journalPath);
    appendFileSync(journalPath, `${written}null\n42\n{"opened":{"connectionId":"torn`);
    return { journalPath, connectionId };
  }

  it('makes the next one deliver the $disconnect that is owed, once', async () => {
    const { journalPath, connectionId } = await killed();

    const after = await TestGateway.start(ROUTES, { journalPath });
    const event = await after.untilInvoked('$disconnect');
    await after.untilReported('$disconnect');
    await after.running.close();
    const third = await TestGateway.start(ROUTES, { journalPath });
    await third.running.close();

    expect(event.requestContext).toMatchObject({
      connectionId,
      connectedAt: 1_700_000_000_000,
      disconnectStatusCode: 1006,
      disconnectReason: '',
      identity: { userAgent: 'test/1' },
      domainName: expect.stringMatching(/^localhost:\d+$/),
    });
    expect(after.invocationsOf('$disconnect')).toHaveLength(1);
    expect(third.invocationsOf('$disconnect')).toEqual([]);
  });

  it('is compacted at the start', async () => {
    const { journalPath, connectionId } = await killed();
    const handler = deferred<typeof OK>();

    const after = await TestGateway.start({ $disconnect: () => handler.promise }, { journalPath });
    const compacted = readFileSync(journalPath, 'utf8').trimEnd().split('\n');
    handler.resolve(OK);
    await after.untilReported('$disconnect');

    expect(compacted).toHaveLength(1);
    expect(JSON.parse(compacted[0] ?? '')).toMatchObject({ opened: { connectionId } });
  });

  it('keeps what a shutdown could not deliver in time', async () => {
    const journalPath = newJournalPath();
    const never = new Promise(() => undefined);
    const before = await TestGateway.start({ $disconnect: () => never }, { journalPath, limits: { shutdownMs: 50 } });
    await Client.open(before.url);
    await before.running.close();

    const after = await TestGateway.start(ROUTES, { journalPath });

    expect((await after.untilInvoked('$disconnect')).requestContext.disconnectStatusCode).toBe(1006);
  });
});
