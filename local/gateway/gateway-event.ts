import type { LogLine, Report } from '../lambda/invocation';

/** What one API Gateway event came to: the source of a line on the console, and of an object with `--json`. */
export interface GatewayEvent {
  readonly at: number;
  /** `$authorizer` for an authorizer's own invocation; `-` for a message that no route matches. */
  readonly routeKey: string;
  /** Empty for an upgrade that was refused before there was one. */
  readonly connectionId: string;
  readonly requestId: string;
  /** From the invocation's own structured log line (a JSON object with `userId`), if it wrote one. */
  readonly userId?: string;
  /** From the same place: what came of it, in the application's own word (`outcome`), if it wrote one. */
  readonly outcome?: string;
  /** The gateway's own refusal, or the `statusCode` that the Lambda returned; 502 when it threw or answered nonsense, 504 when it ran out of time. */
  readonly status: number;
  readonly durationMs: number;
  readonly coldStart: boolean;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly databaseRequests: number;
  readonly logs: readonly LogLine[];
  /** What Lambda's `REPORT` line would say, if the function ran. */
  readonly lambdaReport?: Report;
  readonly error?: string;
}

export interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly databaseRequests: number;
}
