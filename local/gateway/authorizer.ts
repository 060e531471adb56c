/**
 * Lambda REQUEST authorizers, asked before `$connect` and at no other time (Developer Guide, "Control access to WebSocket
 * APIs with AWS Lambda REQUEST authorizers"). There is no cache for WebSocket APIs: every handshake asks.
 */
import type { AuthorizerDescription } from '../app/description';
import type { Invocation } from '../lambda/invocation';
import { type AuthorizerContext, type Ruling, rulingOf } from './authorizer-result';
import type { ConnectionFacts } from './connection-facts';
import type { GatewayContext } from './context';
import { errorBody } from './error-frames';
import { authorizerEvent, type ConnectRequest } from './events';
import { FORBIDDEN, type HttpAnswer } from './http-answer';
import { missingSource } from './identity-source';
import { type Invoked, invoke } from './integration';

/** Route keys of an API's own cannot start with `$`, so reports of an authorizer are not taken for a route's. */
const AUTHORIZER = '$authorizer';

const UNAUTHORIZED: HttpAnswer = {
  status: 401,
  errorType: 'UnauthorizedException',
  body: errorBody('Unauthorized'),
};

export interface Handshake {
  readonly facts: ConnectionFacts;
  readonly request: ConnectRequest;
  readonly requestId: string;
}

export type Authorization =
  | { readonly refusal: HttpAnswer; readonly why?: string }
  | { readonly authorizer?: AuthorizerContext };

/** Never rejects. `why` is there when the Lambda was not asked, so that nothing else reports the refusal. */
export async function authorize(context: GatewayContext, handshake: Handshake): Promise<Authorization> {
  const { app } = context;
  const authorizer = app.routes.get('$connect')?.authorizer;
  if (!authorizer) return {};
  const methodArn = `arn:aws:execute-api:${app.region}:${app.accountId}:${app.apiId}/${app.stage}/$connect`;
  const at = { routeKey: '$connect', requestId: handshake.requestId, at: context.now() };
  const event = authorizerEvent(methodArn, app, handshake.facts, handshake.request, at);
  const missing = missingSource(authorizer.identitySources, event);
  if (missing !== undefined) return { refusal: UNAUTHORIZED, why: `The identity source ${missing} is missing` };
  const invoked = await ask(context, authorizer, event);
  const ruling = invoked
    ? rulingOf(invoked.invocation, methodArn)
    : { kind: 'failed' as const, why: 'It took too long' };
  const refusal = refusalOf(context, ruling);
  report(context, handshake, { ruling, status: refusal?.status ?? 200, ...(invoked && { invoked }) });
  if (refusal) return { refusal };
  return { authorizer: told(context, ruling, invoked?.invocation) };
}

/** Undefined when it took longer than an integration may. */
function ask(
  context: GatewayContext,
  { functionId }: AuthorizerDescription,
  event: object,
): Promise<Invoked | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), context.limits.authorizerMs);
    timer.unref();
    context.pending.track(
      invoke(context, functionId, event).then((invoked) => {
        clearTimeout(timer);
        resolve(invoked);
      }),
    );
  });
}

function refusalOf({ behaviours }: GatewayContext, ruling: Ruling): HttpAnswer | undefined {
  switch (ruling.kind) {
    case 'allowed':
      return undefined;
    case 'denied':
      return FORBIDDEN;
    case 'unauthorized':
      return UNAUTHORIZED;
    case 'failed':
      return { status: Number(behaviours.authorizerFailure), body: errorBody('Internal server error') };
  }
}

/** What all events of the connection say of its client. The latency stays a number, as captured. */
function told({ behaviours }: GatewayContext, ruling: Ruling, invocation: Invocation | undefined): AuthorizerContext {
  const values = ruling.kind === 'allowed' ? ruling.context : {};
  const shown = Object.entries(values).map(([name, value]): [string, string | number | boolean] => [
    name,
    behaviours.authorizerValues === 'strings' ? String(value) : value,
  ]);
  return { ...Object.fromEntries(shown), integrationLatency: Math.round(invocation?.durationMs ?? 0) };
}

interface Ruled {
  readonly ruling: Ruling;
  readonly status: number;
  readonly invoked?: Invoked;
}

function report(context: GatewayContext, { facts, requestId }: Handshake, { ruling, status, invoked }: Ruled): void {
  const { durationMs = context.limits.authorizerMs, coldStart = false, logs = [] } = invoked?.invocation ?? {};
  if (status >= 400 && status < 500) context.metrics.clientError();
  const error = ruling.kind === 'failed' ? ruling.why : undefined;
  context.onEvent({
    ...{ at: facts.connectedAt, routeKey: AUTHORIZER, connectionId: facts.connectionId, requestId, status },
    ...{ durationMs, coldStart, logs },
    ...(invoked?.units ?? { readUnits: 0, writeUnits: 0, databaseRequests: 0 }),
    ...(error !== undefined && { error }),
  });
}
