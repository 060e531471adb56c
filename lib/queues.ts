import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { queueEncryption } from './encryption';
import { FUNCTION_SIZES } from './function-sizes';

export interface Queues {
  /** Deliveries to large groups. */
  readonly fanOut: Queue;
  /** Those that failed again and again: some devices got no push, and nobody lost a message. */
  readonly undelivered: Queue;
  /** Changes of presence that could not be announced: some clients show a state that is no longer true. */
  readonly unannounced: Queue;
}

// As long as SQS keeps anything: somebody should have looked at it by then.
const DEAD_FOR = Duration.days(14);

export function createQueues(scope: Construct, encryptionKey: IKey | undefined): Queues {
  const dead = { ...queueEncryption(encryptionKey), retentionPeriod: DEAD_FOR };
  const undelivered = new Queue(scope, 'Undelivered', dead);
  const fanOut = new Queue(scope, 'FanOut', {
    ...queueEncryption(encryptionKey),
    // Six times the function's timeout (Lambda Developer Guide, "Using Lambda with Amazon SQS").
    visibilityTimeout: Duration.seconds(6 * FUNCTION_SIZES['fan-out'].timeoutSeconds),
    // Older than this, what a job would push has come with a login or a sync.
    retentionPeriod: Duration.hours(1),
    deadLetterQueue: { queue: undelivered, maxReceiveCount: 3 },
  });
  return { fanOut, undelivered, unannounced: new Queue(scope, 'Unannounced', dead) };
}
