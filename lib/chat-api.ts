import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { lambdaFile, type RouteKey, repliesToClient, routes } from '../src/routes';
import { tasks } from '../src/tasks';
import { bundleLambdas } from './bundle';
import { createFunction } from './chat-function';
import { createFanOut, createFanOutQueue } from './fan-out';
import { AllowedOrigins } from './origins';
import { createTables, type Tables } from './tables';
import { createAnnouncer, createSweep } from './tasks';
import { type Tunables, tuned } from './tunables';

export interface ChatApiProps extends Tunables {
  /** The last part of the URL. @default 'dev' */
  readonly stageName?: string;
  /**
   * The sites whose pages may connect: `['https://chat.example.com']`. Programs that are no browsers send no origin, and may always. An
   * empty list: no page may. @default all
   */
  readonly allowedOrigins?: readonly string[];
}

/** The WebSocket API with one Lambda per row of `src/routes.ts` and `src/tasks.ts`, and the tables that they share. */
export class ChatApi extends Construct {
  readonly tables: Tables;
  /** `wss://…/stage`: where clients connect. */
  readonly url: string;
  readonly #origins: AllowedOrigins;

  constructor(scope: Construct, id: string, { stageName = 'dev', allowedOrigins, ...tunables }: ChatApiProps = {}) {
    super(scope, id);
    this.#origins = new AllowedOrigins(allowedOrigins);
    this.tables = createTables(this);
    const webSocketApi = new WebSocketApi(this, 'WebSocketApi', {
      description: 'Rollcall',
      routeSelectionExpression: '$request.body.action',
    });
    const stage = new WebSocketStage(this, 'Stage', { webSocketApi, stageName, autoDeploy: true });
    this.url = stage.url;
    const routeKeys = Object.keys(routes) as RouteKey[];
    const files = [...routeKeys.map(lambdaFile), ...Object.keys(tasks)];
    const fanOutQueue = createFanOutQueue(this);
    const codeOf = codeFor(this, files);
    const surroundings = { tables: this.tables, stage, fanOutQueue, tuned: tuned(tunables), codeOf };
    for (const routeKey of routeKeys) {
      const { grants } = routes[routeKey];
      const environment = routeKey === '$connect' ? this.#origins.environment : {};
      const lambda = createFunction(this, surroundings, { file: lambdaFile(routeKey), grants, environment });
      webSocketApi.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, lambda),
        returnResponse: repliesToClient(routeKey),
      });
    }
    createSweep(this, surroundings);
    createAnnouncer(this, surroundings);
    createFanOut(this, surroundings);
  }

  /**
   * Lets pages of one more site connect, where `allowedOrigins` names any. The origin may be known by the deployment only, like that of a
   * distribution in the same stack, although that knows the API's URL: the API does not wait for its Lambdas.
   */
  allowOrigin(origin: string): void {
    this.#origins.allow(origin);
  }
}

/** The code of each file. Where nobody asks for the code (`cdk list`, tests of the template), nothing is bundled. */
function codeFor(scope: Construct, files: readonly string[]): (file: string) => Code {
  if (!Stack.of(scope).bundlingRequired) return () => Code.fromInline('exports.handler = undefined; // Not bundled.');
  const folder = bundleLambdas(files);
  return (file) => Code.fromAsset(join(folder, file));
}
