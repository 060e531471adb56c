import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { PROFILE } from '../src/adapters/dynamodb/keys';
import { toReadStream, toSendTo } from './encryption';
import type { Queues } from './queues';
import type { Tables } from './tables';
import type { Tuned } from './tunables';

/** The sweep, invoked each minute: it loops inside of it. Runs that overlap do no harm. */
export function invokeSweep(scope: Construct, sweep: LambdaFunction, { sweepPeriod }: Tuned): void {
  sweep.addEnvironment('SWEEP_PERIOD_SECONDS', String(sweepPeriod));
  new Rule(scope, 'SweepSchedule', {
    description: 'Ends the leases of clients that have vanished',
    schedule: Schedule.rate(Duration.minutes(1)),
    // The next minute comes with the next event; a late one would only sweep twice.
    targets: [new LambdaTarget(sweep, { retryAttempts: 0 })],
  });
}

interface AnnouncerSource {
  readonly tables: Tables;
  readonly queues: Queues;
  readonly tuned: Tuned;
  readonly encryptionKey: IKey | undefined;
}

/**
 * The announcer, on the stream of `Chat`. DynamoDB keeps the order of each user's changes, and Lambda comes again until they
 * are done, for ten minutes: what then still fails goes to a queue, to be looked at, and no longer holds up the shard.
 */
export function invokeAnnouncer(scope: Construct, announce: LambdaFunction, source: AnnouncerSource): void {
  const streamArn = source.tables.chat.tableStreamArn;
  if (streamArn === undefined) throw new Error('The table Chat has no stream.');
  const { queueArn } = source.queues.unannounced;
  for (const statement of announcerStatements(scope, { streamArn, queueArn, encryptionKey: source.encryptionKey }))
    announce.addToRolePolicy(statement);
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
    maxBatchingWindow: Duration.seconds(source.tuned.presenceWindow),
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: 10,
    maxRecordAge: Duration.minutes(10),
    onFailure: { bind: () => ({ destination: queueArn }) },
  });
}

interface AnnouncerAccess {
  readonly streamArn: string;
  readonly queueArn: string;
  readonly encryptionKey: IKey | undefined;
}

/** What Lambda does as the function's role: it polls the stream, and sends on what failed. */
function announcerStatements(
  scope: Construct,
  { streamArn, queueArn, encryptionKey }: AnnouncerAccess,
): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    }),
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }),
    ...(encryptionKey ? [toReadStream(scope, encryptionKey), toSendTo(scope, encryptionKey)] : []),
  ];
}

// Lambda takes no less for a queue's mapping.
const MAPPING_CONCURRENCY_MIN = 2;

/** The worker on the queue of large groups. What a worker at its limit refuses would count as a failed try of the job. */
export function invokeFanOut(
  scope: Construct,
  worker: LambdaFunction,
  { fanOut, reserved }: { readonly fanOut: Queue; readonly reserved: number | undefined },
): void {
  fanOut.grantConsumeMessages(worker);
  new EventSourceMapping(scope, 'FanOutMapping', {
    target: worker,
    eventSourceArn: fanOut.queueArn,
    batchSize: 5,
    reportBatchItemFailures: true,
    ...(reserved !== undefined && { maxConcurrency: Math.max(MAPPING_CONCURRENCY_MIN, reserved) }),
  });
}
