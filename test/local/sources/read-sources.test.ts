import { describe, expect, it } from '@jest/globals';
import type { SourcesDescription } from '../../../local/sources/description';
import { type Resource, sourcesRole } from '../../fixtures/app/chat-template';
import { chatTemplateWith, readLocally } from '../../fixtures/app/read-chat';

/** What the chat's template says of sources, with these resources added to it. */
function read(resources: Readonly<Record<string, Resource>>): SourcesDescription | undefined {
  return readLocally(chatTemplateWith({ Role: sourcesRole(), ...resources })).sources;
}

const LOGIN_ARN = { 'Fn::GetAtt': ['Login', 'Arn'] };

function rule(properties: Record<string, unknown> = {}): Resource {
  const Targets = [{ Arn: LOGIN_ARN, Id: 'Target0' }];
  return {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Targets, ...properties },
  };
}

function schedule(properties: Record<string, unknown> = {}): Resource {
  const Target = { Arn: LOGIN_ARN, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, Input: '{"a":1}' };
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' }, Target, ...properties },
  };
}

describe('a rule', () => {
  it('is read with its function', () => {
    expect(read({ Sweep: rule() })?.schedules).toEqual([
      {
        logicalId: 'Sweep',
        arn: 'arn:aws:events:us-east-1:000000000000:rule/Rollcall-Sweep-LOCAL',
        source: 'aws.events',
        expression: 'rate(1 minute)',
        targets: [{ functionId: 'Login' }],
      },
    ]);
  });

  it('is read with its input, whose references are resolved', () => {
    const Input = { 'Fn::Join': ['', ['{"table":"', { Ref: 'Chat' }, '"}']] };
    const Targets = [{ Arn: LOGIN_ARN, Id: 'Target0', Input }];

    expect(read({ Sweep: rule({ Targets }) })?.schedules[0]?.targets).toEqual([
      { functionId: 'Login', input: { value: { table: 'Rollcall-Chat-LOCAL' } } },
    ]);
  });

  it('is left out when it is disabled', () => {
    expect(read({ Sweep: rule({ State: 'DISABLED' }) })?.schedules).toEqual([]);
  });

  it.each([
    [{ EventPattern: {} }, 'property EventPattern is not supported locally'],
    [{ ScheduleExpression: 'rate(1 minutes)' }, 'EventBridge does not understand rate(1 minutes)'],
    [{ ScheduleExpression: 'at(2030-01-01T00:00:00)' }, 'EventBridge does not understand at(2030-01-01T00:00:00)'],
    [{ ScheduleExpression: undefined }, 'it has no ScheduleExpression: only schedules are supported locally'],
    [{ Targets: [{ Arn: 'arn:x', Id: 'a' }] }, 'its target is not a function of this template'],
    [{ Targets: [{ Arn: LOGIN_ARN, Id: 'a', InputTransformer: {} }] }, 'property InputTransformer of its target'],
    [{ Targets: [{ Arn: LOGIN_ARN, Id: 'a', Input: '{' }] }, 'its Input is not JSON: {'],
  ])('is refused by name with %j', (properties, message) => {
    expect(() => read({ Sweep: rule(properties) })).toThrow(`AWS::Events::Rule Sweep: ${message}`);
  });
});

describe('a schedule of the Scheduler', () => {
  it('is read with its group and its input', () => {
    expect(read({ Nightly: schedule({ GroupName: 'mine' }) })?.schedules).toEqual([
      {
        logicalId: 'Nightly',
        arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/mine/Rollcall-Nightly-LOCAL',
        source: 'aws.scheduler',
        expression: 'rate(1 hour)',
        targets: [{ functionId: 'Login', input: { value: { a: 1 } } }],
      },
    ]);
  });

  it.each([
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'a flexible time window is not supported locally'],
    [{ ScheduleExpressionTimezone: 'Europe/Paris' }, 'time zone Europe/Paris is not supported locally, only UTC is'],
    [{ StartDate: 'x' }, 'property StartDate is not supported locally'],
    [
      { Target: { Arn: LOGIN_ARN, Input: '"<aws.scheduler.scheduled-time>"' } },
      'context attributes in Input are not supported locally',
    ],
  ])('is refused by name with %j', (properties, message) => {
    expect(() => read({ Nightly: schedule(properties) })).toThrow(`AWS::Scheduler::Schedule Nightly: ${message}`);
  });
});

describe('a mapping of a table’s stream', () => {
  const EventSourceArn = { 'Fn::GetAtt': ['Chat', 'StreamArn'] };

  function mapping(properties: Record<string, unknown> = {}): Resource {
    const Properties = { FunctionName: { Ref: 'Login' }, EventSourceArn, StartingPosition: 'LATEST', ...properties };
    return { Type: 'AWS::Lambda::EventSourceMapping', Properties };
  }

  it('is read with Lambda’s own defaults', () => {
    expect(read({ Fan: mapping() })?.streams).toEqual([
      {
        logicalId: 'Fan',
        functionId: 'Login',
        tableId: 'Chat',
        tableName: 'Rollcall-Chat-LOCAL',
        streamArn: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:000000000000:table.Rollcall-Chat-LOCAL.stream./),
        startsAt: 'LATEST',
        batchSize: 100,
        windowMs: 0,
        filters: [],
        reportsItemFailures: false,
        retriesMax: Infinity,
        ageMsMax: Infinity,
        bisects: false,
        lanes: 1,
      },
    ]);
  });

  it('is read with all that it says', () => {
    const properties = {
      FunctionName: { 'Fn::GetAtt': ['Login', 'Arn'] },
      BatchSize: 5,
      BisectBatchOnFunctionError: true,
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 2,
      MaximumRecordAgeInSeconds: 60,
      MaximumRetryAttempts: 3,
      ParallelizationFactor: 10,
    };

    expect(read({ Fan: mapping(properties) })?.streams[0]).toMatchObject({
      ...{ functionId: 'Login', batchSize: 5, bisects: true, filters: [{ eventName: ['INSERT'] }], windowMs: 2_000 },
      ...{ reportsItemFailures: true, ageMsMax: 60_000, retriesMax: 3, lanes: 10 },
    });
  });

  it('is without bounds where it says -1', () => {
    const [stream] = read({ Fan: mapping({ MaximumRecordAgeInSeconds: -1, MaximumRetryAttempts: -1 }) })?.streams ?? [];

    expect([stream?.ageMsMax, stream?.retriesMax]).toEqual([Infinity, Infinity]);
  });

  it('is left out when it is disabled', () => {
    expect(read({ Fan: mapping({ Enabled: false }) })?.streams).toEqual([]);
  });

  it.each([
    [{ EventSourceArn: 'arn:x' }, 'its source is neither the stream of a table nor a queue of this template'],
    [{ EventSourceArn: { 'Fn::GetAtt': ['Connections', 'StreamArn'] } }, 'table Connections has no stream'],
    [{ StartingPosition: 'AT_TIMESTAMP' }, 'a DynamoDB stream has no StartingPosition "AT_TIMESTAMP"'],
    [
      { DestinationConfig: { OnFailure: { Destination: 'arn:x' } } },
      'its OnFailure destination is not a standard queue of this template',
    ],
    [{ TumblingWindowInSeconds: 5 }, 'property TumblingWindowInSeconds is not supported locally'],
    [{ FunctionName: 'other' }, 'it does not lead to a function of this template'],
    [{ BatchSize: 10_001 }, 'BatchSize must be a whole number from 1 to 10000, not 10001'],
    [{ MaximumRecordAgeInSeconds: 59 }, 'MaximumRecordAgeInSeconds must be a whole number from 60 to 604800, not 59'],
    [{ FunctionResponseTypes: ['Other'] }, 'FunctionResponseTypes has Other'],
    [{ FilterCriteria: { Filters: [{ Pattern: '{' }] } }, "a filter's pattern is not JSON: {"],
    [
      { FilterCriteria: { Filters: [{ Pattern: '{"a":[{"wildcard":"x"}]}' }] } },
      'in its filters: not a known rule: {"wildcard":"x"}',
    ],
  ])('is refused by name with %j', (properties, message) => {
    expect(() => read({ Fan: mapping(properties) })).toThrow(`AWS::Lambda::EventSourceMapping Fan: ${message}`);
  });
});

describe('a queue', () => {
  function queue(properties: Record<string, unknown> = {}): Resource {
    return { Type: 'AWS::SQS::Queue', Properties: properties };
  }

  it('is read with the defaults of SQS, under a URL on this machine', () => {
    expect(read({ Jobs: queue() })?.queues).toEqual([
      {
        logicalId: 'Jobs',
        queueName: 'Rollcall-Jobs-LOCAL',
        arn: 'arn:aws:sqs:us-east-1:000000000000:Rollcall-Jobs-LOCAL',
        url: 'http://localhost:3001/000000000000/Rollcall-Jobs-LOCAL',
        isFifo: false,
        deduplicatesByContent: false,
        visibilityMs: 30_000,
        delayMs: 0,
        retentionMs: 345_600_000,
        waitMs: 0,
        bytesMax: 1_048_576,
      },
    ]);
  });

  it('is read with all that it says', () => {
    const properties = {
      ContentBasedDeduplication: true,
      DelaySeconds: 1,
      FifoQueue: true,
      MaximumMessageSize: 1024,
      MessageRetentionPeriod: 60,
      ReceiveMessageWaitTimeSeconds: 20,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
      VisibilityTimeout: 0,
    };

    const [, jobs] =
      read({ Dead: queue({ FifoQueue: true, QueueName: 'dead.fifo' }), Jobs: queue(properties) })?.queues ?? [];

    expect(jobs).toMatchObject({
      ...{ queueName: 'Rollcall-Jobs-LOCAL.fifo', isFifo: true, deduplicatesByContent: true, visibilityMs: 0 },
      ...{ delayMs: 1_000, bytesMax: 1024, retentionMs: 60_000, waitMs: 20_000 },
      redrive: { arn: 'arn:aws:sqs:us-east-1:000000000000:dead.fifo', receivesMax: 3 },
    });
  });

  it.each([
    [{ FifoThroughputLimit: 'perMessageGroupId' }, 'property FifoThroughputLimit is not supported locally'],
    [{ VisibilityTimeout: 43_201 }, 'VisibilityTimeout must be a whole number from 0 to 43200, not 43201'],
    [{ RedrivePolicy: { deadLetterTargetArn: 'arn:x', maxReceiveCount: 0 } }, 'maxReceiveCount must be'],
    [
      { RedrivePolicy: { deadLetterTargetArn: 'arn:x', maxReceiveCount: 1 } },
      'its dead-letter queue is not a standard queue of this template',
    ],
  ])('is refused by name with %j', (properties, message) => {
    expect(() => read({ Jobs: queue(properties) })).toThrow(`AWS::SQS::Queue Jobs: ${message}`);
  });

  function mapping(properties: Record<string, unknown> = {}): Resource {
    const Properties = {
      FunctionName: { Ref: 'Login' },
      EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
      ...properties,
    };
    return { Type: 'AWS::Lambda::EventSourceMapping', Properties };
  }

  it('has a mapping, with Lambda’s own defaults', () => {
    expect(read({ Jobs: queue(), Work: mapping() })?.queueMappings).toEqual([
      {
        logicalId: 'Work',
        functionId: 'Login',
        queueId: 'Jobs',
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:Rollcall-Jobs-LOCAL',
        batchSize: 10,
        windowMs: 0,
        filters: [],
        reportsItemFailures: false,
        batchesAtOnce: 5,
      },
    ]);
  });

  it.each([
    [{}, { StartingPosition: 'LATEST' }, 'property StartingPosition is not supported locally'],
    [{}, { BatchSize: 11 }, 'a BatchSize of more than 10 needs MaximumBatchingWindowInSeconds'],
    [{ FifoQueue: true }, { MaximumBatchingWindowInSeconds: 1 }, 'a FIFO queue takes no batching window'],
    [{ VisibilityTimeout: 9 }, {}, 'Queue visibility timeout: 9 seconds is less than Function timeout: 10 seconds'],
  ])('of %j refuses a mapping with %j by name', (ofQueue, properties, message) => {
    expect(() => read({ Jobs: queue(ofQueue), Work: mapping(properties) })).toThrow(
      `AWS::Lambda::EventSourceMapping Work: ${message}`,
    );
  });
});
