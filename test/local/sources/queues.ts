import type { QueueDescription } from '../../../local/sources/description';

/** A queue with the defaults of SQS. */
export function describeQueue(properties: Partial<QueueDescription> = {}): QueueDescription {
  return {
    ...{ logicalId: 'Jobs', queueName: 'jobs', arn: 'arn:aws:sqs:us-east-1:000000000000:jobs' },
    ...{ url: 'http://localhost:3001/000000000000/jobs', isFifo: false, deduplicatesByContent: false },
    ...{ visibilityMs: 30_000, delayMs: 0, retentionMs: 345_600_000, waitMs: 0, bytesMax: 1_048_576 },
    ...properties,
  };
}
