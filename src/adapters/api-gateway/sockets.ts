import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Metered } from '../../domain/ports/meter';
import type { Reporter, Sockets } from '../../domain/ports/ports';

/**
 * A client for `@connections` of one stage. A peer that vanished can make a post stall for as long as one waits, so it
 * waits two seconds: two attempts of it end inside the function's ten.
 *
 * The SDK's own variable for this service counts more than the URL that the template has made of AWS's domain: a server that only speaks like
 * AWS is elsewhere, and the SDK looks at the variable only where nobody names an endpoint. (`AWS_ENDPOINT_URL` alone knows neither API nor stage.)
 */
export function createSocketsClient(callbackUrl: string): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint: process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI || callbackUrl,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
}

const encoder = new TextEncoder();

interface SocketsPorts extends Reporter, Metered {}

const OUTCOMES = { delivered: 'PushesDelivered', gone: 'PushesGone', failed: 'PushesFailed' } as const;

/**
 * The sockets of one stage, through its callback URL (API Gateway Developer Guide, "Use @connections commands in your
 * backend service"). Every outcome but `gone` and success is a fault to record, not to throw: what it was about is stored
 * already, and other peers must not suffer for it.
 */
export function socketsOf(client: ApiGatewayManagementApiClient, { report, meter }: SocketsPorts): Sockets {
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
    async push(ConnectionId, text) {
      const begun = performance.now();
      const command = new PostToConnectionCommand({ ConnectionId, Data: encoder.encode(text) });
      const outcome = await attempt(() => client.send(command), 'delivered' as const, 'failed' as const);
      meter.count(OUTCOMES[outcome]);
      meter.measure('PushLatency', performance.now() - begun);
      return outcome;
    },
    probe: (ConnectionId) =>
      attempt(() => client.send(new GetConnectionCommand({ ConnectionId })), 'open' as const, 'unknown' as const),
    close: (ConnectionId) =>
      attempt(() => client.send(new DeleteConnectionCommand({ ConnectionId })), 'closed' as const, 'failed' as const),
  };
}
