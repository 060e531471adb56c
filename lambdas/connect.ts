import type { WebSocketHandler } from '../src/adapters/lambda/event';
import { stores } from '../src/adapters/lambda/ports';
import { routes } from '../src/routes';

const ports = stores();

/** The client's upgrade waits for this: whatever is thrown here refuses the connection (502). */
export const handler: WebSocketHandler = async ({ requestContext }) => {
  const { connectionId, connectedAt, identity } = requestContext;
  const { sourceIp, userAgent } = identity;
  await routes.$connect.operation(ports, { connectionId, connectedAt, sourceIp, userAgent });
  return { statusCode: 200 };
};
