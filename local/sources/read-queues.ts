import type { Resolve } from '../app/intrinsics';
import { asRecord, type Resource, requireKnownProperties, textOf, Unsupported } from '../app/template';
import type { QueueDescription } from './description';
import { MESSAGE_BYTES_MAX, VISIBILITY_S_MAX, WAIT_S_MAX } from './limits';
import { numberOf } from './read-number';

const KNOWN = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'QueueName',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
];

/** Encryption, and who may do what. High throughput of FIFO queues would change which groups block each other. */
const IGNORED = [
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
  'Tags',
];

/** A queue, with the defaults of AWS::SQS::Queue. */
export function readQueue(queue: Resource, resolve: Resolve): QueueDescription {
  requireKnownProperties(queue, [...KNOWN, ...IGNORED]);
  const attribute = (name: string) => String(resolve({ 'Fn::GetAtt': [queue.logicalId, name] }));
  const seconds = (name: string, range: { byDefault: number; min: number; max: number }) =>
    1000 * numberOf(queue, name, range);
  const { FifoQueue: fifo, ContentBasedDeduplication: byContent } = queue.properties;
  const redrive = redriveOf(queue, resolve);
  return {
    logicalId: queue.logicalId,
    queueName: attribute('QueueName'),
    arn: attribute('Arn'),
    url: attribute('QueueUrl'),
    isFifo: fifo === true,
    deduplicatesByContent: byContent === true,
    visibilityMs: seconds('VisibilityTimeout', { byDefault: 30, min: 0, max: VISIBILITY_S_MAX }),
    delayMs: seconds('DelaySeconds', { byDefault: 0, min: 0, max: 900 }),
    retentionMs: seconds('MessageRetentionPeriod', { byDefault: 345_600, min: 60, max: 1_209_600 }),
    waitMs: seconds('ReceiveMessageWaitTimeSeconds', { byDefault: 0, min: 0, max: WAIT_S_MAX }),
    bytesMax: numberOf(queue, 'MaximumMessageSize', {
      ...{ byDefault: MESSAGE_BYTES_MAX, min: 1024, max: MESSAGE_BYTES_MAX },
    }),
    ...(redrive !== undefined && { redrive }),
  };
}

function redriveOf(queue: Resource, resolve: Resolve): QueueDescription['redrive'] {
  const policy = asRecord(resolve(queue.properties.RedrivePolicy));
  if (policy === undefined) return undefined;
  const receivesMax = Number(policy.maxReceiveCount);
  if (Number.isInteger(receivesMax) && receivesMax >= 1 && receivesMax <= 1000) {
    return { arn: String(policy.deadLetterTargetArn), receivesMax };
  }
  throw new Unsupported(
    queue,
    `maxReceiveCount must be a whole number from 1 to 1000, not ${textOf(policy.maxReceiveCount)}`,
  );
}

/** A dead-letter queue must be there, and of the same kind. @throws Unsupported */
export function requireDeadLetterQueues(queues: readonly QueueDescription[]): void {
  for (const { logicalId, isFifo, redrive } of queues) {
    if (redrive === undefined || queues.some((other) => other.arn === redrive.arn && other.isFifo === isFifo)) continue;
    const kind = isFifo ? 'FIFO' : 'standard';
    const message = `its dead-letter queue is not a ${kind} queue of this template`;
    throw new Unsupported({ logicalId, type: 'AWS::SQS::Queue' }, message);
  }
}
