import { reportedFailures } from './batch-failures';
import type { QueueMapping } from './description';
import { compileFilters, type Matches } from './filter';
import { invokeFor, type SourceContext } from './invoke';
import { BATCH_BYTES_MAX, MESSAGE_BYTES_MAX, QUEUE_POLL_MS } from './limits';
import type { Queue } from './queue';
import { systemAttributes } from './queue-answers';
import { bytesOf, type Message, md5, md5OfAttributes } from './queue-message';

export interface QueueSource {
  readonly mapping: QueueMapping;
  readonly queue: Queue;
  readonly region: string;
}

/**
 * Gives a queue's messages to the mapping's function until the sources stop, several batches at once. The order within a
 * FIFO queue's group is the queue's own doing: it holds back what is behind a message that is being worked on.
 */
export async function runQueue(context: SourceContext, source: QueueSource): Promise<void> {
  const matches = compileQueueFilters(source.mapping.filters);
  const worker = async () => {
    while (!context.signal.aborted) {
      const batch = await nextBatch(context, source);
      const wanted = batch.filter((message) => matches(recordOf(message, source)));
      // "If the message doesn't match, Lambda drops it and deletes it from the queue."
      for (const message of batch) if (!wanted.includes(message)) source.queue.delete(message.receiptHandle);
      if (wanted.length > 0) await deliver(context, source, wanted);
    }
  };
  await Promise.all(Array.from({ length: source.mapping.batchesAtOnce }, worker));
}

/** The first messages that come, and what follows them within the window. */
async function nextBatch(
  { clock, signal }: SourceContext,
  { mapping, queue }: QueueSource,
): Promise<readonly Message[]> {
  const first = { max: mapping.batchSize, bytesMax: BATCH_BYTES_MAX, waitMs: QUEUE_POLL_MS, signal };
  const batch = [...(await queue.receive(first))];
  const deadline = clock.now() + mapping.windowMs;
  // Whatever comes next must fit.
  const hasRoom = () => batch.length < mapping.batchSize && sizeOf(batch) + MESSAGE_BYTES_MAX <= BATCH_BYTES_MAX;
  while (batch.length > 0 && hasRoom() && clock.now() < deadline && !signal.aborted) {
    const room = { max: mapping.batchSize - batch.length, bytesMax: BATCH_BYTES_MAX - sizeOf(batch) };
    batch.push(...(await queue.receive({ ...room, waitMs: deadline - clock.now(), signal })));
  }
  return batch;
}

function sizeOf(batch: readonly Message[]): number {
  return batch.reduce((sum, { sent }) => sum + bytesOf(sent), 0);
}

/** What failed stays where it is, and comes back when its visibility timeout ends; the rest is deleted. */
async function deliver(context: SourceContext, source: QueueSource, batch: readonly Message[]): Promise<void> {
  const { mapping, queue } = source;
  const event = { Records: batch.map((message) => recordOf(message, source)) };
  const title = `queue ${mapping.queueId}`;
  // A message that is received again meanwhile has another receipt: then this run no longer decides about it.
  const receipts = new Map(batch.map((message) => [message.id, message.receiptHandle] as const));
  const invocation = await invokeFor(context, { title, functionId: mapping.functionId, event });
  if (invocation.outcome !== 'returned') return;
  const failed = mapping.reportsItemFailures
    ? reportedFailures(invocation.payload, new Set(receipts.keys()))
    : undefined;
  if (failed === 'all') return;
  for (const [id, receipt] of receipts) if (!failed?.has(id)) queue.delete(receipt);
}

/** A record in the form of the AWS Lambda guide ("Using Lambda with Amazon SQS"). */
function recordOf(message: Message, { mapping, region }: QueueSource): object {
  const { body, attributes } = message.sent;
  const ofAttributes = md5OfAttributes(attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { DataType: dataType, StringValue: text, BinaryValue: binary }]) => [
        name,
        {
          ...(text !== undefined && { stringValue: text }),
          ...(binary !== undefined && { binaryValue: binary }),
          ...{ stringListValues: [], binaryListValues: [], dataType },
        },
      ]),
    ),
    ...(ofAttributes !== undefined && { md5OfMessageAttributes: ofAttributes }),
    ...{ md5OfBody: md5(body), eventSource: 'aws:sqs', eventSourceARN: mapping.queueArn, awsRegion: region },
  };
}

/** A pattern whose `body` has fields looks into a body of JSON; one whose `body` is a list sees the text. */
function compileQueueFilters(patterns: readonly unknown[]): Matches {
  const compiled = patterns.map((pattern) => {
    const matches = compileFilters([pattern]);
    return Array.isArray(Object(pattern).body) ? matches : (record: unknown) => matches(withParsedBody(record));
  });
  return (record) => compiled.length === 0 || compiled.some((matches) => matches(record));
}

function withParsedBody(record: unknown): unknown {
  const { body, ...rest } = Object(record);
  try {
    return { ...rest, body: JSON.parse(body) };
  } catch {
    return { ...rest, body };
  }
}
