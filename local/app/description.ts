/** What the local gateway needs to know of a synthesised app. Read from its template, never written by hand. */
import type { Statement } from '../iam/policy';
import type { SourcesDescription } from '../sources/description';

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
  readonly roleName?: string;
  /** What its role allows. Absent, everything is allowed: a template's functions always have it. */
  readonly statements?: readonly Statement[];
}

/** A Lambda REQUEST authorizer: for WebSocket APIs the only kind, and for `$connect` only. */
export interface AuthorizerDescription {
  readonly functionId: string;
  /** Such as `route.request.header.Authorization`: all must be there, or the Lambda is not even asked. */
  readonly identitySources: readonly string[];
}

/** A MOCK integration: templates by their keys, and the expressions that select them. */
export interface MockDescription {
  readonly request: MockTemplates;
  readonly responses: readonly (MockTemplates & { readonly responseKey: string })[];
}

export interface MockTemplates {
  readonly templates: Readonly<Record<string, string>>;
  /** Empty if there is none. */
  readonly selection: string;
}

/** What is absent is as the account's. */
export interface ThrottleDescription {
  readonly ratePerSecond?: number;
  readonly burst?: number;
}

export interface RouteDescription {
  readonly routeKey: string;
  /** Empty for a MOCK integration. */
  readonly functionId: string;
  readonly mock?: MockDescription;
  readonly authorizer?: AuthorizerDescription;
  readonly needsApiKey?: true;
  /** The integration's own limit, independent of the function's (50 to 29 000 ms). */
  readonly integrationTimeoutMs: number;
  /** True when the route has a route response: the Lambda's body is sent to the client. */
  readonly returnsResponse: boolean;
}

/** What a key of a plan may ask of the stage. */
export interface UsagePlanDescription {
  readonly throttle?: ThrottleDescription;
  readonly quota?: { readonly limit: number; readonly offset: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' };
}

export interface ApiKeyDescription {
  readonly keyId: string;
  readonly value: string;
  readonly isEnabled: boolean;
  /** Of this stage. A key without one opens nothing. */
  readonly plan?: UsagePlanDescription;
}

export interface TableDescription {
  readonly logicalId: string;
  /** The physical name: `Stack-LogicalId-LOCAL`, the pattern of a CloudFormation-generated one. */
  readonly tableName: string;
  /** The CreateTable request for it, ready to send. */
  readonly createTable: Readonly<Record<string, unknown>>;
}

/** Where the app pretends to be deployed: part of every ARN. */
export interface Location {
  readonly region: string;
  readonly accountId: string;
}

export interface AppDescription extends Location {
  readonly stackName: string;
  readonly apiId: string;
  readonly stage: string;
  /** Absent if the stage defines none. */
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** Each route has its own bucket; `byDefault` is that of the routes which the stage does not name. */
  readonly throttling?: {
    readonly byDefault: ThrottleDescription;
    readonly ofRoute: ReadonlyMap<string, ThrottleDescription>;
  };
  readonly routeSelectionExpression: string;
  readonly routes: ReadonlyMap<string, RouteDescription>;
  /** Absent if no route needs one. */
  readonly apiKeys?: { readonly source: 'header' | 'authorizer'; readonly keys: readonly ApiKeyDescription[] };
  readonly functions: ReadonlyMap<string, LambdaDescription>;
  readonly tables: readonly TableDescription[];
  /** What invokes functions without a client's message. */
  readonly sources?: SourcesDescription;
}
