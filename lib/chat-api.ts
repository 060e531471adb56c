import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type RouteKey, repliesToClient, routes } from '../src/routes';
import { bundleLambdas } from './bundle';
import type { ChatApiProps } from './chat-api-props';
import { type ChatFunctions, createFunctions, LAMBDA_FILES } from './chat-functions';
import { AllowedOrigins } from './origins';
import { createQueues, type Queues } from './queues';
import { reservedFor } from './reserved-concurrency';
import { createTables, type Tables } from './tables';
import { invokeAnnouncer, invokeFanOut, invokeSweep } from './tasks';
import { throttleOf } from './throttle';
import { tuned } from './tunables';

/** The WebSocket API with one Lambda per row of `src/routes.ts` and `src/tasks.ts`, and the tables that they share. */
export class ChatApi extends Construct {
  /** `wss://…/stage`: where clients connect. */
  readonly url: string;
  readonly webSocketApi: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly tables: Tables;
  readonly queues: Queues;
  /** By route key (`functions.login`, `functions.$connect`) or task (`functions.sweep`). */
  readonly functions: ChatFunctions;
  readonly #origins: AllowedOrigins;

  constructor(scope: Construct, id: string, props: ChatApiProps = {}) {
    super(scope, id);
    const { stageName = 'dev', reservedConcurrency = false, logRetention } = props;
    const settings = tuned(props);
    this.#origins = new AllowedOrigins(props.allowedOrigins);
    this.tables = createTables(this);
    this.webSocketApi = new WebSocketApi(this, 'WebSocketApi', {
      description: 'Rollcall',
      routeSelectionExpression: '$request.body.action',
    });
    const { webSocketApi } = this;
    const throttle = throttleOf(props.throttle);
    this.stage = new WebSocketStage(this, 'Stage', { webSocketApi, stageName, autoDeploy: true, throttle });
    this.url = this.stage.url;
    this.queues = createQueues(this);
    const surroundings = {
      tables: this.tables,
      stage: this.stage,
      fanOutQueue: this.queues.fanOut,
      tuned: settings,
      logRetention,
      codeOf: codeFor(this),
    };
    const reserved = reservedFor(reservedConcurrency);
    this.functions = createFunctions(this, surroundings, reserved);
    this.#addRoutes();
    this.#origins.tell(this.functions.$connect);
    invokeSweep(this, this.functions.sweep, settings);
    invokeAnnouncer(this, this.functions.announce, { ...this, tuned: settings });
    invokeFanOut(this, this.functions['fan-out'], { fanOut: this.queues.fanOut, reserved: reserved['fan-out'] });
  }

  /**
   * Lets pages of one more site connect, where `allowedOrigins` names any. The origin may be known by the deployment only, like that of a
   * distribution in the same stack, although that knows the API's URL: the API does not wait for its Lambdas.
   */
  allowOrigin(origin: string): void {
    this.#origins.allow(origin);
  }

  #addRoutes(): void {
    for (const routeKey of Object.keys(routes) as RouteKey[]) {
      this.webSocketApi.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, this.functions[routeKey]),
        returnResponse: repliesToClient(routeKey),
      });
    }
  }
}

/** The code of each file. Where nobody asks for the code (`cdk list`, tests of the template), nothing is bundled. */
function codeFor(scope: Construct): (file: string) => Code {
  if (!Stack.of(scope).bundlingRequired) return () => Code.fromInline('exports.handler = undefined; // Not bundled.');
  const folder = bundleLambdas(LAMBDA_FILES);
  return (file) => Code.fromAsset(join(folder, file));
}
