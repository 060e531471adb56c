import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, type Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { BY_USER } from '../src/adapters/dynamodb/database';
import { type Grants, type RouteKey, routes } from '../src/routes';
import type { Tables } from './tables';

interface RouteFunctionProps {
  readonly routeKey: RouteKey;
  /** The bundled code of this route's Lambda. */
  readonly code: Code;
  readonly tables: Tables;
  readonly stage: WebSocketStage;
}

/** The file in `lambdas/` that serves a route. */
export function lambdaName(routeKey: RouteKey): string {
  return routeKey.replace('$', '');
}

/**
 * The Lambda of one route: `lambdas/<route>.ts`, with the names of the tables and the callback URL in its environment, and
 * with exactly the grants of its row in `src/routes.ts`.
 */
export function createRouteFunction(
  scope: Construct,
  { routeKey, code, tables, stage }: RouteFunctionProps,
): LambdaFunction {
  const name = lambdaName(routeKey);
  const id = name.charAt(0).toUpperCase() + name.slice(1);
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A role of our own: the managed policy that CDK would attach may write to every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  for (const statement of statementsFor(routes[routeKey].grants, tables, stage)) role.addToPolicy(statement);
  return new NodejsFunction(scope, `${id}Function`, {
    code,
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // CPU comes with memory; most of a short invocation is CPU (signing, parsing, hashing).
    memorySize: 512,
    // Below API Gateway's 29 s by far: a client that waits longer has given up.
    timeout: Duration.seconds(10),
    role,
    logGroup,
    environment: {
      CONNECTIONS_TABLE: tables.connections.tableName,
      CHAT_TABLE: tables.chat.tableName,
      CALLBACK_URL: stage.callbackUrl,
      NODE_OPTIONS: '--enable-source-maps',
    },
  });
}

function statementsFor({ sockets = [], ...grants }: Grants, tables: Tables, stage: WebSocketStage): PolicyStatement[] {
  const { connections, chat } = tables;
  return [
    ...allow(grants.connections, connections.tableArn),
    ...allow(grants.byUser, `${connections.tableArn}/index/${BY_USER}`),
    ...allow(grants.chat, chat.tableArn),
    ...sockets.flatMap((method) => allow(['execute-api:ManageConnections'], socketsArn(stage, method))),
  ];
}

function allow(actions: readonly string[] | undefined, resource: string): PolicyStatement[] {
  return actions === undefined ? [] : [new PolicyStatement({ actions: [...actions], resources: [resource] })];
}

/** Any connection of this stage: which ones there will be, nobody knows beforehand. */
function socketsArn({ api, stageName, stack }: WebSocketStage, method: string): string {
  const resourceName = `${stageName}/${method}/@connections/*`;
  return stack.formatArn({ service: 'execute-api', resource: api.apiId, resourceName });
}
