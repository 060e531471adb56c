/**
 * The events of a Lambda proxy integration, member by member as captured from AWS (Developer Guide, "Set up a WebSocket
 * API integration request"). What is absent there is absent here: no `body` at `$connect`, no `headers` at a message.
 */
import type { ConnectionFacts } from './connection-facts';
import type { Headers } from './handshake-request';

export interface Stage {
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly routes: ReadonlyMap<string, { readonly needsApiKey?: true }>;
}

interface Happening {
  readonly routeKey: string;
  readonly requestId: string;
  readonly at: number;
}

export interface ConnectRequest extends Headers {
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
}

/** What every event has; the rest is each kind's own. */
export interface IntegrationEvent {
  readonly requestContext: object;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly [member: string]: unknown;
}

export function connectEvent(
  stage: Stage,
  facts: ConnectionFacts,
  request: ConnectRequest,
  at: Happening,
): IntegrationEvent {
  return {
    ...request,
    ...variablesOf(stage),
    requestContext: requestContext(stage, facts, at, { eventType: 'CONNECT' }),
    isBase64Encoded: false,
  };
}

/** What a Lambda authorizer is asked (Developer Guide, "Lambda authorizers for WebSocket APIs"). Empty maps are there. */
export function authorizerEvent(
  methodArn: string,
  stage: Stage,
  facts: ConnectionFacts,
  request: ConnectRequest,
  at: Happening,
): object {
  const { queryStringParameters = {}, multiValueQueryStringParameters = {} } = request;
  return {
    type: 'REQUEST',
    methodArn,
    headers: { ...UPGRADE_HEADERS, ...request.headers },
    multiValueHeaders: { ...listsOf(UPGRADE_HEADERS), ...request.multiValueHeaders },
    queryStringParameters,
    multiValueQueryStringParameters,
    stageVariables: stage.stageVariables ?? {},
    requestContext: requestContext(stage, facts, at, { eventType: 'CONNECT' }),
  };
}

/** An authorizer sees them, the integration does not. */
const UPGRADE_HEADERS = { Connection: 'upgrade', Upgrade: 'websocket', 'content-length': '0' };

export interface Message {
  readonly messageId: string;
  readonly body: string;
}

/** `routeKey` is the selected route: `$default` for whatever fell through, not the key that the client asked for. */
export function messageEvent(stage: Stage, facts: ConnectionFacts, message: Message, at: Happening): IntegrationEvent {
  return {
    ...variablesOf(stage),
    requestContext: requestContext(stage, facts, at, { messageId: message.messageId, eventType: 'MESSAGE' }),
    body: message.body,
    isBase64Encoded: false,
  };
}

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Exactly four headers, three of them empty: that is what AWS sends. */
export function disconnectEvent(stage: Stage, facts: ConnectionFacts, ending: Ending, at: Happening): IntegrationEvent {
  const headers = { Host: facts.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: listsOf(headers),
    ...variablesOf(stage),
    requestContext: requestContext(stage, facts, at, {
      disconnectStatusCode: ending.code,
      eventType: 'DISCONNECT',
      disconnectReason: ending.reason,
    }),
    isBase64Encoded: false,
  };
}

/** `connectedAt` is the connection's own, on every event; `requestId` and `extendedRequestId` are always the same. */
function requestContext(stage: Stage, facts: ConnectionFacts, at: Happening, own: object): object {
  return {
    routeKey: at.routeKey,
    ...own,
    extendedRequestId: at.requestId,
    requestTime: commonLogTime(at.at),
    messageDirection: 'IN',
    stage: stage.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: at.at,
    identity: identityOf(facts, stage.routes.get(at.routeKey)?.needsApiKey === true),
    requestId: at.requestId,
    domainName: facts.host,
    connectionId: facts.connectionId,
    apiId: stage.apiId,
    ...(facts.authorizer && { authorizer: facts.authorizer }),
  };
}

/** The key is there where it was asked for ("API Gateway mapping template variables", identity.apiKey). */
function identityOf({ sourceIp, userAgent, apiKey }: ConnectionFacts, needsApiKey: boolean): object {
  return {
    ...(needsApiKey && apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
    ...(userAgent !== undefined && { userAgent }),
    sourceIp,
  };
}

function listsOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

function variablesOf({ stageVariables }: Stage): object {
  return stageVariables === undefined ? {} : { stageVariables };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The last second that was written, and how: hundreds of events have the same. */
const written = { second: Number.NaN, text: '' };

/** `09/Feb/2024:18:11:43 +0000`, as Apache's common log format writes it. */
function commonLogTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== written.second) {
    const iso = new Date(epochMs).toISOString();
    written.text = `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    written.second = second;
  }
  return written.text;
}
