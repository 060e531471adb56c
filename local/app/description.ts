import type { SourcesDescription } from '../sources/description';

/** What the local gateway needs to know of a synthesised app. Read from its template, never written by hand. */

export interface LambdaDescription {
  readonly logicalId: string;
  /** The function's physical name, as AWS_LAMBDA_FUNCTION_NAME shows it. */
  readonly functionName: string;
  /** The unpacked code asset. */
  readonly codeDirectory: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export interface RouteDescription {
  readonly routeKey: string;
  readonly functionId: string;
  /** The integration's own limit, independent of the function's (50 to 29 000 ms). */
  readonly integrationTimeoutMs: number;
  /** True when the route has a route response: the Lambda's body is sent to the client. */
  readonly returnsResponse: boolean;
}

export interface TableDescription {
  readonly logicalId: string;
  /** The physical name: `Stack-LogicalId-LOCAL`, the pattern of a CloudFormation-generated one. */
  readonly tableName: string;
  /** The CreateTable request for it, ready to send. */
  readonly createTable: Readonly<Record<string, unknown>>;
}

export interface AppDescription {
  readonly stackName: string;
  readonly apiId: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  readonly routeSelectionExpression: string;
  readonly routes: ReadonlyMap<string, RouteDescription>;
  readonly functions: ReadonlyMap<string, LambdaDescription>;
  readonly tables: readonly TableDescription[];
  /** What invokes functions without a client's message. */
  readonly sources?: SourcesDescription;
}
