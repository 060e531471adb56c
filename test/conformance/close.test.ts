import {
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, expect, it } from '@jest/globals';
import { eventually } from '../end-to-end/children';
import { type Client, Clients } from './client';
import { bytes, Management } from './management';
import { settle } from './settle';
import { describeTarget } from './target';

const FRAME_BYTES = 32 * 1024;
const MESSAGE_BYTES = 128 * 1024;

describeTarget('core', 'the end of a connection', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  /** What $disconnect has heard of a connection. */
  async function ending(connectionId: string): Promise<{ code: number | undefined; reason: string | undefined }> {
    const observer = await clients.open();
    const { requestContext } = await observer.recorded(connectionId, 'DISCONNECT');
    return { code: requestContext.disconnectStatusCode, reason: requestContext.disconnectReason };
  }

  it('§1.3.2 › DELETE closes with 1000, and $disconnect hears "Connection Closed Normally"', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    await new Management(target()).client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    const { code, reason } = await client.closed;

    expect(code).toBe(1000);
    expect(await ending(connectionId)).toEqual({ code: 1000, reason: 'Connection Closed Normally' });
    settle('deleteReason', reason);
  });

  it('§1.3.3 › a close without a code is 1005 for $disconnect', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    await client.close();

    expect(await ending(connectionId)).toEqual({ code: 1005, reason: 'Client-side close frame status not set' });
  });

  it.each([
    [1000, ''],
    [1001, ''],
    [4001, 'see you'],
  ])('§1.3.4 › a close with %i "%s" is told to $disconnect, and echoed', async (code, reason) => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    const closed = await client.close(code, reason);

    expect(closed.code).toBe(code);
    expect(await ending(connectionId)).toEqual({ code, reason });
  });

  it('§1.3.5 [U] › a reset connection', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    client.raw.resetAndDestroy();

    settle('resetConnection', await ending(connectionId));
  });

  it('§1.3.6 › after the close nothing can be sent, and what $disconnect returns changes nothing', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();
    await client.close();
    // The handler of $disconnect has written its event down and thrown.
    await ending(connectionId);

    const posting = new Management(target()).client.send(
      new PostToConnectionCommand({ ConnectionId: connectionId, Data: bytes('late') }),
    );

    await expect(posting).rejects.toBeInstanceOf(GoneException);
    const events = await (await clients.open()).recall(connectionId);
    expect(events.map(({ requestContext }) => requestContext.eventType)).toEqual(['CONNECT', 'DISCONNECT']);
  });

  it('§1.3.8 › messages of one connection run side by side: the second may be answered first', async () => {
    const client = await clients.open();

    client.send({ action: 'ask', do: 'sleep', ms: 2500, id: 'first' });
    client.send({ action: 'ask', do: 'sleep', ms: 0, id: 'second' });

    expect(JSON.parse(await client.next())).toMatchObject({ id: 'second' });
    expect(JSON.parse(await client.next())).toMatchObject({ id: 'first' });
  });

  it('§1.3.8 [U] › $disconnect beside a message that is still being served', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();
    const startedAt = Date.now();
    client.send({ action: 'ask', do: 'sleep', ms: 4000 });

    await client.close();
    const observer = await clients.open();
    const { requestContext } = await observer.recorded(connectionId, 'DISCONNECT');

    settle('disconnectOverlaps', requestContext.requestTimeEpoch < startedAt + 4000);
  });

  /** One message in frames of at most 32 KB. */
  function sendInFrames(client: Client, text: string): void {
    for (let start = 0; start < text.length; start += FRAME_BYTES) {
      client.socket.send(text.slice(start, start + FRAME_BYTES), { fin: start + FRAME_BYTES >= text.length });
    }
  }

  function padded(length: number): string {
    const start = '{"action":"ask","do":"length","padding":"';
    return `${start}${'x'.repeat(length - start.length - 2)}"}`;
  }

  it('§1.4 › a frame of more than 32 KB closes with 1009', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    client.send(padded(FRAME_BYTES + 1000));

    expect(await client.closed).toMatchObject({ code: 1009 });
    const { code, reason } = await ending(connectionId);
    expect(code).toBe(1009);
    settle('tooBigReason', reason);
  });

  it('§1.4 › a message of more than 128 KB closes with 1009, however small its frames', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    sendInFrames(client, padded(MESSAGE_BYTES + 1000));

    expect(await client.closed).toMatchObject({ code: 1009 });
    expect(await ending(connectionId)).toMatchObject({ code: 1009 });
  });

  it('§1.4 › a message of several frames is one message', async () => {
    const client = await clients.open();

    sendInFrames(client, padded(3 * FRAME_BYTES));

    expect(await client.next()).toBe(String(3 * FRAME_BYTES));
  });

  it('§4 [U] › the limits are 32 768 bytes a frame and 131 072 bytes a message', async () => {
    const answered = async (length: number) => {
      const client = await clients.open();
      sendInFrames(client, padded(length));
      return Promise.race([client.closed.then(() => false), client.next().then((text) => text === String(length))]);
    };
    const framed = async (length: number) => {
      const client = await clients.open();
      client.send(padded(length));
      return Promise.race([client.closed.then(() => false), client.next().then((text) => text === String(length))]);
    };

    const frame = (await framed(FRAME_BYTES)) && !(await framed(FRAME_BYTES + 1)) ? FRAME_BYTES : undefined;
    const message = (await answered(MESSAGE_BYTES)) && !(await answered(MESSAGE_BYTES + 1)) ? MESSAGE_BYTES : undefined;

    settle('kilobyte', { frame, message });
  });

  it('§1.4 › a binary frame closes with 1003', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    client.socket.send(bytes('{"action":"ask"}'), { binary: true });

    expect(await client.closed).toMatchObject({ code: 1003 });
    const { code, reason } = await ending(connectionId);
    expect(code).toBe(1003);
    settle('binaryReason', reason);
  });

  it('§1.4 › a ping is answered with a pong of the same payload', async () => {
    const client = await clients.open();
    let payload: string | undefined;
    client.socket.on('pong', (data) => {
      payload = data.toString();
    });

    client.socket.ping('are you there');

    expect(await eventually('pong', () => payload)).toBe('are you there');
  });
});
