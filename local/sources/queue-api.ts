import { MESSAGE_BYTES_MAX, QUEUE_BATCH_MAX, QUEUE_MESSAGES_MAX, VISIBILITY_S_MAX, WAIT_S_MAX } from './limits';
import type { Queue } from './queue';
import { queueAttributes, receivedMessage } from './queue-answers';
import { invalid, QueueError } from './queue-error';
import { bytesOf, type Message, md5, md5OfAttributes } from './queue-message';
import { type Fields, milliseconds, newMessage, text } from './queue-requests';

export type Queues = readonly Queue[];

type Operation = (queue: Queue, request: Fields, signal: AbortSignal) => Fields | Promise<Fields>;

/** One request of the SQS API. `signal` ends a long poll. @throws QueueError */
export async function callQueues(
  queues: Queues,
  {
    operation,
    request,
    signal,
  }: { readonly operation: string; readonly request: Fields; readonly signal: AbortSignal },
): Promise<Fields> {
  if (operation === 'ListQueues') return { QueueUrls: queues.map(({ description }) => description.url) };
  if (operation === 'GetQueueUrl') {
    const name = text(request, 'QueueName');
    return { QueueUrl: queueBy(queues, ({ description }) => description.queueName === name).description.url };
  }
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (!run) throw new QueueError('UnsupportedOperation', `${operation} is not supported locally.`);
  const url = text(request, 'QueueUrl');
  // The path names the queue: whoever built the URL may have used another name for this machine.
  const path = url.replace(/^https?:\/\/[^/]*/, '');
  return run(
    queueBy(queues, ({ description }) => description.url.endsWith(path) && path.startsWith('/')),
    request,
    signal,
  );
}

function queueBy(queues: Queues, isIt: (queue: Queue) => boolean): Queue {
  const queue = queues.find(isIt);
  if (queue) return queue;
  throw new QueueError('QueueDoesNotExist', 'The specified queue does not exist.');
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: (queue, request) => sendOne(queue, request),
  SendMessageBatch: (queue, request) => sendBatch(queue, request),
  ReceiveMessage: receive,
  DeleteMessage: (queue, request) => deleteOne(queue, request),
  DeleteMessageBatch: (queue, request) => eachEntry(request, (entry) => deleteOne(queue, entry)),
  ChangeMessageVisibility: (queue, request) => changeOne(queue, request),
  ChangeMessageVisibilityBatch: (queue, request) => eachEntry(request, (entry) => changeOne(queue, entry)),
  GetQueueAttributes: (queue, request) => ({ Attributes: queueAttributes(queue, request.AttributeNames) }),
  PurgeQueue(queue) {
    queue.purge();
    return {};
  },
};

function sendOne(queue: Queue, request: Fields): Fields {
  const { visible, inFlight, delayed } = queue.counts();
  if (visible + inFlight + delayed >= QUEUE_MESSAGES_MAX) throw new QueueError('OverLimit', 'The queue is full.');
  return sentAnswer(queue.send(newMessage(queue, request)));
}

function sentAnswer({ id, sent, sequenceNumber }: Message): Fields {
  const ofAttributes = md5OfAttributes(sent.attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(sent.body),
    ...(ofAttributes !== undefined && { MD5OfMessageAttributes: ofAttributes }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
  };
}

function sendBatch(queue: Queue, request: Fields): Fields {
  const sizes = entriesOf(request).map(({ MessageBody: body }) => bytesOf({ body: String(body), attributes: {} }));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MESSAGE_BYTES_MAX) {
    const message = `Batch requests cannot be longer than ${MESSAGE_BYTES_MAX} bytes. You have sent ${bytes} bytes.`;
    throw new QueueError('BatchRequestTooLong', message);
  }
  return eachEntry(request, (entry) => sendOne(queue, entry));
}

async function receive(queue: Queue, request: Fields, signal: AbortSignal): Promise<Fields> {
  const { MaxNumberOfMessages: max = 1 } = request;
  if (!Number.isInteger(max) || Number(max) < 1 || Number(max) > QUEUE_BATCH_MAX) {
    throw invalid(max, 'MaxNumberOfMessages', `Must be between 1 and ${QUEUE_BATCH_MAX}, if provided.`);
  }
  const visibilityMs = milliseconds(request, 'VisibilityTimeout', VISIBILITY_S_MAX);
  const waitMs = milliseconds(request, 'WaitTimeSeconds', WAIT_S_MAX) ?? queue.description.waitMs;
  const options = { max: Number(max), waitMs, signal, ...(visibilityMs !== undefined && { visibilityMs }) };
  const messages = await queue.receive(options);
  return messages.length === 0 ? {} : { Messages: messages.map((message) => receivedMessage(message, request)) };
}

function deleteOne(queue: Queue, request: Fields): Fields {
  queue.delete(receiptOf(request));
  return {};
}

function changeOne(queue: Queue, request: Fields): Fields {
  const receiptHandle = receiptOf(request);
  const visibilityMs = milliseconds(request, 'VisibilityTimeout', VISIBILITY_S_MAX) ?? 0;
  if (queue.changeVisibility(receiptHandle, visibilityMs)) return {};
  throw new QueueError('MessageNotInflight', 'The message referred to is not in flight.');
}

function receiptOf(request: Fields): string {
  const receiptHandle = text(request, 'ReceiptHandle');
  if (/^[0-9a-f-]{36} [0-9a-f-]{36}$/.test(Buffer.from(receiptHandle, 'base64').toString())) return receiptHandle;
  throw new QueueError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}

/** A batch fails entry by entry; only a malformed one fails as a whole. */
function eachEntry(request: Fields, run: (entry: Fields) => Fields): Fields {
  const successful: Fields[] = [];
  const failed: Fields[] = [];
  for (const entry of entriesOf(request)) {
    try {
      successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function entriesOf({ Entries: value }: Fields): readonly Fields[] {
  const entries = (Array.isArray(value) ? value : []).map((entry) => Object(entry) as Fields);
  if (entries.length === 0)
    throw new QueueError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > QUEUE_BATCH_MAX) {
    const message = `Maximum number of entries per request are ${QUEUE_BATCH_MAX}. You have sent ${entries.length}.`;
    throw new QueueError('TooManyEntriesInBatchRequest', message);
  }
  const ids = entries.map((entry) => text(entry, 'Id'));
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) throw new QueueError('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`);
  return entries;
}
