import { Stack } from 'aws-cdk-lib';
import {
  ApplicationLogLevel,
  type FunctionProps,
  LoggingFormat,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct, Node } from 'constructs';
import { isAskedFor, textOf } from './context';

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ObservedProps {
  /**
   * What the functions log: each invocation is one line (`INFO`); `DEBUG` adds a line when it begins, the requests that it makes, and
   * Lambda's own reports. Metrics are on those lines, and are written at every level. @default 'INFO'
   */
  readonly logLevel?: LogLevel;
  /** Whether X-Ray follows the functions' invocations, for which it asks a price. @default false */
  readonly tracing?: boolean;
}

/** The name of an API among those of its account and region: the dimension of its metrics. */
export function apiName(api: Construct): string {
  const stack = Stack.of(api);
  const inStack = api.node.path.slice(stack.node.path.length).replace(/^\//, '');
  return `${stack.stackName}/${inStack}`;
}

/**
 * The properties by which a function is watched. Lambda's JSON format leaves our lines as they are, and of its own lines (two for each
 * invocation, longer than ours) writes only those about failures. It would also filter ours, but might take a line of metrics for one
 * of level INFO: so it lets all of them pass, and the function itself heeds LOG_LEVEL.
 */
export function observed(api: string, { logLevel = 'INFO', tracing = false }: ObservedProps) {
  if (!LOG_LEVELS.includes(logLevel))
    throw new Error(`ChatApi: logLevel must be one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(logLevel)}.`);
  return {
    environment: { API_NAME: api, LOG_LEVEL: logLevel },
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.TRACE,
    systemLogLevelV2: logLevel === 'DEBUG' ? SystemLogLevel.INFO : SystemLogLevel.WARN,
    ...(tracing && { tracing: Tracing.ACTIVE }),
  } satisfies Partial<FunctionProps>;
}

export type Observed = ReturnType<typeof observed>;

/** What the context names of it; `observed` checks the level. */
export function observedOf(node: Node): ObservedProps {
  const logLevel = textOf(node, 'logLevel') as LogLevel | undefined;
  return { tracing: isAskedFor(node, 'tracing'), ...(logLevel !== undefined && { logLevel }) };
}
