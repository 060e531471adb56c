import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { ReadyFacts } from '../cli/console';
import type { StartOptions } from '../cli/options';
import type { Steps } from '../cli/steps';
import { createTables } from '../dynamodb/create-tables';
import { startEngine } from '../dynamodb/engine';
import { LOCAL_ACCOUNT, LOCAL_REGION, localClient, NO_VERSION_WARNING } from '../dynamodb/local-client';
import { type DynamoDbProxy, startProxy } from '../dynamodb/proxy';
import { type RunningGateway, startGateway } from '../gateway/gateway';
import type { GatewayEvent } from '../gateway/gateway-event';
import { LambdaFunction } from '../lambda/lambda-function';
import { codeOf } from '../process/clear-error';
import type { Closers } from '../process/closers';
import { findFreePort, portTaken, requireFreePort } from '../process/free-port';
import { openStateFolder, type StateFolder } from '../process/state-folder';
import { startWebServer } from '../process/web-server';
import { answerQueueRequest } from '../sources/queue-http';
import { createQueues, startSources } from '../sources/start-sources';
import { readCloudAssembly } from './cloud-assembly';
import type { AppDescription } from './description';
import { readTemplate } from './read-template';
import { synthesise } from './synthesise';

export interface StartContext {
  readonly root: string;
  readonly options: StartOptions;
  readonly steps: Steps;
  /** Whatever is started is added at once, so that a start which fails half-way leaves nothing behind. */
  readonly closers: Closers;
  /** Aborted when the person no longer wants to wait. */
  readonly stop: AbortController;
  readonly onEvent: (event: GatewayEvent) => void;
  /** The database ended by itself. */
  readonly onDatabaseEnded: (lastWords: string) => void;
}

/** The whole of AWS that Rollcall needs, on this machine. Rejects with a ClearError for whatever a person can change. */
export async function startApp(context: StartContext): Promise<ReadyFacts> {
  const startedAt = performance.now();
  const { options, steps, closers, stop } = context;
  // First of all, because it takes a millisecond and the rest takes seconds.
  await requireFreePort(options.port, '--port');
  await requireFreePort(options.webPort, '--web-port');
  // The Lambdas' environment names the port, so it must be known before the gateway listens.
  const port = options.port === 0 ? await findFreePort() : options.port;
  const state = await openStateFolder(options.database, { root: context.root, port });
  closers.add(state.close);

  const [app, database] = await together(stop, [
    steps.run('synthesise the app and bundle its Lambdas', () => readApp(context, state, port)),
    steps.run('start the database', () => openDatabase(context, state)),
  ]);
  await steps.run(`create ${app.tables.length} tables`, () => createAll(app, database));
  stop.signal.throwIfAborted();
  return steps.run('start the gateway', async () => {
    const gateway = await serveApi(context, { app, database, port, state });
    const web = await startWebServer({
      folder: join(context.root, 'web'),
      port: options.webPort,
      config: { url: gateway.url },
    });
    closers.add(web.close);
    stop.signal.throwIfAborted();
    return { url: gateway.url, webUrl: web.url, database, startedMs: performance.now() - startedAt };
  });
}

/** Both, or the first failure; but not before both have settled: nothing may start any more after a failed start. */
async function together<A, B>(stop: AbortController, [a, b]: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const both = Promise.all([a, b]);
  try {
    return await both;
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled([a, b]);
    throw error;
  }
}

async function readApp({ root, stop }: StartContext, state: StateFolder, port: number): Promise<AppDescription> {
  const place = { region: LOCAL_REGION, accountId: LOCAL_ACCOUNT };
  await synthesise({ root, output: state.cloudAssembly, signal: stop.signal, ...place });
  const assembly = await readCloudAssembly(state.cloudAssembly);
  return readTemplate({ ...assembly, ...place, localHost: `localhost:${port}` });
}

/** @returns the URL of a DynamoDB. */
async function openDatabase(
  { options, closers, stop, onDatabaseEnded }: StartContext,
  state: StateFolder,
): Promise<string> {
  if (options.database.kind === 'url') return options.database.url;
  // Only while it starts: later on, the last $disconnect Lambdas still need it after the person has asked to stop.
  const started = new AbortController();
  const engine = await startEngine({
    ...(state.databaseFile !== undefined && { databaseFile: state.databaseFile }),
    onStarted(close) {
      closers.add(close);
      stop.signal.addEventListener('abort', () => void close(), { once: true, signal: started.signal });
    },
  }).finally(() => started.abort());
  engine.ended.then(onDatabaseEnded);
  return engine.url;
}

async function createAll(app: AppDescription, database: string): Promise<void> {
  const client = localClient(database);
  try {
    await createTables(client, app.tables);
  } finally {
    client.destroy();
  }
}

interface Served {
  readonly app: AppDescription;
  readonly database: string;
  readonly port: number;
  readonly state: StateFolder;
}

async function serveApi(
  { closers, onEvent }: StartContext,
  { app, database, port, state }: Served,
): Promise<RunningGateway> {
  const proxy = await startProxy({ engineUrl: database });
  closers.add(proxy.close);
  const functions = createFunctions(app, proxy, port);
  closers.add(() => Promise.all([...functions.values()].map((lambda) => lambda.close())));
  const queues = createQueues(app);
  let gateway: RunningGateway | undefined;
  try {
    gateway = await startGateway({
      app,
      port,
      onEvent,
      functionOf: (logicalId) => existing(functions, logicalId),
      takeUnits: proxy.takeUnits,
      journalPath: state.journalPath,
      extraRequestHandler: (request, response) =>
        answerQueueRequest(queues, request, response) || answerLocal(request, response, { app, database, gateway }),
    });
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, '--port') : error;
  }
  closers.add(gateway.close);
  const functionOf = (logicalId: string) => existing(functions, logicalId);
  const checkpointsPath = join(state.folder, 'sources.json');
  const common = { app, database, queues, checkpointsPath, functionOf, onEvent, takeUnits: proxy.takeUnits };
  closers.add((await startSources(common)).close);
  return gateway;
}

function createFunctions(app: AppDescription, proxy: DynamoDbProxy, port: number): ReadonlyMap<string, LambdaFunction> {
  const extraEnvironment = {
    ...NO_VERSION_WARNING,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ENDPOINT_URL_SQS: `http://localhost:${port}`,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://localhost:${port}/${app.stage}`,
  };
  const place = { region: app.region, accountId: app.accountId };
  return new Map(
    [...app.functions].map(([id, lambda]) => [id, new LambdaFunction(lambda, { extraEnvironment, ...place })] as const),
  );
}

function existing<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`no function ${key}`);
  return value;
}

/** `GET /_local/`: what `npm run who` asks, and whoever wants to know what runs here. */
function answerLocal(
  request: IncomingMessage,
  response: ServerResponse,
  { app, database, gateway }: { app: AppDescription; database: string; gateway: RunningGateway | undefined },
): boolean {
  if (request.method !== 'GET' || !/^\/_local\/?(\?|$)/.test(request.url ?? '')) return false;
  const tables = Object.fromEntries(app.tables.map(({ logicalId, tableName }) => [logicalId, tableName]));
  const connections = gateway?.connections() ?? [];
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ stackName: app.stackName, url: gateway?.url, database, tables, connections }));
  return true;
}
