import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { Units } from '../gateway/gateway-event';
import { accessKeyIdOf } from '../iam/callers';
import { messageOf } from '../process/clear-error';
import type { DatabaseAnswer, DatabaseCall, Intercept, Refuse } from './intercept';
import { LOCAL_ACCESS_KEY_ID } from './local-client';
import { meterRequest } from './metered-request';
import { UnitMeter } from './unit-meter';

/** BatchGetItem returns up to 16 MB of items; as base64 inside JSON, binary attributes grow by a third. */
const BODY_BYTES_MAX = 24 * 1024 * 1024;

/** The SDK gives up on an attempt long before; a request that hangs for longer only holds a socket. */
const ENGINE_MS_MAX = 30_000;

export interface DynamoDbProxy {
  readonly url: string;
  /** What the Lambdas with this access key have used since the last call. */
  takeUnits(accessKeyId: string): Units;
  close(): Promise<void>;
}

interface Upstream {
  readonly url: URL;
  readonly agent: Agent;
  readonly send: typeof httpRequest;
}

/** What passes through: the parsed request on the way in. Permission checks and faults look at the same. */
interface Call extends DatabaseCall {
  readonly headers: IncomingHttpHeaders;
}

interface ProxyOptions {
  readonly engineUrl: string;
  readonly refuse?: Refuse;
  readonly intercept?: Intercept;
}

class TooLarge extends Error {}

/** Stands between the Lambdas and the database, and counts each access key's units. Signatures are not checked. */
export async function startProxy(options: ProxyOptions): Promise<DynamoDbProxy> {
  const meter = new UnitMeter();
  const upstream = upstreamOf(new URL(options.engineUrl));
  const server = createServer((request, response) => {
    void answer({ ...options, request, response, upstream, meter });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    takeUnits: (accessKeyId) => meter.takeUnits(accessKeyId),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        upstream.agent.destroy();
      }),
  };
}

async function answer(parts: {
  readonly refuse?: Refuse;
  readonly intercept?: Intercept;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: Upstream;
  readonly meter: UnitMeter;
}): Promise<void> {
  const { request, response, upstream, meter } = parts;
  try {
    const call = callOf(request, await readBody(request));
    const metered = meterRequest(call.operation, call.body);
    const send = () => forward(upstream, request, { ...call, body: metered.body });
    const answered = parts.refuse?.(call) ?? (await (parts.intercept?.(call, send) ?? send()));
    if (answered === 'cut') return void request.socket.destroy();
    const { headers, ...engineAnswer } = answered;
    const { units, body } = metered.read(engineAnswer);
    meter.add(call.accessKeyId, units);
    respond(response, engineAnswer.status, body, headers, body !== engineAnswer.body);
  } catch (error) {
    refuse(response, error);
  }
}

function callOf(request: IncomingMessage, body: Buffer): Call {
  const target = request.headers['x-amz-target'];
  return {
    operation: (typeof target === 'string' ? target : '').replace(/^.*\./, ''),
    accessKeyId: accessKeyIdOf({ authorization: request.headers.authorization }),
    headers: request.headers,
    body,
  };
}

function forward(
  upstream: Upstream,
  { method = 'POST', url = '/' }: IncomingMessage,
  call: Call,
): Promise<DatabaseAnswer> {
  const { 'accept-encoding': _, connection: _connection, 'transfer-encoding': _encoding, ...kept } = call.headers;
  const headers = {
    ...kept,
    host: upstream.url.host,
    'content-length': String(call.body.length),
    ...(kept.authorization !== undefined && { authorization: asLocal(kept.authorization) }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = upstream.send(
      new URL(url, upstream.url),
      { method, headers, agent: upstream.agent, timeout: ENGINE_MS_MAX },
      (incoming) => {
        readBody(incoming).then(
          (body) => resolve({ status: incoming.statusCode ?? 500, body, headers: incoming.headers }),
          reject,
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${ENGINE_MS_MAX} ms`)));
    outgoing.once('error', reject);
    outgoing.end(call.body);
  });
}

/** See LOCAL_ACCESS_KEY_ID for why every Lambda shows the database the same key. */
function asLocal(authorization: string): string {
  return authorization.replace(/Credential=[^/,\s]+/, `Credential=${LOCAL_ACCESS_KEY_ID}`);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new TooLarge(`a body of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function respond(
  response: ServerResponse,
  status: number,
  body: Buffer,
  { connection: _, 'transfer-encoding': _encoding, 'x-amz-crc32': checksum, ...headers }: IncomingHttpHeaders,
  changed: boolean,
): void {
  // The checksum is of the engine's bytes. DynamoDB's clients check it only where it is present.
  const withChecksum = checksum !== undefined && !changed ? { 'x-amz-crc32': checksum } : {};
  response.writeHead(status, { ...headers, ...withChecksum, 'content-length': String(body.length) });
  response.end(body);
}

/** The error form of DynamoDB, so that the SDK retries and names it as it would the real one's. */
function refuse(response: ServerResponse, error: unknown): void {
  const tooLarge = error instanceof TooLarge;
  const message = `the local database does not answer: ${messageOf(error)}`;
  const body = tooLarge
    ? { __type: 'com.amazon.coral.service#SerializationException', message: error.message }
    : { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message };
  if (response.headersSent || response.destroyed) return;
  // An unread rest of a body must not be taken for the connection's next request.
  response.writeHead(tooLarge ? 413 : 500, { 'content-type': 'application/x-amz-json-1.0', connection: 'close' });
  response.end(JSON.stringify(body));
}

function upstreamOf(url: URL): Upstream {
  return url.protocol === 'https:'
    ? { url, agent: new TlsAgent({ keepAlive: true }), send: httpsRequest }
    : { url, agent: new Agent({ keepAlive: true }), send: httpRequest };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
