import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { tasks } from '../src/tasks';
import { createFunction, type Surroundings } from './chat-function';

// A page of members, some of whose devices are dead and slow to say so.
const TIMEOUT = Duration.seconds(60);

/** Deliveries to large groups, and beside it a queue for those that fail again and again. */
export function createFanOutQueue(scope: Construct): Queue {
  const undelivered = new Queue(scope, 'Undelivered', { retentionPeriod: Duration.days(14) });
  return new Queue(scope, 'FanOut', {
    // Six times the function's timeout (Lambda Developer Guide, "Using Lambda with Amazon SQS").
    visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
    // Older than this, what a job would push has come with a login or a sync.
    retentionPeriod: Duration.hours(1),
    deadLetterQueue: { queue: undelivered, maxReceiveCount: 3 },
  });
}

/** The worker on that queue. */
export function createFanOut(scope: Construct, surroundings: Surroundings): void {
  const { fanOutQueue } = surroundings;
  const fanOut = createFunction(scope, surroundings, {
    file: 'fan-out',
    grants: tasks['fan-out'].grants,
    timeout: TIMEOUT,
  });
  fanOutQueue.grantConsumeMessages(fanOut);
  new EventSourceMapping(scope, 'FanOutMapping', {
    target: fanOut,
    eventSourceArn: fanOutQueue.queueArn,
    batchSize: 5,
    reportBatchItemFailures: true,
  });
}
