import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BY_USER } from '../src/adapters/dynamodb/schema';
import type { Grants } from '../src/grants';
import { acknowledgeTracing } from './acknowledged';
import { keyStatements } from './encryption';
import type { FunctionSize } from './function-sizes';
import type { Observed } from './observed';
import type { Tables } from './tables';
import type { Tuned } from './tunables';

/** What all Lambdas of one API share. */
export interface Surroundings {
  readonly tables: Tables;
  readonly stage: WebSocketStage;
  readonly fanOutQueue: Queue;
  readonly tuned: Tuned;
  readonly observed: Observed;
  readonly logRetention?: RetentionDays | undefined;
  readonly encryptionKey?: IKey | undefined;
  /** The bundled code of a file in `lambdas/`. */
  readonly codeOf: (file: string) => Code;
}

interface ChatFunctionProps {
  /** The file in `lambdas/`, without its suffix. */
  readonly file: string;
  /** All that it may do, beside writing its log. */
  readonly grants: Grants;
  readonly size: FunctionSize;
  readonly reserved: number | undefined;
}

/**
 * The Lambda of one file in `lambdas/`, with the names of the tables, the callback URL and the settings in its environment,
 * and with exactly the grants that it is given.
 */
export function createFunction(scope: Construct, surroundings: Surroundings, props: ChatFunctionProps): LambdaFunction {
  const { codeOf, observed, encryptionKey } = surroundings;
  const { file, grants, size, reserved } = props;
  const id = constructId(file);
  const logGroup = createLogGroup(scope, `${id}Logs`, surroundings);
  // A role of our own: the managed policy that CDK would attach may write to every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  if ('tracing' in observed) acknowledgeTracing(role);
  const statements = [...statementsFor(grants, surroundings), ...keyStatements(scope, encryptionKey, grants)];
  for (const statement of statements) role.addToPolicy(statement);
  return new LambdaFunction(scope, `${id}Function`, {
    code: codeOf(file),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: size.memoryMb,
    timeout: Duration.seconds(size.timeoutSeconds),
    role,
    logGroup,
    ...observed,
    environment: { ...environmentOf(grants, surroundings), ...observed.environment },
    ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
  });
}

function createLogGroup(scope: Construct, id: string, { logRetention, encryptionKey }: Surroundings): LogGroup {
  return new LogGroup(scope, id, {
    retention: logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}

function environmentOf({ fanOut }: Grants, { tables, stage, tuned, fanOutQueue }: Surroundings) {
  return {
    CONNECTIONS_TABLE: tables.connections.tableName,
    CHAT_TABLE: tables.chat.tableName,
    CALLBACK_URL: stage.callbackUrl,
    LEASE_SECONDS: String(tuned.lease),
    LOGIN_GRACE_SECONDS: String(tuned.loginGrace),
    DEVICES_MAX: String(tuned.devicesMax),
    DIRECT_MEMBERS_MAX: String(tuned.directMembersMax),
    COMMANDS_PER_SECOND: String(tuned.commandsPerSecond),
    NODE_OPTIONS: '--enable-source-maps',
    ...(tuned.retentionDays === undefined ? {} : { RETENTION_DAYS: String(tuned.retentionDays) }),
    ...(fanOut === undefined ? {} : { FAN_OUT_QUEUE_URL: fanOutQueue.queueUrl }),
  };
}

/** `add-friend` → `AddFriend` */
function constructId(file: string): string {
  return file.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function statementsFor(
  { sockets = [], ...grants }: Grants,
  { tables: { connections, chat }, stage, fanOutQueue }: Surroundings,
): PolicyStatement[] {
  return [
    ...allow(grants.connections, connections.tableArn),
    ...allow(grants.byUser, `${connections.tableArn}/index/${BY_USER}`),
    ...allow(grants.chat, chat.tableArn),
    ...allow(grants.fanOut, fanOutQueue.queueArn),
    ...sockets.flatMap((method) => allow(['execute-api:ManageConnections'], socketsArn(stage, method))),
  ];
}

function allow(actions: readonly string[] | undefined, resource: string): PolicyStatement[] {
  return actions === undefined ? [] : [new PolicyStatement({ actions: [...actions], resources: [resource] })];
}

/** What `@connections` is asked by. */
export type SocketMethod = NonNullable<Grants['sockets']>[number];

/** Any connection of this stage: which ones there will be, nobody knows beforehand. */
export function socketsArn({ api, stageName, stack }: WebSocketStage, method: SocketMethod): string {
  const resourceName = `${stageName}/${method}/@connections/*`;
  return stack.formatArn({ service: 'execute-api', resource: api.apiId, resourceName });
}
