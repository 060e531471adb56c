import { toResult } from '../src/adapters/lambda/command-handler';
import type { WebSocketHandler } from '../src/adapters/lambda/event';
import { routes } from '../src/routes';

export const handler: WebSocketHandler = async (event) =>
  toResult(event, '$default', routes.$default.operation(event.body ?? ''));
