import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type RouteKey, repliesToClient, routes } from '../src/routes';
import { bundleLambdas } from './bundle';
import { createRouteFunction, lambdaName } from './route-function';
import { createTables, type Tables } from './tables';

export interface ChatApiProps {
  /** The last part of the URL. @default 'dev' */
  readonly stageName?: string;
}

/** The WebSocket API with one Lambda per row of `src/routes.ts`, and the tables that they share. */
export class ChatApi extends Construct {
  readonly tables: Tables;
  /** `wss://…/stage`: where clients connect. */
  readonly url: string;

  constructor(scope: Construct, id: string, { stageName = 'dev' }: ChatApiProps = {}) {
    super(scope, id);
    this.tables = createTables(this);
    const webSocketApi = new WebSocketApi(this, 'WebSocketApi', {
      description: 'Rollcall',
      routeSelectionExpression: '$request.body.action',
    });
    const stage = new WebSocketStage(this, 'Stage', { webSocketApi, stageName, autoDeploy: true });
    this.url = stage.url;
    const routeKeys = Object.keys(routes) as RouteKey[];
    const codeOf = codeFor(this, routeKeys);
    for (const routeKey of routeKeys) {
      const lambda = createRouteFunction(this, { routeKey, code: codeOf(routeKey), tables: this.tables, stage });
      webSocketApi.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, lambda),
        returnResponse: repliesToClient(routeKey),
      });
    }
  }
}

/** The code of each route. Where nobody asks for the code (`cdk list`, tests of the template), nothing is bundled. */
function codeFor(scope: Construct, routeKeys: readonly RouteKey[]): (routeKey: RouteKey) => Code {
  if (!Stack.of(scope).bundlingRequired) return () => Code.fromInline('exports.handler = undefined; // Not bundled.');
  const folder = bundleLambdas(routeKeys.map(lambdaName));
  return (routeKey) => Code.fromAsset(join(folder, lambdaName(routeKey)));
}
