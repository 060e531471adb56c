/**
 * The servers that `bench/gateway.ts` compares, each in a process of its own: `ws`, a bare echo server, or `gateway`, the
 * local gateway with a trivial two-way Lambda. Says its URL when it listens, and its memory when asked.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { AppDescription } from '../../local/app/description';
import { startGateway } from '../../local/gateway/gateway';
import { LambdaFunction } from '../../local/lambda/lambda-function';

const LAMBDA = 'exports.handler = async (event) => ({ statusCode: 200, body: event.body });';

const APP: AppDescription = {
  ...{ stackName: 'Bench', apiId: 'bench00000', stage: 'dev', region: 'us-east-1', accountId: '000000000000' },
  routeSelectionExpression: '$request.body.action',
  routes: new Map([
    ['echo', { routeKey: 'echo', functionId: 'Echo', integrationTimeoutMs: 29_000, returnsResponse: true }],
  ]),
  functions: new Map(),
  tables: [],
};

/** The account's throttle and quota would be what is measured. */
const UNBOUNDED = {
  ...{ accountRequestsPerSecond: Number.POSITIVE_INFINITY, accountBurst: Number.POSITIVE_INFINITY },
  ...{ connectionsPerSecond: Number.POSITIVE_INFINITY, connectionsBurst: Number.POSITIVE_INFINITY },
};

function echo(): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, clientTracking: false });
  server.on('connection', (socket) => socket.on('message', (message) => socket.send(String(message))));
  return new Promise((resolve) => {
    server.once('listening', () => resolve(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

async function gateway(): Promise<string> {
  const codeDirectory = mkdtempSync(join(tmpdir(), 'bench-lambda-'));
  process.on('exit', () => rmSync(codeDirectory, { recursive: true, force: true }));
  writeFileSync(join(codeDirectory, 'index.js'), LAMBDA);
  const lambda = new LambdaFunction({
    ...{ logicalId: 'Echo', functionName: 'Echo', codeDirectory, handler: 'index.handler' },
    ...{ environment: {}, timeoutMs: 10_000, memoryMb: 128 },
  });
  const running = await startGateway({
    limits: UNBOUNDED,
    app: APP,
    functionOf: () => lambda,
    takeUnits: () => ({ readUnits: 0, writeUnits: 0, databaseRequests: 0 }),
    onEvent: () => undefined,
  });
  return running.url;
}

/** After a full collection, twice: the first one only finds out what is garbage. */
function memoryBytes(): number {
  global.gc?.();
  global.gc?.();
  return process.memoryUsage().rss;
}

process.on('disconnect', () => process.exit());
process.on('message', () => process.send?.(memoryBytes()));
(process.argv[2] === 'ws' ? echo : gateway)().then((url) => process.send?.(url));
