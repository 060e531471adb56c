import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { StartOptions } from '../cli/options';
import { NO_VERSION_WARNING } from '../dynamodb/local-client';
import { requirePermissions } from '../dynamodb/permissions';
import { type DynamoDbProxy, startProxy } from '../dynamodb/proxy';
import { Counters } from '../faults/counters';
import { databaseFaults } from '../faults/database-faults';
import { Faults } from '../faults/faults';
import { answerCommand } from '../faults/local-commands';
import { type RunningGateway, startGateway } from '../gateway/gateway';
import type { GatewayEvent } from '../gateway/gateway-event';
import { Callers } from '../iam/callers';
import { LambdaFunction } from '../lambda/lambda-function';
import { codeOf } from '../process/clear-error';
import type { Closers } from '../process/closers';
import { portTaken } from '../process/free-port';
import type { StateFolder } from '../process/state-folder';
import { answerQueueRequest } from '../sources/queue-http';
import { createQueues, startSources } from '../sources/start-sources';
import { ServedFunctions } from '../watch/served-functions';
import type { AppDescription } from './description';

export interface ServeContext {
  readonly closers: Closers;
  readonly onEvent: (event: GatewayEvent) => void;
  readonly options: Pick<StartOptions, 'behaviours' | 'limits' | 'faults' | 'environments'>;
}

export interface Served {
  readonly app: AppDescription;
  readonly database: string;
  readonly port: number;
  readonly state: Pick<StateFolder, 'journalPath' | 'folder'>;
}

export interface ServedApi {
  readonly gateway: RunningGateway;
  readonly functions: ServedFunctions;
}

/** Everything in front of the database: the proxy, the functions, the gateway. */
export async function serveApi(
  { closers, onEvent, options }: ServeContext,
  { app, database, port, state }: Served,
): Promise<ServedApi> {
  const callers = new Callers(app);
  const faults = options.faults && new Faults(options.faults);
  const proxy = await startProxy({
    engineUrl: database,
    refuse: requirePermissions(callers, app),
    ...(faults && { intercept: databaseFaults(faults, callers) }),
  });
  closers.add(proxy.close);
  const functions = createFunctions({ app, proxy, port, callers, faults, environments: options.environments });
  closers.add(() => functions.close());
  const queues = createQueues(app);
  const counters = new Counters();
  // Whoever invokes functions, a message or a stream, finds them and tells of them in the same way.
  const invoking = {
    functionOf: (logicalId: string) => functions.get(logicalId),
    takeUnits: proxy.takeUnits,
    onEvent(event: GatewayEvent) {
      counters.add(event);
      onEvent(event);
    },
  };
  let gateway: RunningGateway | undefined;
  try {
    gateway = await startGateway({
      ...{ app, port, callers, faults, ...invoking },
      behaviours: options.behaviours,
      limits: options.limits,
      journalPath: state.journalPath,
      extraRequestHandler: (request, response) =>
        answerQueueRequest({ queues, callers, where: app }, request, response) ||
        answerLocal(request, response, { app, database, gateway, functions, faults, counters }),
    });
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, '--port') : error;
  }
  closers.add(gateway.close);
  const sources = await startSources({
    ...{ app, database, queues, ...invoking },
    checkpointsPath: join(state.folder, 'sources.json'),
  });
  closers.add(sources.close);
  return { gateway, functions };
}

interface FunctionSource {
  readonly app: AppDescription;
  readonly proxy: DynamoDbProxy;
  readonly port: number;
  readonly callers: Callers;
  readonly faults: Faults | undefined;
  readonly environments: number | undefined;
}

function createFunctions({ app, proxy, port, callers, faults, environments }: FunctionSource): ServedFunctions {
  const extraEnvironment = {
    ...NO_VERSION_WARNING,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ENDPOINT_URL_SQS: `http://localhost:${port}`,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://localhost:${port}/${app.stage}`,
  };
  const place = { region: app.region, accountId: app.accountId };
  const bound = environments === undefined ? {} : { maxEnvironments: environments };
  return new ServedFunctions({
    functions: app.functions.values(),
    create: (lambda) =>
      new LambdaFunction(lambda, { extraEnvironment, ...place, ...bound, watch: callers.watch(lambda), faults }),
  });
}

interface LocalFacts {
  readonly app: AppDescription;
  readonly database: string;
  readonly gateway: RunningGateway | undefined;
  readonly functions: ServedFunctions;
  readonly faults: Faults | undefined;
  readonly counters: Counters;
}

/** `/_local/`: what `npm run who` asks, whoever wants to know what runs here, and whoever wants to disturb it. */
function answerLocal(
  request: IncomingMessage,
  response: ServerResponse,
  { app, database, gateway, functions, faults, counters }: LocalFacts,
): boolean {
  if (gateway !== undefined && answerCommand(request, response, { control: gateway.control, faults })) return true;
  if (request.method !== 'GET' || !/^\/_local\/?(\?|$)/.test(request.url ?? '')) return false;
  const facts = {
    stackName: app.stackName,
    url: gateway?.url,
    database,
    tables: Object.fromEntries(app.tables.map(({ logicalId, tableName }) => [logicalId, tableName])),
    apiKeys: (app.apiKeys?.keys ?? []).map(({ keyId, value }) => ({ keyId, value })),
    connections: gateway?.connections() ?? [],
    functions: functions.environments(),
    faults: faults?.report() ?? null,
    counters: counters.report(),
    metrics: gateway?.metrics(),
  };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(facts));
  return true;
}
