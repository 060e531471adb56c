/**
 * `@connections`: post to, look at, or delete a connection (Developer Guide, "Use @connections commands in your backend
 * service"; the shapes are those of the SDK's model of the API Gateway Management API).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callbackDenial } from './callback-access';
import type { Connection } from './connection';
import type { GatewayContext } from './context';
import { DELETED } from './endings';
import { errorBody } from './error-frames';
import { answer, FORBIDDEN, type HttpAnswer, UPGRADE_REQUIRED } from './http-answer';
import { isConnectionId, newId } from './ids';

/** On AWS the body of a 410 is empty: SDKs find the type in the header only. */
const GONE: HttpAnswer = { status: 410, errorType: 'GoneException' };

/** Too many requests, "or the WebSocket client side buffer is full". */
const LIMIT_EXCEEDED: HttpAnswer = { status: 429, errorType: 'LimitExceededException' };

const PAYLOAD_TOO_LARGE: HttpAnswer = {
  status: 413,
  errorType: 'PayloadTooLargeException',
  body: errorBody('Message too long'),
};

const UNSIGNED: HttpAnswer = {
  status: 403,
  errorType: 'MissingAuthenticationTokenException',
  body: errorBody('Missing Authentication Token'),
};

/** The JavaScript SDK writes `@connections`; the documentation and other SDKs percent-encode the sign. */
const PATH = /^\/([^/]+)\/(?:@|%40)connections\/([^/]*)$/i;

/** Answers every plain HTTP request to the API: `@connections`, and whatever else was meant for a WebSocket. */
export async function handleRequest(
  context: GatewayContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const http = await answerTo(context, request);
  // What is left of a body that we refused to read must not be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close');
  if (!response.destroyed) answer(response, newId(), http);
}

async function answerTo(context: GatewayContext, request: IncomingMessage): Promise<HttpAnswer> {
  const { app, behaviours } = context;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const [, stage, encodedId] = PATH.exec(path) ?? [];
  if (stage === undefined || encodedId === undefined) return isEndpoint(path, app.stage) ? UPGRADE_REQUIRED : FORBIDDEN;
  if (behaviours.unsignedCallbacks === 'refuse' && !isSigned(request)) {
    return behaviours.unsignedBody === 'missing-token' ? UNSIGNED : FORBIDDEN;
  }
  if (stage !== app.stage) return FORBIDDEN;
  const connectionId = decoded(encodedId);
  const denial = callbackDenial(context, request, connectionId);
  if (denial) return denial;
  // Throttled like everything else of the account's: "shared by HTTP, REST, WebSocket and callback APIs".
  if (!context.throttles.admits()) return LIMIT_EXCEEDED;
  if (!isConnectionId(connectionId)) return behaviours.malformedId === '410' ? GONE : invalidId(connectionId);
  return command(context, request, connectionId);
}

async function command(context: GatewayContext, request: IncomingMessage, connectionId: string): Promise<HttpAnswer> {
  switch (request.method) {
    case 'POST': {
      const { limits, behaviours } = context;
      const bytesMax = behaviours.largePost === 'refuse' ? limits.frameBytes : limits.messageBytes;
      const body = await readBody(request, bytesMax);
      return body === undefined ? PAYLOAD_TOO_LARGE : post(context, openConnection(context, connectionId), body);
    }
    case 'GET':
      return get(openConnection(context, connectionId));
    case 'DELETE':
      return remove(openConnection(context, connectionId));
    default:
      return FORBIDDEN;
  }
}

/** A connection whose `$connect` has not returned, or that has begun to close, is as gone as one that never was. */
function openConnection(context: GatewayContext, connectionId: string): Connection | undefined {
  const connection = context.connections.get(connectionId);
  return connection?.isOpen && !context.faults?.isFalselyGone() ? connection : undefined;
}

/** 200 says that it was handed over, not that the client has it. */
function post(context: GatewayContext, connection: Connection | undefined, body: Buffer): HttpAnswer {
  const { faults, metrics, behaviours } = context;
  if (!connection) return GONE;
  const fate = faults?.post() ?? 'deliver';
  if (fate === 'refuse' || connection.isBufferFull) return LIMIT_EXCEEDED;
  if (fate === 'deliver') connection.send(behaviours.postedFrame === 'text' ? body.toString() : body);
  metrics.message();
  return { status: 200 };
}

/** Names in lower camel case and times in ISO 8601: with anything else the SDK yields `undefined`, or throws. */
function get(connection: Connection | undefined): HttpAnswer {
  if (!connection) return GONE;
  const { connectedAt, sourceIp, userAgent } = connection.facts;
  const body = {
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp, userAgent },
    lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
  };
  return { status: 200, body: JSON.stringify(body) };
}

function remove(connection: Connection | undefined): HttpAnswer {
  if (!connection) return GONE;
  connection.close(DELETED);
  return { status: 204 };
}

/** Undefined when it is larger than a message may be; the rest is then left unread. */
async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
  }
  return Buffer.concat(chunks);
}

function isEndpoint(path: string, stage: string): boolean {
  return path === `/${stage}` || path === `/${stage}/`;
}

function isSigned({ headers, url = '' }: IncomingMessage): boolean {
  return headers.authorization?.startsWith('AWS4-') === true || url.includes('X-Amz-Signature=');
}

/** What does not decode is no id; it is reported as it came. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What AWS answered to ids of other emulators. */
function invalidId(connectionId: string): HttpAnswer {
  const body = errorBody(`Invalid connectionId: ${connectionId}`);
  return { status: 400, errorType: 'BadRequestException', body };
}
