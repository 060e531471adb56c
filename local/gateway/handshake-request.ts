/** What an upgrade request says, read for the `$connect` event (Developer Guide, "Set up a WebSocket API integration request"). */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ConnectRequest } from './events';

export interface Headers {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

/** AWS shows well-known headers in their canonical case whatever the client wrote, and all others as they came. */
const CANONICAL = new Map(
  [
    ...['Accept', 'Accept-Encoding', 'Accept-Language', 'Authorization', 'Cache-Control', 'Cookie', 'Host', 'Origin'],
    ...['Pragma', 'Referer', 'User-Agent', 'X-Amzn-Trace-Id', 'X-Forwarded-For', 'X-Forwarded-Port'],
    ...['X-Forwarded-Proto', 'Sec-WebSocket-Extensions', 'Sec-WebSocket-Key', 'Sec-WebSocket-Protocol'],
    ...['Sec-WebSocket-Version'],
  ].map((name) => [name.toLowerCase(), name]),
);

/** Present in an authorizer's event, absent from the integration's. */
const HOP_BY_HOP = new Set(['connection', 'upgrade', 'content-length', 'keep-alive', 'transfer-encoding']);

const GATEWAY_HEADERS = new Set(['x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto']);

export function connectRequest(request: IncomingMessage, at: number): ConnectRequest {
  return { ...headersOf(request, at), ...queryOf(request.url ?? '/') };
}

/** IPv4 clients of a dual-stack listener show up as `::ffff:127.0.0.1`. */
export function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** "Total combined size of request line and header values" (Developer Guide, quotas of REST and HTTP APIs). */
export function headerBytes({ method, url, httpVersion, rawHeaders }: IncomingMessage): number {
  const values = pairs(rawHeaders).map(([, value]) => Buffer.byteLength(value));
  return values.reduce((sum, bytes) => sum + bytes, `${method} ${url} HTTP/${httpVersion}`.length);
}

function headersOf(request: IncomingMessage, at: number): Headers {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value]);
  for (const [name, value] of pairs(request.rawHeaders)) {
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !GATEWAY_HEADERS.has(lower)) add(CANONICAL.get(lower) ?? name, value);
  }
  for (const [name, value] of gatewayHeaders(request, at)) add(name, value);
  return { headers: lastOfEach(values), multiValueHeaders: Object.fromEntries(values) };
}

/** A client's own X-Forwarded-For stays in front; the port and protocol are the true ones, where AWS says 443 and https. */
function gatewayHeaders(request: IncomingMessage, at: number): [string, string][] {
  const forwarded = request.headers['x-forwarded-for'];
  const trace = request.headers['x-amzn-trace-id'];
  const time = Math.floor(at / 1000).toString(16);
  return [
    ['X-Amzn-Trace-Id', trace === undefined ? `Root=1-${time}-${randomBytes(12).toString('hex')}` : String(trace)],
    ['X-Forwarded-For', forwarded === undefined ? sourceIp(request) : `${forwarded}, ${sourceIp(request)}`],
    ['X-Forwarded-Port', String(request.socket.localPort)],
    ['X-Forwarded-Proto', 'http'],
  ];
}

/** Both members are absent without a query string. Of a repeated parameter the single-value map has the last. */
function queryOf(url: string): Pick<ConnectRequest, 'queryStringParameters' | 'multiValueQueryStringParameters'> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(queryString(url))) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  if (values.size === 0) return {};
  return { queryStringParameters: lastOfEach(values), multiValueQueryStringParameters: Object.fromEntries(values) };
}

function queryString(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

function lastOfEach(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries(Array.from(values, ([name, all]) => [name, all.at(-1) ?? '']));
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? '']);
}
