import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ChatApi } from '../../lib/chat-api';
import { RollcallStack } from '../../lib/rollcall-stack';
import type { Tunables } from '../../lib/tunables';
import { SWEEP_MARGIN_MS, SWEEP_SHIFT_MS } from '../../src/protocol/limits';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';

const template = Template.fromJSON(JSON.parse(readFileSync(String(process.env.ROLLCALL_TEST_TEMPLATE), 'utf8')));

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** The resource of this type whose construct id begins like this. */
function one(type: string, id: string) {
  const found = Object.entries(template.findResources(type)).filter(([name]) => name.startsWith(`ChatApi${id}`));
  const [[logicalId, resource] = []] = found;
  if (logicalId === undefined || found.length !== 1) throw new Error(`There are ${found.length} of ${type} ${id}.`);
  return { id: logicalId, properties: resource?.Properties };
}

describe('the sweep', () => {
  it('is invoked each minute, and has the time for a minute of passes and what they find', () => {
    const sweep = one('AWS::Lambda::Function', 'Sweep');
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [sweep.id, 'Arn'] } }],
    });

    const { Timeout, Environment } = sweep.properties;
    expect(Environment).toMatchObject({ Variables: { SWEEP_PERIOD_SECONDS: '60' } });
    expect(1000 * Number(Timeout)).toBeGreaterThan(SWEEP_SHIFT_MS + SWEEP_MARGIN_MS);
  });
});

describe('the announcer', () => {
  const mapping = () => one('AWS::Lambda::EventSourceMapping', 'Announce').properties;

  it('gets the changes of profiles, and nothing else', () => {
    const filters: readonly { readonly Pattern: string }[] = mapping().FilterCriteria.Filters;

    expect(mapping().EventSourceArn['Fn::GetAtt']).toEqual([expect.stringMatching(/^ChatApiChat/), 'StreamArn']);
    expect(filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: ['PROFILE'] } } } },
    ]);
  });

  it('gathers for the window, and gives up on what fails for ten minutes, into a queue', () => {
    const queue = one('AWS::SQS::Queue', 'Unannounced').id;

    expect(mapping()).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      MaximumBatchingWindowInSeconds: 2,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } },
    });
  });

  it('may read its stream and write to its queue, of all there are', () => {
    const statements = one('AWS::IAM::Policy', 'AnnounceRole').properties.PolicyDocument.Statement as Statement[];
    const of = (service: RegExp) => statements.filter(({ Action }) => service.test([Action].flat().join()));

    expect(of(/GetRecords/)).toMatchObject([
      { Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ChatApiChat/), 'StreamArn'] } },
    ]);
    expect(of(/sqs:SendMessage/)).toMatchObject([
      { Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ChatApiUnannounced/), 'Arn'] } },
    ]);
  });
});

describe('the worker of large groups', () => {
  it('takes jobs from its queue, names those that failed, and after three tries they go to another queue', () => {
    const queue = one('AWS::SQS::Queue', 'FanOut');
    const undelivered = one('AWS::SQS::Queue', 'Undelivered');
    const worker = one('AWS::Lambda::Function', 'FanOut').properties;

    expect(one('AWS::Lambda::EventSourceMapping', 'FanOut').properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(queue.properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] },
      maxReceiveCount: 3,
    });
    expect(queue.properties.VisibilityTimeout).toBe(6 * worker.Timeout);
    expect(worker.Environment.Variables.FAN_OUT_QUEUE_URL).toEqual({ Ref: queue.id });
  });

  it('is reached by exactly the functions whose rows say so', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const told = functions.filter(({ Properties }) => Properties.Environment.Variables.FAN_OUT_QUEUE_URL);
    const rows = [...Object.values(routes), ...Object.values(tasks)].filter(({ grants }) => 'fanOut' in grants);

    expect(told).toHaveLength(rows.length);
    expect(rows.length).toBeGreaterThan(3);
  });
});

describe('the tunables', () => {
  const stackWith = (tunables: Tunables) => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Tuned');
    new ChatApi(stack, 'ChatApi', tunables);
    return Template.fromStack(stack);
  };

  it('reach every Lambda, the schedule of the sweep and the window of the announcer', () => {
    const tunedTemplate = stackWith({
      sweepPeriod: Duration.seconds(5),
      presenceWindow: Duration.seconds(0),
      lease: Duration.seconds(30),
      loginGrace: Duration.minutes(1),
      devicesMax: 1,
      directMembersMax: 8,
      commandsPerSecond: 7,
      retention: Duration.days(30),
    });

    const settings = {
      LEASE_SECONDS: '30',
      LOGIN_GRACE_SECONDS: '60',
      DEVICES_MAX: '1',
      DIRECT_MEMBERS_MAX: '8',
      COMMANDS_PER_SECOND: '7',
      RETENTION_DAYS: '30',
    };
    const environments = Object.values(tunedTemplate.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Environment.Variables,
    );
    for (const environment of environments) expect(environment).toMatchObject(settings);
    expect(environments).toHaveLength(Object.keys(routes).length + Object.keys(tasks).length);
    expect(environments.map(({ SWEEP_PERIOD_SECONDS }) => SWEEP_PERIOD_SECONDS).filter(Boolean)).toEqual(['5']);
    tunedTemplate.hasResourceProperties('AWS::Lambda::EventSourceMapping', { MaximumBatchingWindowInSeconds: 0 });
  });

  it('keep messages for ever where nothing is said of them', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function')))
      expect(Properties.Environment.Variables).not.toHaveProperty('RETENTION_DAYS');
  });

  it.each<[string, Tunables]>([
    ['sweepPeriod must be a whole number of 5 to 60 seconds, not 61', { sweepPeriod: Duration.seconds(61) }],
    ['sweepPeriod must be a whole number of 5 to 60 seconds, not 4', { sweepPeriod: Duration.seconds(4) }],
    ['sweepPeriod must be a whole number of 5 to 60 seconds, not 5.5', { sweepPeriod: Duration.millis(5_500) }],
    ['presenceWindow must be a whole number of 0 to 60 seconds, not 61', { presenceWindow: Duration.seconds(61) }],
    ['lease must be a whole number of 30 to 3600 seconds, not 29', { lease: Duration.seconds(29) }],
    ['loginGrace must be a whole number of 10 to 3600 seconds, not 9', { loginGrace: Duration.seconds(9) }],
    ['devicesMax must be a whole number of 1 to 100, not 101', { devicesMax: 101 }],
    ['devicesMax must be a whole number of 1 to 100, not 0', { devicesMax: 0 }],
    ['directMembersMax must be a whole number of 1 to 256, not 257', { directMembersMax: 257 }],
    ['directMembersMax must be a whole number of 1 to 256, not 0', { directMembersMax: 0 }],
    ['commandsPerSecond must be a whole number of 1 to 500, not 501', { commandsPerSecond: 501 }],
    ['commandsPerSecond must be a whole number of 1 to 500, not 0', { commandsPerSecond: 0 }],
    ['retention must be a whole number of 1 to 3650 days, not 0.5', { retention: Duration.hours(12) }],
    ['retention must be a whole number of 1 to 3650 days, not 3651', { retention: Duration.days(3651) }],
  ])('refuse to be out of range: %s', (message, tunables) => {
    expect(() => stackWith(tunables)).toThrow(`ChatApi: ${message}.`);
  });

  it('may come from the context, as text or as a number', () => {
    const context = {
      'aws:cdk:bundling-stacks': [],
      sweepPeriod: '10',
      presenceWindow: 5,
      lease: '60',
      devicesMax: 3,
      directMembersMax: '8',
      commandsPerSecond: '7',
      retention: '30',
    };
    const stack = new RollcallStack(new App({ context }), 'Tuned');

    const template = Template.fromStack(stack);

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          SWEEP_PERIOD_SECONDS: '10',
          LEASE_SECONDS: '60',
          DEVICES_MAX: '3',
          DIRECT_MEMBERS_MAX: '8',
          COMMANDS_PER_SECOND: '7',
          RETENTION_DAYS: '30',
        }),
      },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { MaximumBatchingWindowInSeconds: 5 });
  });

  it.each([
    ['soon', 'The context lease must be a number, not "soon".'],
    ['29', 'ChatApi: lease must be a whole number of 30 to 3600 seconds, not 29.'],
  ])('from the context are checked: lease=%s', (lease, message) => {
    const context = { 'aws:cdk:bundling-stacks': [], lease };

    expect(() => new RollcallStack(new App({ context }), 'Tuned')).toThrow(message);
  });
});
