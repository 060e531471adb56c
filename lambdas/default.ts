import { answer } from '../src/adapters/lambda/command-handler';
import type { WebSocketHandler } from '../src/adapters/lambda/event';
import { routes } from '../src/routes';

export const handler: WebSocketHandler = (event) =>
  answer(event, '$default', async () => routes.$default.operation(event.body ?? ''));
