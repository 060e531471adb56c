import { type ClientRequest, type IncomingMessage, request as requestByHttp } from 'node:http';
import { type RequestOptions, request as requestByHttps } from 'node:https';
import type { Socket } from 'node:net';

/** What came back, whatever it was. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Of a success, nothing. */
  readonly body: string;
}

/** How long an exchange may take, in milliseconds. */
export interface Patience {
  readonly connectMs: number;
  readonly answerMs: number;
}

/** AWS's error bodies have a few hundred bytes; what a server in between says may have any number. */
const ERROR_BYTES_MAX = 16 * 1024;

/**
 * Sends one HTTP request, and reads the answer to its end, so that the connection can carry the next one. Rejects with `TimeoutError`, as the
 * SDK calls it, or with Node's error.
 */
export function exchange(options: RequestOptions, body: Uint8Array | string, patience: Patience): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = (options.protocol === 'http:' ? requestByHttp : requestByHttps)(options);
    call.on('error', reject);
    call.on('socket', (socket) => limitTime(call, socket, patience));
    call.on('response', (response) => {
      response.on('error', reject);
      read(response, (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    call.end(body);
  });
}

/** From when it has a socket: what waits for one waits for others, whose time is limited. */
function limitTime(call: ClientRequest, socket: Socket, patience: Patience): void {
  const giveUp = () => void call.destroy(timeoutError(patience));
  const unanswered = setTimeout(giveUp, patience.answerMs);
  call.once('close', () => clearTimeout(unanswered));
  if (!socket.connecting) return;
  const unconnected = setTimeout(giveUp, patience.connectMs);
  for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(unconnected));
}

function read(response: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= ERROR_BYTES_MAX) chunks.push(chunk);
  };
  if ((response.statusCode ?? 0) < 300) response.resume();
  else response.on('data', keep);
  response.on('end', () => done(chunks.length === 0 ? '' : Buffer.concat(chunks).toString()));
}

function timeoutError({ connectMs, answerMs }: Patience): Error {
  const error = new Error(`No connection within ${connectMs} ms, or no answer within ${answerMs} ms.`);
  error.name = 'TimeoutError';
  return error;
}
