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
import { createTables, type Tables } from './tables';
import { createAnnouncer, createSweep } from './tasks';
import { type Tunables, tuned } from './tunables';

export interface ChatApiProps extends Tunables {
  /** The last part of the URL. @default 'dev' */
  readonly stageName?: string;
}

/** The WebSocket API with one Lambda per row of `src/routes.ts` and `src/tasks.ts`, and the tables that they share. */
export class ChatApi extends Construct {
  readonly tables: Tables;
  /** `wss://…/stage`: where clients connect. */
  readonly url: string;

  constructor(scope: Construct, id: string, { stageName = 'dev', ...tunables }: ChatApiProps = {}) {
    super(scope, id);
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
      const lambda = createFunction(this, surroundings, { file: lambdaFile(routeKey), grants });
      webSocketApi.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, lambda),
        returnResponse: repliesToClient(routeKey),
      });
    }
    createSweep(this, surroundings);
    createAnnouncer(this, surroundings);
    createFanOut(this, surroundings);
  }
}

/** The code of each file. Where nobody asks for the code (`cdk list`, tests of the template), nothing is bundled. */
function codeFor(scope: Construct, files: readonly string[]): (file: string) => Code {
  if (!Stack.of(scope).bundlingRequired) return () => Code.fromInline('exports.handler = undefined; // Not bundled.');
  const folder = bundleLambdas(files);
  return (file) => Code.fromAsset(join(folder, file));
}
