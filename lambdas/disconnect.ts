import { connections, presence } from '../src/adapters/dynamodb/stores';
import type { WebSocketHandler } from '../src/adapters/lambda/event';
import { runInvocation } from '../src/adapters/lambda/invocation';
import { stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

const ports = stores({ connections, presence });

/** Best-effort: AWS may send this late, twice or never, and ignores what it returns. */
export const handler: WebSocketHandler = ({ requestContext }) => {
  const { connectionId, requestId, disconnectStatusCode } = requestContext;
  return runInvocation({ ids: { route: '$disconnect', requestId, connectionId } }, async () => {
    const released = await routes.$disconnect.operation(ports, { connectionId });
    // Otherwise it had ended already, and was counted then.
    if (released.state === 'released' || released.state === 'forgotten') ports.meter.count('Closed');
    return { message: 'disconnected', disconnectStatusCode, ...released, result: { statusCode: 200 } };
  });
};
