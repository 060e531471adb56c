/**
 * Messages from clients: each goes to its route, and what comes back goes to the client (Developer Guide, "Set up route
 * responses"). Messages of one connection run side by side and may overtake each other, as on AWS.
 */
import type { RouteDescription } from '../app/description';
import { BARRED_STATUS, type Barred } from './api-keys';
import type { Connection } from './connection';
import type { GatewayContext } from './context';
import { errorFrame } from './error-frames';
import { messageEvent } from './events';
import { newId } from './ids';
import { type Answer, callIntegration } from './integration';
import { isSuccess, type LambdaResponse } from './lambda-response';
import { reportRefusal } from './reports';
import { selectRoute } from './route-selection';

/** As an access log shows what is absent. */
const NO_ROUTE = '-';

/** Never rejects. */
export async function routeMessage(context: GatewayContext, connection: Connection, text: string): Promise<void> {
  const { app, now } = context;
  const { facts } = connection;
  const ids = { connectionId: facts.connectionId, requestId: newId() };
  const route = selectRoute(app.routes, context.selectKey, text, context.behaviours);
  context.metrics.message();
  if (!context.throttles.admits(route?.routeKey)) return throttled(context, connection, { ...ids, route });
  if (!route) return forbidden(context, connection, ids);
  const barred = context.apiKeys.bars(route, facts);
  if (barred !== undefined) return withoutKey(context, connection, { ...ids, routeKey: route.routeKey, barred });
  const at = { routeKey: route.routeKey, requestId: ids.requestId, at: now() };
  const event = messageEvent(app, facts, { messageId: newId(), body: text }, at);
  const answer = await callIntegration(context, route, { ...ids, at: at.at, event });
  const frame = frameOf(context, route, answer, ids);
  if (frame !== undefined) reply(context, connection, frame);
}

interface Ids {
  readonly connectionId: string;
  readonly requestId: string;
}

/** The connection stays open. */
function forbidden(context: GatewayContext, connection: Connection, ids: Ids): void {
  reportRefusal(context, { ...ids, routeKey: NO_ROUTE, status: 403, error: 'Forbidden: no route matches' });
  reply(context, connection, errorFrame('Forbidden', ids));
}

function withoutKey(
  context: GatewayContext,
  connection: Connection,
  { barred, routeKey, ...ids }: Ids & { readonly routeKey: string; readonly barred: Barred },
): void {
  reportRefusal(context, { ...ids, routeKey, status: BARRED_STATUS[barred], error: `API key: ${barred}` });
  reply(context, connection, errorFrame(barred, ids));
}

function throttled(
  context: GatewayContext,
  connection: Connection,
  { route, ...ids }: Ids & { readonly route: RouteDescription | undefined },
): void {
  reportRefusal(context, { ...ids, routeKey: route?.routeKey ?? NO_ROUTE, status: 429, error: 'Too Many Requests' });
  if (context.behaviours.throttledMessage === 'error-frame') {
    reply(context, connection, errorFrame('Too Many Requests', ids));
  }
}

function reply({ metrics }: GatewayContext, connection: Connection, text: string): void {
  if (connection.isOpen) metrics.message();
  connection.send(text);
}

/** One-way routes stay silent whatever status the Lambda returns; only failures reach the client. */
function frameOf(context: GatewayContext, route: RouteDescription, answer: Answer, ids: Ids): string | undefined {
  switch (answer.kind) {
    case 'timeout':
      return errorFrame('Endpoint request timed out', ids);
    case 'error':
      return errorFrame('Internal server error', ids);
    case 'response': {
      if (!route.returnsResponse) return undefined;
      const isFit = isDeliverable(context, answer.response);
      return isFit ? answer.response.body : errorFrame('Internal server error', ids);
    }
  }
}

function isDeliverable({ behaviours, limits }: GatewayContext, response: LambdaResponse): boolean {
  if (behaviours.refusedRouteResponse === 'error-frame' && !isSuccess(response)) return false;
  return Buffer.byteLength(response.body ?? '') <= limits.messageBytes;
}
