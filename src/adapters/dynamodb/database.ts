import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Where the stores work. */
export interface Database {
  readonly client: DynamoDBClient;
  readonly connectionsTable: string;
  readonly chatTable: string;
}

/**
 * A client for a Lambda, made when its code is loaded; its connections are kept (the SDK's own choice). Three attempts of three seconds end
 * inside the function's ten, so that a slow database becomes a reply (`busy`) and not silence.
 */
export function createClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 3,
    // Each command's stack of middleware is put together once, and not with each request: a seventh to a fifth of a request's CPU.
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
}
