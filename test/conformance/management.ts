import {
  ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiClientConfig,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { PATIENCE_MS } from './client';
import { deployment } from './deployment';
import type { Target } from './target';

/** What came back, before the SDK made something of it. */
export interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** SDK v3 on this machine: with the account's own credentials for AWS, with any for the local gateway. */
export class Management {
  readonly client: ApiGatewayManagementApiClient;
  /** The last answer. */
  answer: RawAnswer | undefined;

  constructor({ callbackUrl, region }: Target, rewritePath: (path: string) => string = (path) => path) {
    // A server may leave a request unanswered; it must not keep the process after the test.
    const requestHandler = { requestTimeout: PATIENCE_MS, throwOnRequestTimeout: true };
    const config: ApiGatewayManagementApiClientConfig = {
      ...{ endpoint: callbackUrl, region, maxAttempts: 1, requestHandler },
    };
    const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' };
    this.client = new ApiGatewayManagementApiClient(deployment === undefined ? { ...config, credentials } : config);
    this.client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { path: string };
        request.path = rewritePath(request.path);
        return next(args);
      },
      { step: 'build', name: 'rewritePath' },
    );
    this.client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        this.answer = result.response as RawAnswer;
        return result;
      },
      { step: 'deserialize', name: 'keepAnswer', priority: 'low' },
    );
  }
}
