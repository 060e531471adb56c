import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from '@jest/globals';
import type { Clock } from '../../../local/sources/clock';
import type { Resource } from '../../fixtures/app/chat-template';
import { describeOn, dynoxide } from '../../tooling/engines';
import { mapping, RunningApp, readApp, recorder } from './app';
import { hurriedClock } from './hurried-clock';

const opened: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

async function startApp(resources: Readonly<Record<string, Resource>>, clock?: Clock): Promise<RunningApp> {
  const app = new RunningApp(readApp(resources), clock);
  opened.push(app);
  await app.createTables();
  await app.start();
  return app;
}

function arnOf(logicalId: string, attribute = 'Arn'): unknown {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

function queue(properties: Record<string, unknown> = {}): Resource {
  return { Type: 'AWS::SQS::Queue', Properties: properties };
}

describeOn(dynoxide, 'a template with sources', () => {
  it('has its schedules fire', async () => {
    const Targets = [{ Arn: arnOf('Sweep'), Id: 'Target0', Input: '{"Records":["swept"]}' }];
    const Properties = { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Targets };

    const app = await startApp(
      { Sweep: recorder('record'), Rule: { Type: 'AWS::Events::Rule', Properties } },
      hurriedClock(1_200),
    );
    const records = await app.until((found) => found.length >= 2);

    expect(records.slice(0, 2)).toEqual(['swept', 'swept']);
    expect(app.events[0]?.routeKey).toBe('schedule Rule');
  });

  it('has a stream tell its failure queue, whose function hears of it', async () => {
    const properties = {
      ...{ StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 0 },
      DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
    };
    const app = await startApp({
      Failures: queue(),
      Fan: recorder('choke'),
      Choke: mapping('Fan', arnOf('Chat', 'StreamArn'), properties),
      Hear: recorder('record'),
      Heard: mapping('Hear', arnOf('Failures')),
    });

    const Item = { pk: { S: 'poison' }, sk: { S: '1' } };
    await app.client.send(new PutItemCommand({ TableName: app.chatTable, Item }));
    await app.until((found) => found.length === 2);

    const heard = app.events.findIndex(({ routeKey }) => routeKey === 'queue Failures');
    const [record] = app.given<{ readonly body: string }>()[heard] ?? [];
    const number = expect.stringMatching(/^\d{21}$/);
    expect(JSON.parse(record?.body ?? '')).toEqual({
      requestContext: {
        requestId: expect.any(String),
        functionArn: expect.stringMatching(/:function:Test-.*-Fan-LOCAL:\$LATEST$/),
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 1,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: number,
        endSequenceNumber: number,
        approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-.*Z$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/^\d{4}-.*Z$/),
        batchSize: 1,
        streamArn: expect.stringContaining(`table/${app.chatTable}/stream/`),
      },
    });
  });
});
