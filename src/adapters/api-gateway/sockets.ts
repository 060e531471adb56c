import type { Metered } from '../../domain/ports/meter';
import type { Reporter, Sockets } from '../../domain/ports/ports';
import { PUSHES_PARALLEL_MAX } from '../../protocol/limits';
import { CallbackClient, type CallbackRequest } from './callback-client';

/** A peer that vanished can make a post stall for as long as one waits: two attempts of two seconds end inside the function's ten. */
export const CALLBACK_PATIENCE = { attemptsMax: 2, connectMs: 1_000, answerMs: 2_000 } as const;

/**
 * A client for `@connections` of one stage.
 *
 * The SDK's own variable for this service counts more than the URL that the template has made of AWS's domain: a server that only speaks like
 * AWS is elsewhere. (`AWS_ENDPOINT_URL` alone knows neither API nor stage.)
 */
export function createSocketsClient(callbackUrl: string): CallbackClient {
  return new CallbackClient({
    callbackUrl: process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI || callbackUrl,
    socketsMax: PUSHES_PARALLEL_MAX,
    ...CALLBACK_PATIENCE,
  });
}

interface SocketsPorts extends Reporter, Metered {}

const OUTCOMES = { delivered: 'PushesDelivered', gone: 'PushesGone', failed: 'PushesFailed' } as const;

/**
 * The sockets of one stage, through its callback URL (API Gateway Developer Guide, "Use @connections commands in your
 * backend service"). Every outcome but `gone` and success is a fault to record, not to throw: what it was about is stored
 * already, and other peers must not suffer for it.
 */
export function socketsOf(client: CallbackClient, { report, meter }: SocketsPorts): Sockets {
  const attempt = async <Good, Bad>(request: CallbackRequest, good: Good, bad: Bad): Promise<Good | Bad | 'gone'> => {
    try {
      await client.send(request);
      return good;
    } catch (cause) {
      // By name, as with every client of AWS here.
      if (cause instanceof Error && cause.name === 'GoneException') return 'gone';
      report(cause);
      return bad;
    }
  };

  return {
    async push(connectionId, text) {
      const begun = performance.now();
      const request = { method: 'POST', connectionId, body: text } as const;
      const outcome = await attempt(request, 'delivered' as const, 'failed' as const);
      meter.count(OUTCOMES[outcome]);
      meter.measure('PushLatency', performance.now() - begun);
      return outcome;
    },
    probe: (connectionId) => attempt({ method: 'GET', connectionId }, 'open' as const, 'unknown' as const),
    close: (connectionId) => attempt({ method: 'DELETE', connectionId }, 'closed' as const, 'failed' as const),
  };
}
