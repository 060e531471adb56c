import { randomBytes } from 'node:crypto';
import { devNull } from 'node:os';
import type { LambdaDescription } from '../app/description';

/** The managed runtime that the app is deployed with. */
const EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';

/** What a thread needs of the parent to start other programs and to find a place for temporary files. Never more. */
const INHERITED = ['PATH', 'TMPDIR'] as const;

/** RFC 4648's base 32: what the keys of AWS are written in. */
const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `ASIA` and 16 more: a temporary key, as a function's role has it. The meter tells environments apart by it. */
export function newAccessKeyId(): string {
  return `ASIA${Array.from(randomBytes(16), (byte) => KEY_ALPHABET.charAt(byte % 32)).join('')}`;
}

export interface EnvironmentIdentity {
  readonly accessKeyId: string;
  readonly region: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/**
 * The whole `process.env` of an execution environment (AWS Lambda guide, "Working with Lambda environment variables").
 * The laptop's own variables and `~/.aws` stay outside: a function that only runs thanks to them would fail in AWS.
 */
export function environmentVariables(
  lambda: LambdaDescription,
  extra: Readonly<Record<string, string>>,
  identity: EnvironmentIdentity,
): Record<string, string> {
  return {
    ...inherited(),
    TZ: ':UTC',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...lambda.environment,
    ...extra,
    ...reserved(lambda, identity),
  };
}

/** Lambda refuses a template that sets one of these, so nothing here may be overridden either. */
function reserved(lambda: LambdaDescription, identity: EnvironmentIdentity): Record<string, string> {
  return {
    _HANDLER: lambda.handler,
    AWS_REGION: identity.region,
    AWS_DEFAULT_REGION: identity.region,
    AWS_EXECUTION_ENV: EXECUTION_ENV,
    AWS_LAMBDA_FUNCTION_NAME: lambda.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: identity.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: identity.logStreamName,
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_TASK_ROOT: lambda.codeDirectory,
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
