import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './error-frames';

/** An answer of API Gateway itself. SDKs recognise an error by `x-amzn-ErrorType` alone, since some bodies are empty. */
export interface HttpAnswer {
  readonly status: number;
  readonly errorType?: string;
  /** JSON, or nothing. */
  readonly body?: string;
}

export const FORBIDDEN: HttpAnswer = { status: 403, errorType: 'ForbiddenException', body: errorBody('Forbidden') };

export const NOT_FOUND: HttpAnswer = { status: 404, errorType: 'NotFoundException', body: errorBody('Not Found') };

/** A plain GET of the endpoint (seen by serverless-offline's end-to-end tests on AWS). */
export const UPGRADE_REQUIRED: HttpAnswer = { status: 426, body: errorBody('Upgrade Required') };

export function answer(response: ServerResponse, requestId: string, http: HttpAnswer): void {
  response.writeHead(http.status, headersOf(http, requestId)).end(http.body ?? '');
}

/** Refuses an upgrade. After that request Node leaves the raw socket to us, so the response is written by hand. */
export function refuseUpgrade(socket: Duplex, requestId: string, http: HttpAnswer): void {
  const headers = Object.entries({ ...headersOf(http, requestId), Connection: 'close' });
  const head = [
    `HTTP/1.1 ${http.status} ${STATUS_CODES[http.status] ?? ''}`,
    ...headers.map((pair) => pair.join(': ')),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${http.body ?? ''}`);
}

function headersOf({ status, errorType, body = '' }: HttpAnswer, requestId: string): OutgoingHttpHeaders {
  return {
    'x-amzn-RequestId': requestId,
    ...(errorType !== undefined && { 'x-amzn-ErrorType': errorType }),
    ...(status === 426 && { Upgrade: 'websocket' }),
    ...(body !== '' && { 'Content-Type': 'application/json' }),
    ...(status !== 204 && { 'Content-Length': Buffer.byteLength(body) }),
  };
}
