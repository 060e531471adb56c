import type { WebSocketHandler } from '../src/adapters/lambda/event';
import { log } from '../src/adapters/lambda/log';
import { stores } from '../src/adapters/lambda/ports';
import { routes } from '../src/routes';

const ports = stores();

/** Best-effort: AWS may send this late, twice or never, and ignores what it returns. */
export const handler: WebSocketHandler = async ({ requestContext }) => {
  const { connectionId, requestId, disconnectStatusCode } = requestContext;
  const released = await routes.$disconnect.operation(ports, { connectionId });
  log('INFO', {
    message: 'disconnected',
    requestId,
    connectionId,
    disconnectStatusCode,
    ...released,
  });
  return { statusCode: 200 };
};
