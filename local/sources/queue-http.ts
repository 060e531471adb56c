import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asRecord } from '../app/template';
import { QUEUE_REQUEST_BYTES_MAX } from './limits';
import { callQueues, type Queues } from './queue-api';
import { QueueError } from './queue-error';

const TARGET = 'AmazonSQS.';

/**
 * Answers a request of SQS in the AWS JSON 1.0 protocol, which SDKs speak since 2023. Signatures are not checked.
 *
 * @returns false, and leaves it alone, if it is a request of something else.
 */
export function answerQueueRequest(queues: Queues, request: IncomingMessage, response: ServerResponse): boolean {
  const target = request.headers['x-amz-target'];
  if (request.method !== 'POST' || typeof target !== 'string' || !target.startsWith(TARGET)) return false;
  void answer(queues, { operation: target.slice(TARGET.length), request, response });
  return true;
}

async function answer(
  queues: Queues,
  parts: { readonly operation: string; readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { operation, request, response } = parts;
  // Whoever polls for long may leave before a message comes; it must not be taken for them then.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const body = await readJson(request);
    respond(response, 200, await callQueues(queues, { operation, request: body, signal: gone.signal }));
  } catch (error) {
    if (error instanceof QueueError) {
      response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`);
      respond(response, 400, { __type: error.type, message: error.message });
    } else if (!response.destroyed) {
      respond(response, 500, { __type: 'com.amazon.coral.service#InternalFailure', message: String(error) });
    }
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > QUEUE_REQUEST_BYTES_MAX) throw new QueueError('BatchRequestTooLong', 'The request is too long.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return asRecord(JSON.parse(text === '' ? '{}' : text)) ?? {};
  } catch {
    throw new QueueError('Serialization', 'The request is not JSON.');
  }
}
