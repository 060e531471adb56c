import type { GatewayContext } from './context';
import type { HttpAnswer } from './http-answer';

/** Something that never reached an integration, and was answered by the gateway itself. */
export interface Refused {
  readonly routeKey: string;
  readonly connectionId: string;
  readonly requestId: string;
  readonly status: number;
  readonly error: string;
}

/** Counted as CloudWatch counts it: errors of the client's, that is 4xx "before the integration is invoked". */
export function reportRefusal(context: GatewayContext, refused: Refused): void {
  if (refused.status < 500) context.metrics.clientError();
  context.onEvent({
    at: context.now(),
    ...refused,
    ...{ durationMs: 0, coldStart: false, readUnits: 0, writeUnits: 0, databaseRequests: 0, logs: [] },
  });
}

/** The gateway's own answers say why in their `message`. */
export function messageIn({ status, body = '' }: HttpAnswer): string {
  return /"message": ?"([^"]*)"/.exec(body)?.[1] ?? String(status);
}
