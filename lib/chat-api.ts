import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import {
  type IWebSocketRouteAuthorizer,
  type ThrottleSettings,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import * as routes from '../src/routes';
import { acknowledgeApi } from './acknowledged';
import { lambdasFolder } from './artifacts';
import type { ChatApiProps } from './chat-api-props';
import { socketsArn } from './chat-function';
import { createFunctions, LAMBDA_FILES } from './chat-functions';
import { createDomain } from './domain';
import { letLogsUse } from './encryption';
import type { ChatFunctions } from './function-name';
import { AUTHORIZER_FILE, passwordsOf, switchPasswords } from './identity';
import { apiName, observed } from './observed';
import { AllowedOrigins } from './origins';
import { createQueues, type Queues } from './queues';
import { reservedFor } from './reserved-concurrency';
import { type RouteKey, repliesToClient } from './route-key';
import { createTables, type Tables } from './tables';
import { invokeAnnouncer, invokeFanOut, invokeSweep } from './tasks';
import { throttleOf } from './throttle';
import { tuned } from './tunables';
import { watchOver } from './watch';

/** The WebSocket API with one Lambda per row of `src/routes.ts` and `src/tasks.ts`, and the tables that they share. */
export class ChatApi extends Construct {
  /** Where clients connect: `wss://…/stage`, or the domain. */
  readonly url: string;
  /** What the domain's name has to be an alias of (CNAME), if there is a domain. */
  readonly domainTarget: string | undefined;
  readonly webSocketApi: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly tables: Tables;
  readonly queues: Queues;
  /** By route key (`functions.login`, `functions.$connect`) or task (`functions.sweep`). */
  readonly functions: ChatFunctions;
  readonly #origins: AllowedOrigins;

  constructor(scope: Construct, id: string, props: ChatApiProps = {}) {
    super(scope, id);
    const { stageName = 'dev', keepData = true, reservedConcurrency = false, logRetention, encryptionKey } = props;
    const settings = tuned(props);
    const name = apiName(this);
    const reserved = reservedFor(reservedConcurrency);
    const passwords = passwordsOf(props);
    this.#origins = new AllowedOrigins(props.allowedOrigins);
    if (encryptionKey) letLogsUse(this, encryptionKey);
    this.tables = createTables(this, { keepData, dailyBackups: props.dailyBackups, encryptionKey });
    this.queues = createQueues(this, encryptionKey);
    this.webSocketApi = new WebSocketApi(this, 'WebSocketApi', {
      description: 'Rollcall',
      routeSelectionExpression: '$request.body.action',
    });
    this.stage = this.#createStage(stageName, throttleOf(props.throttle));
    const domain = props.domain && createDomain(this, this.stage, props.domain);
    this.url = domain?.url ?? this.stage.url;
    this.domainTarget = domain?.target;
    const surroundings = {
      tables: this.tables,
      stage: this.stage,
      fanOutQueue: this.queues.fanOut,
      tuned: settings,
      observed: observed(name, props),
      logRetention,
      encryptionKey,
      codeOf: codeFor(this, props.identity ? [...LAMBDA_FILES, AUTHORIZER_FILE] : LAMBDA_FILES),
    };
    this.functions = createFunctions(this, surroundings, reserved);
    switchPasswords(this.functions, passwords);
    const isReserved = reservedConcurrency !== false;
    this.#addRoutes(props.identity?.authorizer(this, { ...surroundings, passwords, isReserved }));
    this.#origins.tell(this.functions.$connect);
    invokeSweep(this, this.functions.sweep, settings);
    invokeAnnouncer(this, this.functions.announce, { ...this, tuned: settings, encryptionKey });
    invokeFanOut(this, this.functions['fan-out'], { fanOut: this.queues.fanOut, reserved: reserved['fan-out'] });
    const { stage, tables, queues, functions } = this;
    acknowledgeApi(
      this,
      (['GET', 'POST', 'DELETE'] as const).map((method) => socketsArn(stage, method)),
    );
    watchOver(this, { name, stage, tables, queues, functions, tuned: settings }, props);
  }

  /** Lets something of yours push to clients, ask about their connections, or close them (`@connections` at `stage.callbackUrl`). */
  grantManageConnections(grantee: IGrantable): Grant {
    return this.stage.grantManagementApiAccess(grantee);
  }

  /**
   * Lets pages of one more site connect, where `allowedOrigins` names any. The origin may be known by the deployment only, like that of a
   * distribution in the same stack, although that knows the API's URL: the API does not wait for its Lambdas.
   */
  allowOrigin(origin: string): void {
    this.#origins.allow(origin);
  }

  #createStage(stageName: string, throttle: ThrottleSettings): WebSocketStage {
    const { webSocketApi } = this;
    return new WebSocketStage(this, 'Stage', { webSocketApi, stageName, autoDeploy: true, throttle });
  }

  #addRoutes(authorizer: IWebSocketRouteAuthorizer | undefined): void {
    for (const routeKey of Object.keys(routes) as RouteKey[]) {
      this.webSocketApi.addRoute(routeKey, {
        ...(routeKey === '$connect' && authorizer && { authorizer }),
        integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, this.functions[routeKey]),
        returnResponse: repliesToClient(routeKey),
      });
    }
  }
}

/** The code of each file. Where nobody asks for the code (`cdk list`, tests of the template), nothing is bundled. */
function codeFor(scope: Construct, files: readonly string[]): (file: string) => Code {
  if (!Stack.of(scope).bundlingRequired) return () => Code.fromInline('exports.handler = undefined; // Not bundled.');
  const folder = lambdasFolder(files);
  return (file) => Code.fromAsset(join(folder, file));
}
