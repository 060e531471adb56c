import type { Queue } from './queue';
import { type Message, md5, md5OfAttributes } from './queue-message';
import type { Fields } from './queue-requests';

/** Of the form of a role's id and its session's name. There is one sender here. */
const SENDER_ID = 'AROALOCALLOCALLOCAL00:local';

/** What SQS itself knows of a message, all of it as text. */
export function systemAttributes({ sent, ...message }: Message): Readonly<Record<string, string>> {
  return {
    // "across all queues but not deleted": what a dead-letter queue's source counted goes on.
    ApproximateReceiveCount: String(message.receivedBefore + message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: SENDER_ID,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
    ...(sent.groupId !== undefined && { MessageGroupId: sent.groupId }),
    ...(sent.deduplicationId !== undefined && { MessageDeduplicationId: sent.deduplicationId }),
    ...(sent.traceHeader !== undefined && { AWSTraceHeader: sent.traceHeader }),
    ...(message.sourceArn !== undefined && { DeadLetterQueueSourceArn: message.sourceArn }),
  };
}

/** One message of a ReceiveMessage answer, with the attributes that were asked for. */
export function receivedMessage(message: Message, request: Fields): Fields {
  const asked = [...namesOf(request.AttributeNames), ...namesOf(request.MessageSystemAttributeNames)];
  const attributes = pick(systemAttributes(message), (name) => asked.includes('All') || asked.includes(name));
  const patterns = namesOf(request.MessageAttributeNames);
  const own = pick(message.sent.attributes, (name) => patterns.some((pattern) => isAsked(pattern, name)));
  const ofAttributes = md5OfAttributes(own);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.sent.body),
    Body: message.sent.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(ofAttributes !== undefined && { MessageAttributes: own, MD5OfMessageAttributes: ofAttributes }),
  };
}

/** A name, `All`, `.*`, or a prefix as `bar.*`. */
function isAsked(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*' || pattern === name) return true;
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2));
}

/** GetQueueAttributes: all of them, or those that were named. */
export function queueAttributes(queue: Queue, names: unknown): Readonly<Record<string, string>> {
  const { description } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const { redrive } = description;
  const all = {
    QueueArn: description.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(description.visibilityMs / 1000),
    MaximumMessageSize: String(description.bytesMax),
    MessageRetentionPeriod: String(description.retentionMs / 1000),
    DelaySeconds: String(description.delayMs / 1000),
    ReceiveMessageWaitTimeSeconds: String(description.waitMs / 1000),
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: redrive.arn, maxReceiveCount: redrive.receivesMax }),
    }),
    ...(description.isFifo && {
      FifoQueue: 'true',
      ContentBasedDeduplication: String(description.deduplicatesByContent),
    }),
  };
  const asked = namesOf(names);
  return pick(all, (name) => asked.includes('All') || asked.includes(name));
}

function pick<T>(all: Readonly<Record<string, T>>, isWanted: (name: string) => boolean): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)));
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
