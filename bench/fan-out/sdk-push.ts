import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { PATIENCE_MS } from './burst';

interface SdkOptions {
  readonly callbackUrl: string;
  readonly sockets: number;
  readonly cacheMiddleware: boolean;
}

const encoder = new TextEncoder();

/** The SDK's client, with timeouts and one attempt as ours has here, and its own defaults otherwise. */
export function sdkPush({ callbackUrl, sockets, cacheMiddleware }: SdkOptions) {
  const client = new ApiGatewayManagementApiClient({
    ...{ endpoint: callbackUrl, maxAttempts: 1, cacheMiddleware },
    requestHandler: {
      ...{ connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS, throwOnRequestTimeout: true },
      httpsAgent: { maxSockets: sockets },
    },
  });
  return (ConnectionId: string, text: string): Promise<unknown> =>
    client.send(new PostToConnectionCommand({ ConnectionId, Data: encoder.encode(text) }));
}
