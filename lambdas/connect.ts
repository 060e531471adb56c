import { allowedOrigins } from '../src/adapters/lambda/allowed-origins';
import { headerOf, type WebSocketHandler } from '../src/adapters/lambda/event';
import { log } from '../src/adapters/lambda/log';
import { stores } from '../src/adapters/lambda/ports';
import { routes } from '../src/routes';

const ports = { ...stores(), ...allowedOrigins() };

/** The client's upgrade waits for this: whatever is thrown here refuses the connection (502). */
export const handler: WebSocketHandler = async (event) => {
  const { connectionId, connectedAt, requestId, identity } = event.requestContext;
  const { sourceIp, userAgent } = identity;
  const opening = { connectionId, connectedAt, sourceIp, userAgent, origin: headerOf(event, 'origin') };
  const outcome = await routes.$connect.operation(ports, opening);
  if (outcome !== 'foreign') return { statusCode: 200 };
  log('INFO', { message: 'refused', route: '$connect', requestId, connectionId, outcome });
  return { statusCode: 403 };
};
