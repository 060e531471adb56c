import { setTimeout as delay } from 'node:timers/promises';
import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { START_MS_MAX } from '../end-to-end/children';
import { bytes } from './bytes';
import { type Client, Clients } from './client';
import { deployment } from './deployment';
import { Management } from './management';
import { settle } from './settle';
import { type LocalTarget, startLocal, type Target } from './target';

const GOING_AWAY = { code: 1001, reason: 'Going away' };

/** Ten minutes and two hours in AWS, where these tests run with --slow only; a few seconds here. */
const [IDLE_S, CONNECTION_S] = deployment === undefined ? [2, 9] : [600, 7200];

/** A third of the idle timeout: often enough, on a machine that is late by as much again. */
const OFTEN_MS = (1000 * IDLE_S) / 3;

const SLACK_MS = 60_000;

const url = deployment?.urls.core;
const isRun = deployment === undefined ? process.env.ROLLCALL_TEST_DYNOXIDE_MISSING === undefined : deployment.slow;

// All at once, since they do nothing but wait; each has a connection of its own.
(isRun ? describe : describe.skip)('the timers (skipped without --slow, and without a database)', () => {
  let local: LocalTarget | undefined;
  let target: Target;
  const clients = new Clients(() => target);

  beforeAll(async () => {
    const flags = ['--idle-seconds', String(IDLE_S), '--connection-seconds', String(CONNECTION_S)];
    if (url === undefined) local = await startLocal('core', flags);
    target = local ?? {
      url: url ?? '',
      callbackUrl: (url ?? '').replace(/^ws/, 'http'),
      region: deployment?.region ?? '',
    };
  }, START_MS_MAX);

  afterAll(async () => {
    await clients.closeAll();
    await local?.stop();
  }, START_MS_MAX);

  async function idleOnly(): Promise<void> {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    const closed = await client.closed;
    const observer = await clients.open();
    const { requestContext } = await observer.recorded(connectionId, 'DISCONNECT');
    await observer.close();

    expect(closed).toEqual(GOING_AWAY);
    expect(requestContext).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: 'Going away' });
    expect(requestContext.requestTimeEpoch - requestContext.connectedAt).toBeGreaterThanOrEqual(1000 * IDLE_S);
    expect(client.pings).toBe(0);
  }

  /** Whether a connection outlives its idle timeout twice while something is done. */
  async function outlives(act: (client: Client, connectionId: string) => unknown): Promise<boolean> {
    const client = await clients.open();
    const connectionId = await client.connectionId();
    let isClosed = false;
    const closed = client.closed.then(() => {
      isClosed = true;
    });
    for (let round = 0; round < 6 && !isClosed; round += 1) {
      await Promise.race([delay(OFTEN_MS), closed]);
      if (!isClosed) await act(client, connectionId);
    }
    const result = !isClosed;
    await client.close();
    return result;
  }

  const tests: Readonly<Record<string, () => Promise<void>>> = {
    '§1.4 › an idle connection is closed with 1001 "Going away", as $disconnect is told; no ping comes before':
      idleOnly,
    '§1.4 › a message from the client postpones the idle timeout': async () =>
      expect(await outlives((client) => client.send({ action: 'tell' }))).toBe(true),
    '§1.4 › a post to the client postpones the idle timeout': async () => {
      const { client: sdk } = new Management(target);
      const push = (ConnectionId: string) =>
        sdk.send(new PostToConnectionCommand({ ConnectionId, Data: bytes('push') }));
      expect(await outlives((_, connectionId) => push(connectionId))).toBe(true);
    },
    '§1.4 [U] › a ping from the client and the idle timeout': async () =>
      settle('pingResetsIdle', await outlives((client) => client.socket.ping())),
    '§1.4 [U] › a busy connection is closed at the maximum duration': async () => {
      // A connection's time may begin with its handshake, before a slow $connect: so does ours.
      const startedAt = performance.now();
      const client = await clients.open();
      const chatter = setInterval(() => client.send({ action: 'tell' }), OFTEN_MS);
      const closed = await client.closed.finally(() => clearInterval(chatter));
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000 * CONNECTION_S - 1000);
      settle('durationClose', closed);
    },
  };

  it.concurrent.each(Object.keys(tests))(
    '%s',
    (name) => tests[name]?.() ?? Promise.reject(new Error(name)),
    1000 * CONNECTION_S + SLACK_MS,
  );
});

(deployment === undefined && isRun ? describe : describe.skip)('the end of the gateway (local only)', () => {
  it(
    '§1.4 › a gateway that shuts down closes with 1001',
    async () => {
      const target = await startLocal('core');
      const client = await new Clients(() => target).open();

      await target.stop();

      expect(await client.closed).toEqual(GOING_AWAY);
    },
    START_MS_MAX,
  );
});
