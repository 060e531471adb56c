import {
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, expect, it } from '@jest/globals';
import { bytes } from './bytes';
import { Clients } from './client';
import { holdFacts, padded } from './hold-facts';
import { Management } from './management';
import { FRAME_BYTES, frameFacts, MESSAGE_BYTES, sendInFrames } from './outside-facts';
import { settle } from './settle';
import { describeTarget } from './target';

describeTarget('core', 'the end of a connection', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  holdFacts(frameFacts, target, clients);

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

  it('§1.4 › a binary frame closes with 1003', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    client.socket.send(bytes('{"action":"ask"}'), { binary: true });

    expect(await client.closed).toMatchObject({ code: 1003 });
    const { code, reason } = await ending(connectionId);
    expect(code).toBe(1003);
    settle('binaryReason', reason);
  });
});
