import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { PROFILE } from '../src/adapters/dynamodb/keys';
import { tasks } from '../src/tasks';
import { createFunction, type Surroundings } from './chat-function';

/** The sweep, invoked each minute: it loops inside of it. Runs that overlap do no harm. */
export function createSweep(scope: Construct, surroundings: Surroundings): void {
  const sweep = createFunction(scope, surroundings, {
    file: 'sweep',
    grants: tasks.sweep.grants,
    // A minute of passes, the first half-minute of what they found, and the margin for what is under way.
    timeout: Duration.seconds(110),
    // It mostly sleeps, and is paid for that by its memory.
    memoryMb: 256,
    environment: { SWEEP_PERIOD_SECONDS: String(surroundings.tuned.sweepPeriod) },
  });
  new Rule(scope, 'SweepSchedule', {
    description: 'Ends the leases of clients that have vanished',
    schedule: Schedule.rate(Duration.minutes(1)),
    // The next minute comes with the next event; a late one would only sweep twice.
    targets: [new LambdaTarget(sweep, { retryAttempts: 0 })],
  });
}

/**
 * The announcer, on the stream of `Chat`. DynamoDB keeps the order of each user's changes, and Lambda comes again until they
 * are done, for ten minutes: what then still fails goes to a queue, to be looked at, and no longer holds up the shard.
 */
export function createAnnouncer(scope: Construct, surroundings: Surroundings): void {
  const { tables, tuned } = surroundings;
  const announce = createFunction(scope, surroundings, {
    file: 'announce',
    grants: tasks.announce.grants,
    // Of a hundred flips, each with hundreds of devices to tell, some dead and slow to say so.
    timeout: Duration.seconds(60),
  });
  const streamArn = tables.chat.tableStreamArn;
  if (streamArn === undefined) throw new Error('The table Chat has no stream.');
  announce.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    }),
  );
  const unannounced = new Queue(scope, 'Unannounced', { retentionPeriod: Duration.days(14) });
  new EventSourceMapping(scope, 'AnnounceMapping', {
    target: announce,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('MODIFY'),
        dynamodb: { Keys: { sk: { S: FilterRule.isEqual(PROFILE) } } },
      }),
    ],
    batchSize: 100,
    maxBatchingWindow: Duration.seconds(tuned.presenceWindow),
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: 10,
    maxRecordAge: Duration.minutes(10),
    onFailure: new SqsDlq(unannounced),
  });
}
