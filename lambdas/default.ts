import { accounts, connections } from '../src/adapters/dynamodb/stores';
import { answer } from '../src/adapters/lambda/command-handler';
import type { WebSocketHandler } from '../src/adapters/lambda/event';
import { sockets, stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

const ports = { ...stores({ accounts, connections }), ...sockets() };

export const handler: WebSocketHandler = (event) => {
  const { connectionId, identity } = event.requestContext;
  const incoming = { connectionId, sourceIp: identity.sourceIp, frame: event.body ?? '' };
  return answer(event, '$default', () => routes.$default.operation(ports, incoming));
};
