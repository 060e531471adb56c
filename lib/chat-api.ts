import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { type RouteKey, repliesToClient, routes } from '../src/routes';
import { createRouteFunction } from './route-function';
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
    for (const routeKey of Object.keys(routes) as RouteKey[]) {
      const lambda = createRouteFunction(this, { routeKey, tables: this.tables, stage });
      webSocketApi.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, lambda),
        returnResponse: repliesToClient(routeKey),
      });
    }
  }
}
