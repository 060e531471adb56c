import { connections } from '../src/adapters/dynamodb/stores';
import { allowedOrigins } from '../src/adapters/lambda/allowed-origins';
import { headerOf, type WebSocketHandler } from '../src/adapters/lambda/event';
import { refuse, runInvocation } from '../src/adapters/lambda/invocation';
import { stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

const ports = { ...stores({ connections }), ...allowedOrigins() };

/** The client's upgrade waits for this: whatever is thrown here refuses the connection (502). */
export const handler: WebSocketHandler = (event) => {
  const { connectionId, connectedAt, requestId, identity } = event.requestContext;
  const { sourceIp, userAgent } = identity;
  const origin = headerOf(event, 'origin');
  const frame = JSON.stringify({ origin, userAgent });
  return runInvocation({ ids: { route: '$connect', requestId, connectionId }, frame }, async () => {
    const opening = { connectionId, connectedAt, sourceIp, userAgent, origin };
    const outcome = await routes.$connect.operation(ports, opening);
    if (outcome !== 'foreign') return { message: 'connected', outcome: 'ok', result: { statusCode: 200 } };
    refuse(outcome);
    return { message: 'refused', outcome, result: { statusCode: 403 } };
  });
};
