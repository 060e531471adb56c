/**
 * The Lambda proxy integration of a route: invoke, wait no longer than the integration's timeout, report. MOCK
 * integrations answer without a Lambda. Injected faults belong here too: each is another way to come to an `Answer`.
 */
import type { MockDescription, RouteDescription } from '../app/description';
import type { Invocation, LogLine } from '../lambda/invocation';
import type { GatewayContext } from './context';
import type { IntegrationEvent } from './events';
import type { Units } from './gateway-event';
import { type LambdaResponse, parseLambdaResponse } from './lambda-response';
import { answerMock } from './mock-integration';

export interface IntegrationCall {
  readonly connectionId: string;
  readonly requestId: string;
  readonly at: number;
  readonly event: IntegrationEvent;
}

export type Answer =
  | { readonly kind: 'response'; readonly response: LambdaResponse }
  /** 502 when the function failed or answered nonsense, 500 when Lambda refused to run it. */
  | { readonly kind: 'error'; readonly status: 500 | 502; readonly isMalformed?: true }
  | { readonly kind: 'timeout' };

const NO_UNITS: Units = { readUnits: 0, writeUnits: 0, databaseRequests: 0 };

/**
 * Never rejects. After the integration's timeout (50 ms to 29 s; Developer Guide, "Quotas") the Lambda keeps running:
 * only its answer is lost. Its report comes when it has ended, since its units are known only then.
 */
export async function callIntegration(
  context: GatewayContext,
  route: RouteDescription,
  call: IntegrationCall,
): Promise<Answer> {
  const { metrics, now } = context;
  const startedAt = now();
  if (route.routeKey === '$connect') metrics.connect();
  const { mock } = route;
  const answer = await (mock ? callMock(context, { ...route, mock }, call) : callLambda(context, route, call));
  if (!mock) metrics.latency(now() - startedAt);
  metrics.answered(answer);
  return answer;
}

interface MockRoute extends RouteDescription {
  readonly mock: MockDescription;
}

function callMock(context: GatewayContext, { routeKey, mock }: MockRoute, call: IntegrationCall): Answer {
  const { event, ...rest } = call;
  const answer = answerMock(mock, event, context.behaviours);
  const isAnswered = answer.kind === 'response';
  context.onEvent({
    ...{ ...rest, routeKey, status: isAnswered ? answer.response.statusCode : 502 },
    ...{ ...NO_UNITS, durationMs: 0, coldStart: false, logs: [] },
    ...(!isAnswered && { error: 'The request template of the MOCK integration yields no statusCode' }),
  });
  return answer;
}

function callLambda(context: GatewayContext, route: RouteDescription, call: IntegrationCall): Promise<Answer> {
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve({ kind: 'timeout' });
    }, route.integrationTimeoutMs);
    // A gateway that has closed without waiting for this Lambda must not keep the process for it.
    timer.unref();
    context.pending.track(
      invoke(context, route.functionId, call.event).then(({ invocation, units }) => {
        clearTimeout(timer);
        const answer = answerOf(invocation);
        report(context, route, call, { invocation, units, answer: isLate ? { kind: 'timeout' } : answer });
        resolve(answer);
      }),
    );
  });
}

export interface Invoked {
  readonly invocation: Invocation;
  readonly units: Units;
}

/**
 * The units are taken in the same turn of the event loop as the invocation ends. The environment may be handed to the
 * next invocation at once, but its thread cannot have spent anything yet.
 */
export async function invoke(context: GatewayContext, functionId: string, event: object): Promise<Invoked> {
  const invocation = await context.functionOf(functionId).invoke(event);
  const { accessKeyId } = invocation;
  return { invocation, units: accessKeyId === '' ? NO_UNITS : context.takeUnits(accessKeyId) };
}

function answerOf(invocation: Invocation): Answer {
  if (invocation.outcome === 'returned') {
    const response = parseLambdaResponse(invocation.payload);
    return response ? { kind: 'response', response } : { kind: 'error', status: 502, isMalformed: true };
  }
  const isRefused = invocation.outcome === 'failed' && invocation.errorType === 'TooManyRequestsException';
  return { kind: 'error', status: isRefused ? 500 : 502 };
}

interface Report extends Invoked {
  readonly answer: Answer;
}

function report(context: GatewayContext, route: RouteDescription, call: IntegrationCall, ended: Report): void {
  const { durationMs, coldStart, logs, report: lambdaReport } = ended.invocation;
  const error = errorOf(ended);
  context.onEvent({
    at: call.at,
    routeKey: route.routeKey,
    connectionId: call.connectionId,
    requestId: call.requestId,
    ...toldBy(logs),
    status: statusOf(ended),
    ...{ durationMs, coldStart, ...ended.units, logs },
    ...(lambdaReport !== undefined && { lambdaReport }),
    ...(error !== undefined && { error }),
  });
}

/** Running out of time is 504 in a report, whether the integration's time or the function's own. */
function statusOf({ invocation, answer }: Report): number {
  if (answer.kind === 'timeout' || invocation.outcome === 'timed-out') return 504;
  return answer.kind === 'response' ? answer.response.statusCode : answer.status;
}

function errorOf({ invocation, answer }: Report): string | undefined {
  if (invocation.outcome === 'timed-out') return 'Task timed out';
  if (invocation.outcome === 'failed') return invocation.trace || `${invocation.errorType}: ${invocation.errorMessage}`;
  if (answer.kind === 'timeout') return 'Endpoint request timed out';
  return answer.kind === 'error' ? 'Malformed Lambda proxy response' : undefined;
}

interface Told {
  readonly userId?: string;
  readonly outcome?: string;
}

/** The handlers write structured lines, and only they know who the user is and what came of it. The last word counts. */
function toldBy(logs: readonly LogLine[]): Told {
  return Object.assign({}, ...logs.filter(({ stream }) => stream === 'stdout').map(({ text }) => toldByLine(text)));
}

function toldByLine(line: string): Told {
  if (!line.startsWith('{')) return {};
  try {
    const { userId, outcome } = JSON.parse(line);
    return { ...(typeof userId === 'string' && { userId }), ...(typeof outcome === 'string' && { outcome }) };
  } catch {
    return {};
  }
}
