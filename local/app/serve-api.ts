import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StartOptions } from '../cli/options';
import { NO_VERSION_WARNING } from '../dynamodb/local-client';
import { requirePermissions } from '../dynamodb/permissions';
import { type DynamoDbProxy, startProxy } from '../dynamodb/proxy';
import { databaseFaults } from '../faults/database-faults';
import { Faults } from '../faults/faults';
import { type RunningGateway, startGateway } from '../gateway/gateway';
import type { GatewayEvent } from '../gateway/gateway-event';
import { Callers } from '../iam/callers';
import { LambdaFunction } from '../lambda/lambda-function';
import { codeOf } from '../process/clear-error';
import type { Closers } from '../process/closers';
import { portTaken } from '../process/free-port';
import type { StateFolder } from '../process/state-folder';
import { ServedFunctions } from '../watch/served-functions';
import type { AppDescription } from './description';

export interface ServeContext {
  readonly closers: Closers;
  readonly onEvent: (event: GatewayEvent) => void;
  readonly options: Pick<StartOptions, 'behaviours' | 'limits' | 'faults'>;
}

export interface Served {
  readonly app: AppDescription;
  readonly database: string;
  readonly port: number;
  readonly state: Pick<StateFolder, 'journalPath'>;
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
  const functions = createFunctions({ app, proxy, port, callers, faults });
  closers.add(() => functions.close());
  let gateway: RunningGateway | undefined;
  try {
    gateway = await startGateway({
      app,
      port,
      callers,
      faults,
      onEvent,
      behaviours: options.behaviours,
      functionOf: (logicalId) => functions.get(logicalId),
      takeUnits: proxy.takeUnits,
      journalPath: state.journalPath,
      limits: options.limits,
      extraRequestHandler: (request, response) => answerLocal(request, response, { app, database, gateway }),
    });
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, '--port') : error;
  }
  closers.add(gateway.close);
  return { gateway, functions };
}

interface FunctionSource {
  readonly app: AppDescription;
  readonly proxy: DynamoDbProxy;
  readonly port: number;
  readonly callers: Callers;
  readonly faults: Faults | undefined;
}

function createFunctions({ app, proxy, port, callers, faults }: FunctionSource): ServedFunctions {
  const extraEnvironment = {
    ...NO_VERSION_WARNING,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://localhost:${port}/${app.stage}`,
  };
  const place = { region: app.region, accountId: app.accountId };
  return new ServedFunctions({
    functions: app.functions.values(),
    create: (lambda) =>
      new LambdaFunction(lambda, { extraEnvironment, ...place, watch: callers.watch(lambda), faults }),
  });
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
