import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Where the stores work. */
export interface Database {
  readonly client: DynamoDBClient;
  readonly connectionsTable: string;
  readonly chatTable: string;
}

/**
 * A client for a Lambda. Three attempts of three seconds end inside the function's ten, so that a slow database becomes a
 * reply (`busy`) and not silence.
 */
export function createClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
}
