import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Sockets } from '../../domain/ports';

/**
 * A client for `@connections` of one stage. A peer that vanished can make a post stall for as long as one waits, so it
 * waits two seconds: two attempts of it end inside the function's ten.
 */
export function createSocketsClient(endpoint: string): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
}

const encoder = new TextEncoder();

/**
 * The sockets of one stage, through its callback URL (API Gateway Developer Guide, "Use @connections commands in your
 * backend service"). Every outcome but `gone` and success is a fault to record, not to throw: what it was about is stored
 * already, and other peers must not suffer for it.
 */
export function socketsOf(client: ApiGatewayManagementApiClient, report: (cause: unknown) => void): Sockets {
  const attempt = async <Good, Bad>(
    send: () => Promise<unknown>,
    good: Good,
    bad: Bad,
  ): Promise<Good | Bad | 'gone'> => {
    try {
      await send();
      return good;
    } catch (cause) {
      // By name: SDK v3 errors have no `statusCode`.
      if (cause instanceof Error && cause.name === 'GoneException') return 'gone';
      report(cause);
      return bad;
    }
  };

  return {
    push: (ConnectionId, text) =>
      attempt(
        () => client.send(new PostToConnectionCommand({ ConnectionId, Data: encoder.encode(text) })),
        'delivered' as const,
        'failed' as const,
      ),
    probe: (ConnectionId) =>
      attempt(() => client.send(new GetConnectionCommand({ ConnectionId })), 'open' as const, 'unknown' as const),
    close: (ConnectionId) =>
      attempt(() => client.send(new DeleteConnectionCommand({ ConnectionId })), 'closed' as const, 'failed' as const),
  };
}
