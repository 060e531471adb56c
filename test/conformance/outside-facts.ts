/**
 * The facts that any app shows to whoever connects: they need no fixture. The suite holds the local gateway to them, and `npm run smoke` a
 * deployed Rollcall. So there is nothing of Jest here.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { bytes } from './bytes';
import { type Client, type Clients, PATIENCE_MS } from './client';
import type { OpenFactName } from './open-facts';

/** An app, as far as these facts have to know it. */
export interface OutsideApp {
  readonly clients: Clients;
  readonly callbackUrl: string;
  /** A message of about so many bytes, or exactly so many, that is answered with one frame. */
  message(length?: number): string;
  isAnswer(text: string): boolean;
  connectionId(client: Client): Promise<string>;
}

/** What was seen of an open fact, for `settle`. */
export interface SeenFact {
  readonly name: OpenFactName;
  readonly seen: unknown;
}

export interface OutsideFact {
  readonly title: string;
  /** Rejects where the fact does not hold. What is open about it is what it resolves with. */
  check(app: OutsideApp): Promise<SeenFact | undefined>;
}

export const FRAME_BYTES = 32 * 1024;
export const MESSAGE_BYTES = 128 * 1024;

/** A URL is at most 4096 characters long. The rest of it takes less than the difference to these. */
const PADDING_FITS = 3_800;
const PADDING_EXCEEDS = 4_200;

function fact(title: string, check: (app: OutsideApp) => Promise<unknown>): OutsideFact {
  return { title, check: async (app) => check(app).then(() => undefined) };
}

function openFact(title: string, name: OpenFactName, look: (app: OutsideApp) => Promise<unknown>): OutsideFact {
  return { title, check: async (app) => ({ name, seen: await look(app) }) };
}

async function assertAnswered(app: OutsideApp, client: Client): Promise<void> {
  client.send(app.message());
  const text = await client.next();
  assert.ok(app.isAnswer(text), `the answer is ${text}`);
}

/** One message in frames of at most 32 KB. */
export function sendInFrames(client: Client, text: string): void {
  for (let start = 0; start < text.length; start += FRAME_BYTES) {
    client.socket.send(text.slice(start, start + FRAME_BYTES), { fin: start + FRAME_BYTES >= text.length });
  }
}

async function closeCode(client: Client): Promise<number> {
  const tooLate = delay(PATIENCE_MS, undefined, { ref: false }).then(() => assert.fail('the connection stays open'));
  return (await Promise.race([client.closed, tooLate])).code;
}

async function isAnswered(app: OutsideApp, send: (client: Client) => void): Promise<boolean> {
  const client = await app.clients.open();
  send(client);
  try {
    return app.isAnswer(await client.next());
  } catch (error) {
    if (client.isClosed) return false;
    throw error;
  }
}

async function statusOfHeaders(app: OutsideApp, length: number): Promise<number | string> {
  const headers = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`X-${name}`, 'x'.repeat(length / 4)]));
  const answer = await app.clients.refusal({ headers }).catch((error: Error) => error.message);
  return typeof answer === 'string' ? answer : answer.status;
}

export const handshakeFacts: readonly OutsideFact[] = [
  fact('§1.1.1 › the endpoint is the stage, with or without a slash at its end', async (app) => {
    await assertAnswered(app, await app.clients.open());
    await assertAnswered(app, await app.clients.open({ suffix: '/' }));
  }),
  fact('§1.1.1 › a URL of fewer than 4096 characters is accepted, a longer one is not', async ({ clients }) => {
    const padding = (length: number) => ({ query: { padding: 'x'.repeat(length) } });

    await clients.open(padding(PADDING_FITS));
    const { status } = await clients.refusal(padding(PADDING_EXCEEDS));

    assert.ok(status >= 400, `the status is ${status}`);
  }),
  openFact('§4 [U] › the headers of a handshake may have so many bytes in all', 'headerBytes', async (app) => [
    await statusOfHeaders(app, 9_500),
    await statusOfHeaders(app, 11_000),
  ]),
  fact(
    '§1.1.8 › without one from $connect no subprotocol is selected, and the client gives up',
    async ({ clients }) => {
      await assert.rejects(clients.refusal({ protocols: ['one'] }), /Server sent no subprotocol/);
    },
  ),
  openFact('§1.1.11 [U] › a stage that does not exist is refused', 'unknownStage', async ({ clients }) => {
    const { status, body } = await clients.refusal({ suffix: '-that-is-not-there' });

    assert.ok(status >= 400, `the status is ${status}`);
    return { status, body };
  }),
  fact('§1.1.12 › a request without an upgrade gets 426', async ({ callbackUrl }) => {
    const response = await fetch(callbackUrl, { signal: AbortSignal.timeout(PATIENCE_MS) });
    // A body that nobody reads keeps its connection, and with it the process.
    await response.body?.cancel();

    assert.equal(response.status, 426);
  }),
];

export const frameFacts: readonly OutsideFact[] = [
  ...[1000, 4001].map((code) =>
    fact(`§1.3.4 › a close with ${code} is echoed`, async ({ clients }) => {
      const client = await clients.open();

      client.socket.close(code);

      assert.equal(await closeCode(client), code);
    }),
  ),
  fact('§1.4 › a message of several frames is one message', async (app) => {
    const client = await app.clients.open();

    sendInFrames(client, app.message(3 * FRAME_BYTES));
    const text = await client.next();

    assert.ok(app.isAnswer(text), `the answer is ${text}`);
  }),
  fact('§1.4 › a frame of more than 32 KB closes with 1009', async (app) => {
    const client = await app.clients.open();

    client.send(app.message(FRAME_BYTES + 1000));

    assert.equal(await closeCode(client), 1009);
  }),
  fact('§1.4 › a message of more than 128 KB closes with 1009, however small its frames', async (app) => {
    const client = await app.clients.open();

    sendInFrames(client, app.message(MESSAGE_BYTES + 1000));

    assert.equal(await closeCode(client), 1009);
  }),
  openFact('§4 [U] › the limits are 32 768 bytes a frame and 131 072 bytes a message', 'kilobyte', async (app) => {
    const framed = (length: number) => isAnswered(app, (client) => client.send(app.message(length)));
    const inFrames = (length: number) => isAnswered(app, (client) => sendInFrames(client, app.message(length)));

    return {
      frame: (await framed(FRAME_BYTES)) && !(await framed(FRAME_BYTES + 1)) ? FRAME_BYTES : null,
      message: (await inFrames(MESSAGE_BYTES)) && !(await inFrames(MESSAGE_BYTES + 1)) ? MESSAGE_BYTES : null,
    };
  }),
  fact('§1.4 › a binary frame closes with 1003', async (app) => {
    const client = await app.clients.open();

    client.socket.send(bytes(app.message()), { binary: true });

    assert.equal(await closeCode(client), 1003);
  }),
  fact('§1.4 › a ping is answered with a pong of the same payload', async ({ clients }) => {
    const { socket } = await clients.open();
    const pong = once(socket, 'pong', { signal: AbortSignal.timeout(PATIENCE_MS) });

    socket.ping('are you there');

    assert.equal(String((await pong)[0]), 'are you there');
  }),
  fact('§3.11 › the answer is a text frame', async (app) => {
    const client = await app.clients.open();

    client.send(app.message());

    assert.equal((await client.nextFrame()).isBinary, false);
  }),
];

export const managementFacts: readonly OutsideFact[] = [
  openFact('§5 [U] › without a signature the answer is 403, and nothing happens', 'unsignedCallback', async (app) => {
    const client = await app.clients.open();
    const url = `${app.callbackUrl}/@connections/${encodeURIComponent(await app.connectionId(client))}`;
    const ask = async (init: RequestInit) => {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
      return { status: response.status, text: await response.text() };
    };

    const posted = await ask({ method: 'POST', body: 'unsigned' });
    const [got, deleted] = [await ask({}), await ask({ method: 'DELETE' })];

    assert.deepEqual([posted.status, got.status, deleted.status], [403, 403, 403]);
    await assertAnswered(app, client);
    return posted.text;
  }),
];
