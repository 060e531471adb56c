import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Location } from '../app/description';
import { asRecord } from '../app/template';
import { accessKeyIdOf, type Callers } from '../iam/callers';
import { QUEUE_REQUEST_BYTES_MAX } from './limits';
import { queueAccess } from './queue-access';
import { callQueues, type Queues } from './queue-api';
import { QueueError } from './queue-error';
import type { Fields } from './queue-requests';

const TARGET = 'AmazonSQS.';

export interface QueueService {
  readonly queues: Queues;
  readonly where: Location;
  /** Whose permissions are enforced. */
  readonly callers: Pick<Callers, 'denial'>;
}

/**
 * Answers a request of SQS in the AWS JSON 1.0 protocol, which SDKs speak since 2023. Signatures are not checked; what the
 * caller's role does not allow is refused.
 *
 * @returns false, and leaves it alone, if it is a request of something else.
 */
export function answerQueueRequest(service: QueueService, request: IncomingMessage, response: ServerResponse): boolean {
  const target = request.headers['x-amz-target'];
  if (request.method !== 'POST' || typeof target !== 'string' || !target.startsWith(TARGET)) return false;
  void answer(service, { operation: target.slice(TARGET.length), request, response });
  return true;
}

async function answer(
  service: QueueService,
  parts: { readonly operation: string; readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { operation, request, response } = parts;
  // Whoever polls for long may leave before a message comes; it must not be taken for them then.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const body = await readJson(request);
    requirePermission(service, request, { operation, body });
    respond(response, 200, await callQueues(service.queues, { operation, request: body, signal: gone.signal }));
  } catch (error) {
    if (error instanceof QueueError) {
      response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`);
      respond(response, error.status, { __type: error.type, message: error.message });
    } else if (!response.destroyed) {
      respond(response, 500, { __type: 'com.amazon.coral.service#InternalFailure', message: String(error) });
    }
  }
}

function requirePermission(
  { callers, where }: QueueService,
  { headers }: IncomingMessage,
  { operation, body }: { readonly operation: string; readonly body: Fields },
): void {
  const accessKeyId = accessKeyIdOf({ authorization: headers.authorization });
  const denial = callers.denial(accessKeyId, [queueAccess(operation, body, where)]);
  if (denial !== undefined) throw new QueueError('AccessDenied', denial);
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
