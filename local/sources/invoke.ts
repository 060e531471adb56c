import { randomUUID } from 'node:crypto';
import type { GatewayEvent, Units } from '../gateway/gateway-event';
import type { Invocation, InvokableFunction } from '../lambda/invocation';
import type { Clock } from './clock';

/** What every event source shares. */
export interface SourceContext {
  readonly clock: Clock;
  readonly functionOf: (logicalId: string) => InvokableFunction;
  /** Reads and resets what the DynamoDB calls of one execution environment have consumed. */
  readonly takeUnits: (accessKeyId: string) => Units;
  readonly onEvent: (event: GatewayEvent) => void;
  /** Aborted when the sources stop: what runs may end, nothing begins. */
  readonly signal: AbortSignal;
}

const NO_UNITS: Units = { readUnits: 0, writeUnits: 0, databaseRequests: 0 };

/** Invokes a function for a source and reports it, as a line of its own. Never rejects. */
export async function invokeFor(
  context: SourceContext,
  { title, functionId, event }: { readonly title: string; readonly functionId: string; readonly event: unknown },
): Promise<Invocation> {
  const at = context.clock.now();
  const invocation = await context.functionOf(functionId).invoke(event);
  // Whoever stops the app ends what runs in it: nothing went wrong.
  if (context.signal.aborted && isEnded(invocation)) return invocation;
  const { accessKeyId, durationMs, coldStart, logs } = invocation;
  // In the same turn as the invocation ended, like the gateway: the next one in this environment has spent nothing yet.
  const units = accessKeyId === '' ? NO_UNITS : context.takeUnits(accessKeyId);
  const error = errorOf(invocation);
  context.onEvent({
    ...{ at, routeKey: title, connectionId: '-', requestId: randomUUID(), status: statusOf(invocation) },
    ...{ durationMs, coldStart, ...units, logs },
    ...(error !== undefined && { error }),
  });
  return invocation;
}

function isEnded(invocation: Invocation): boolean {
  return invocation.outcome === 'failed' && invocation.errorType === 'Runtime.ExitError';
}

/** Lambda refused to run it, because too many run already: nothing that the function did. */
export function isThrottled(invocation: Invocation): boolean {
  return invocation.outcome === 'failed' && invocation.errorType === 'TooManyRequestsException';
}

function statusOf(invocation: Invocation): number {
  if (invocation.outcome === 'returned') return 200;
  if (isThrottled(invocation)) return 429;
  return invocation.outcome === 'timed-out' ? 504 : 502;
}

function errorOf(invocation: Invocation): string | undefined {
  if (invocation.outcome === 'returned') return undefined;
  if (invocation.outcome === 'timed-out') return 'Task timed out';
  return invocation.trace || `${invocation.errorType}: ${invocation.errorMessage}`;
}
