import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import type { Invocation } from '../../../local/lambda/invocation';
import { LambdaFunction } from '../../../local/lambda/lambda-function';

const FIXTURES = join(__dirname, '../../fixtures/local');

const opened: LambdaFunction[] = [];

function lambda(directory: string, handler: string, more: { timeoutMs?: number } = {}): LambdaFunction {
  const made = new LambdaFunction({
    ...{ logicalId: 'It', functionName: 'Stack-It', environment: {}, timeoutMs: 10_000, memoryMb: 256 },
    codeDirectory: directory,
    handler: `index.${handler}`,
    ...more,
  });
  opened.push(made);
  return made;
}

const unfinished = (handler: string, more = {}) => lambda(join(FIXTURES, 'unfinished'), handler, more);

const warningsOf = ({ logs }: Invocation) => logs.filter(({ text }) => text.startsWith('WARN')).map(({ text }) => text);

afterEach(async () => {
  await Promise.all(opened.splice(0).map((made) => made.close()));
});

/** Answers `/now`, and lets everything else wait. */
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => void (request.url === '/now' && response.end('now')));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a handler that returns while something is pending', () => {
  it.each([
    ['timer', /: a timer, begun at .*unfinished\/index\.js:19:3$/],
    ['interval', /: a timer, begun at .*unfinished\/index\.js:22:3$/],
    ['request', /: GET http:\/\/localhost\/later, begun at .*unfinished\/index\.js:10:10$/],
    ['fetch', /: GET http:\/\/localhost:\d+\/later/],
    ['child', /: a child process, begun at .*unfinished\/index\.js:34:3$/],
    ['throws', /: a timer, begun at .*unfinished\/index\.js:37:3$/],
    ['callbackNow', /: a timer, begun at .*unfinished\/index\.js:44:3$/],
  ])('of %s is warned of in its log, with the line', async (handler, expected) => {
    const invocation = await unfinished(handler).invoke({ url: `http://localhost:${port}/later` });

    expect(warningsOf(invocation)).toEqual([expect.stringMatching(expected)]);
  });

  it('of a plain socket is warned of, too', async () => {
    const peer = createTcpServer();
    await new Promise<void>((resolve) => peer.listen(0, 'localhost', resolve));

    const invocation = await unfinished('socket').invoke({ port: (peer.address() as AddressInfo).port });
    await Promise.all(opened.splice(0).map((made) => made.close()));
    await new Promise((resolve) => peer.close(resolve));

    expect(warningsOf(invocation)).toEqual([expect.stringMatching(/: a socket, begun at .*:31:3$/)]);
  });

  it('of thousands of timers is warned of once per line of code', async () => {
    expect(warningsOf(await unfinished('many').invoke({}))).toHaveLength(1);
  });
});

describe('a handler is not warned', () => {
  it.each(['awaitedRequest', 'awaitedFetch', 'cleared', 'unreferenced', 'promisesOnly'])(
    'for %s, cold or warm',
    async (handler) => {
      const quiet = unfinished(handler);
      const event = { url: `http://localhost:${port}/now` };

      const invocations = [await quiet.invoke(event), await quiet.invoke(event)];

      expect(invocations.map(({ outcome }) => outcome)).toEqual(['returned', 'returned']);
      expect(invocations.flatMap(warningsOf)).toEqual([]);
    },
  );

  it('for a timer of an earlier invocation', async () => {
    const timer = unfinished('timer');

    const [first, second] = [await timer.invoke({}), await timer.invoke({})];

    expect([first, second].map((invocation) => warningsOf(invocation).length)).toEqual([1, 1]);
  });
});

describe('a handler that answers through its callback', () => {
  it('has its answer held back until nothing is pending, as AWS does', async () => {
    const invocation = await unfinished('callbackWaits').invoke({ ms: 20 });

    expect(invocation).toMatchObject({ outcome: 'returned', payload: 'AWS waits for the timer' });
    expect(invocation.logs.map(({ text }) => text)).toEqual(['the timer']);
  });

  it('times out if something stays pending', async () => {
    const invocation = await unfinished('callbackWaits', { timeoutMs: 100 }).invoke({ ms: 60_000 });

    expect(invocation.outcome).toBe('timed-out');
  });
});

describe('between two invocations', () => {
  it('an environment stands still', async () => {
    const turns = unfinished('turnsForEver');
    await turns.invoke({});

    // What another function's cold start takes is thousands of turns of an event loop.
    await unfinished('promisesOnly').invoke({});
    const second = await turns.invoke({});

    expect(Object(second).payload).toBeLessThan(100);
  });
});

describe('a bundle of TypeScript with its source map', () => {
  const bundle = mkdtempSync(join(tmpdir(), 'typescript-'));

  beforeAll(() => {
    const entryPoints = [join(FIXTURES, 'typescript/index.ts')];
    buildSync({ entryPoints, outdir: bundle, platform: 'node', format: 'cjs', minify: true, sourcemap: true });
  });

  afterAll(() => rmSync(bundle, { recursive: true }));

  it('has errors whose stack points at the source', async () => {
    const invocation = await lambda(bundle, 'handler').invoke({ reason: 'because' });

    if (invocation.outcome !== 'failed') throw new Error(invocation.outcome);
    const [message, first, second] = invocation.trace.split('\n');
    expect(message).toBe('TypeError: because');
    expect(first).toMatch(/typescript\/index\.ts:11:9\)?$/);
    expect(second).toMatch(/typescript\/index\.ts:7:10\)?$/);
  });

  it('has warnings that point at the source', async () => {
    const invocation = await lambda(bundle, 'forgets').invoke({});

    expect(warningsOf(invocation)).toEqual([expect.stringMatching(/typescript\/index\.ts:15:3$/)]);
  });
});
