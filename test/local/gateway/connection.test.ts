import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, closeAll, deferred, http, OK, TestGateway } from './harness';

afterEach(closeAll);

const AT = 1_700_000_000_000;
const MINUTE_MS = 60_000;

const ROUTES = { $disconnect: () => OK, $default: () => OK };

async function connected(options: Parameters<typeof TestGateway.start>[1] = {}) {
  const gateway = await TestGateway.start(ROUTES, options);
  return { gateway, client: await Client.open(gateway.url) };
}

type Connected = Awaited<ReturnType<typeof connected>>;

/** Code and reason that `$disconnect` was told, once everything has settled: it must have been told once. */
async function toldAtDisconnect(gateway: TestGateway): Promise<unknown> {
  await gateway.untilReported('$disconnect');
  await gateway.running.close();
  return gateway
    .invocationsOf('$disconnect')
    .map(({ requestContext }) => [requestContext.disconnectStatusCode, requestContext.disconnectReason]);
}

describe('$disconnect', () => {
  it('tells 1005 and why, when the client closes without a code', async () => {
    const { gateway, client } = await connected();

    client.socket.close();

    expect(await toldAtDisconnect(gateway)).toEqual([[1005, 'Client-side close frame status not set']]);
  });

  it.each([
    [1000, 'done'],
    [1001, ''],
    [4321, 'own'],
  ])("tells the client's own code and reason: %d %s", async (code, reason) => {
    const { gateway, client } = await connected();

    client.socket.close(code, reason);

    expect(await toldAtDisconnect(gateway)).toEqual([[code, reason]]);
  });

  it('tells 1006 when the client vanishes', async () => {
    const { gateway, client } = await connected();

    client.socket.terminate();

    expect(await toldAtDisconnect(gateway)).toEqual([[1006, '']]);
  });

  it('is reported whatever it returns', async () => {
    const gateway = await TestGateway.start({ $disconnect: () => Promise.reject(new Error('no')) });
    const client = await Client.open(gateway.url);

    client.socket.close();

    expect(await gateway.untilReported('$disconnect')).toMatchObject({ status: 502 });
    expect(gateway.running.connections()).toEqual([]);
  });

  it('runs for all of many that leave at once, so many at a time', async () => {
    let running = 0;
    let most = 0;
    const $disconnect = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      return OK;
    };
    const gateway = await TestGateway.start({ $disconnect }, { limits: { disconnectsInFlight: 2 } });
    const clients = await Promise.all(Array.from({ length: 12 }, () => Client.open(gateway.url)));

    for (const client of clients) client.socket.terminate();
    await gateway.untilReported('$disconnect', 12);

    const left = gateway.invocationsOf('$disconnect').map(({ requestContext }) => requestContext.connectionId);
    expect(new Set(left).size).toBe(12);
    expect(most).toBe(2);
  });
});

describe('the timers', () => {
  it('close an idle connection with 1001 Going away', async () => {
    const { gateway, client } = await connected({ now: () => AT });

    gateway.running.control.advance(10 * MINUTE_MS - 1);
    const before = gateway.running.connections().length;
    gateway.running.control.advance(1);

    expect(before).toBe(1);
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await toldAtDisconnect(gateway)).toEqual([[1001, 'Going away']]);
  });

  it('close a busy connection at its maximum duration', async () => {
    const { gateway, client } = await connected({ now: () => AT });
    const { control } = gateway.running;

    for (let minutes = 5; minutes < 120; minutes += 5) {
      control.advance(5 * MINUTE_MS);
      client.send('x');
      await gateway.untilInvoked('$default', minutes / 5);
    }
    const before = gateway.running.connections().length;
    control.advance(5 * MINUTE_MS);

    expect(before).toBe(1);
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await toldAtDisconnect(gateway)).toEqual([[1001, 'Going away']]);
  });

  const post = ({ gateway }: Connected) =>
    http(gateway, `/dev/@connections/${encodeURIComponent(gateway.running.connections()[0]?.connectionId ?? '')}`, {
      method: 'POST',
      body: 'x',
    });
  const message = async ({ gateway, client }: Connected) => {
    client.send('x');
    await gateway.untilInvoked('$default');
  };
  const ping = async ({ client }: Connected) => {
    const pong = once(client.socket, 'pong');
    client.socket.ping();
    await pong;
  };

  it.each([
    ['are reset by messages from the client', {}, message, true],
    ['are reset by messages to the client', {}, post, true],
    ['are not reset by pings', {}, ping, false],
    ['are reset by pings when that behaviour is chosen', { idleReset: 'data+ping' }, ping, true],
  ] as const)('%s', async (_fact, behaviours, act, staysOpen) => {
    const connection = await connected({ now: () => AT, behaviours });
    const { control, connections } = connection.gateway.running;
    const connectionId = connections()[0]?.connectionId ?? '';

    control.advance(10 * MINUTE_MS - 1);
    await act(connection);
    control.advance(1);
    const isOpen = control.connection(connectionId) !== undefined;
    control.advance(10 * MINUTE_MS - 1);

    expect(isOpen).toBe(staysOpen);
    expect(await connection.client.closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('cut off a peer that does not answer the close frame', async () => {
    const { gateway, client } = await connected({ limits: { closeHandshakeMs: 1 } });
    client.socket.pause();

    gateway.running.control.advance(10 * MINUTE_MS);

    expect(await toldAtDisconnect(gateway)).toEqual([[1001, 'Going away']]);
  });
});

describe('a frozen connection', () => {
  it('is not read from, though the messages that held it back are done', async () => {
    const done = [deferred(), deferred(), deferred()];
    let count = 0;
    const $default = () => done[count++]?.promise.then(() => OK);
    const gateway = await TestGateway.start({ $disconnect: () => OK, $default }, { limits: { messagesInFlight: 1 } });
    const client = await Client.open(gateway.url);
    const [{ connectionId } = { connectionId: '' }] = gateway.running.connections();
    const control = gateway.running.control.connection(connectionId);
    client.send('running');
    await gateway.untilInvoked('$default');

    control?.freeze();
    await new Promise((resolve) => client.socket.send('behind', resolve));
    done[0]?.resolve();
    await gateway.untilReported('$default');
    // Each is a turn in which the message, which lies in the kernel, could be read.
    for (let turn = 0; turn < 5; turn += 1) await http(gateway, '/dev');
    const whileFrozen = gateway.invocationsOf('$default').map(({ body }) => body);
    control?.thaw();
    await gateway.untilInvoked('$default', 2);
    done[1]?.resolve();

    expect(whileFrozen).toEqual(['running']);
    expect(gateway.invocationsOf('$default').map(({ body }) => body)).toEqual(['running', 'behind']);
  });
});

describe('the size limits', () => {
  const KB = 1024;

  it('let through a frame of 32 KB and a message of 128 KB', async () => {
    const { gateway, client } = await connected();

    client.send('x'.repeat(32 * KB));
    for (const fin of [false, false, false, true]) client.socket.send('y'.repeat(32 * KB), { fin });
    await gateway.untilInvoked('$default', 2);

    expect(gateway.invocationsOf('$default').map(({ body }) => body?.length)).toEqual([32 * KB, 128 * KB]);
  });

  it('close with 1009 on a frame one byte above 32 KB, after the messages before it', async () => {
    const { gateway, client } = await connected();

    client.send('before');
    client.send('x'.repeat(32 * KB + 1));
    client.send('after');

    expect(await client.closed).toMatchObject({ code: 1009 });
    expect(await toldAtDisconnect(gateway)).toEqual([[1009, '']]);
    expect(gateway.invocationsOf('$default').map(({ body }) => body)).toEqual(['before']);
  });

  it('close with 1009 on such a frame within a message of a legal size', async () => {
    const { gateway, client } = await connected();

    client.socket.send('x', { fin: false });
    client.socket.send('x'.repeat(32 * KB + 1), { fin: true });

    expect(await client.closed).toMatchObject({ code: 1009 });
    expect(await toldAtDisconnect(gateway)).toEqual([[1009, '']]);
  });

  it('close with 1009 on a message one byte above 128 KB, in small frames', async () => {
    const { gateway, client } = await connected();

    for (let part = 0; part < 4; part += 1) client.socket.send('x'.repeat(32 * KB), { fin: false });
    client.socket.send('x', { fin: true });

    expect(await client.closed).toMatchObject({ code: 1009 });
    expect(await toldAtDisconnect(gateway)).toEqual([[1009, '']]);
    expect(gateway.invocationsOf('$default')).toEqual([]);
  });
});

describe('a binary frame', () => {
  it('closes with 1003 and reaches no Lambda', async () => {
    const { gateway, client } = await connected();

    client.socket.send(Buffer.from('{"action":"x"}'));

    expect(await client.closed).toMatchObject({ code: 1003 });
    expect(await toldAtDisconnect(gateway)).toEqual([[1003, '']]);
    expect(gateway.invocationsOf('$default')).toEqual([]);
  });
});

describe('text that is not UTF-8', () => {
  it('closes with 1007', async () => {
    const { gateway, client } = await connected();

    client.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });

    expect(await client.closed).toMatchObject({ code: 1007 });
    expect(await toldAtDisconnect(gateway)).toEqual([[1007, '']]);
  });
});
