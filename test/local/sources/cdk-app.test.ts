/** An app whose event sources are written with the CDK's L2 constructs, from its template to its functions. */
import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readTemplate } from '../../../local/app/read-template';
import { SourcesStack } from '../../fixtures/sources-app/sources-stack';
import { describeOn, dynoxide } from '../../tooling/engines';
import { RunningApp } from './app';
import { hurriedClock } from './hurried-clock';

interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } } };
}

interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const opened: RunningApp[] = [];
let template: Record<string, unknown>;

beforeAll(() => {
  template = Template.fromStack(new SourcesStack(new App({ analyticsReporting: false }), 'Sources')).toJSON();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

/** A minute lasts 3 s: a cold start fits into a visibility timeout of 30 s, which is 1.5 s. */
async function startApp(): Promise<RunningApp> {
  const description = readTemplate({
    ...{ template, assets: { folder: '', pathOf: new Map() }, stackName: `Test-${randomUUID().slice(0, 8)}` },
    ...{ region: 'us-east-1', accountId: '000000000000', localHost: 'localhost:3001' },
  });
  const app = new RunningApp(description, hurriedClock(20));
  opened.push(app);
  await app.createTables();
  await app.start();
  return app;
}

function functionId(app: RunningApp, name: string): string {
  const id = [...app.app.functions.keys()].find((logicalId) => logicalId.startsWith(name));
  if (id === undefined) throw new Error(`no function ${name}`);
  return id;
}

describeOn(dynoxide, 'an app with the event sources of the CDK', () => {
  it('is read with everything that it asks for', async () => {
    const { sources } = (await startApp()).app;

    expect(sources?.streams).toMatchObject([
      {
        ...{ batchSize: 10, windowMs: 1_000, bisects: true, retriesMax: 2, ageMsMax: 3_600_000 },
        ...{ reportsItemFailures: true, startsAt: 'TRIM_HORIZON', filters: [{ eventName: ['INSERT'] }] },
        onFailureArn: expect.stringContaining('Failures'),
      },
    ]);
    expect(sources?.schedules).toMatchObject([{ expression: 'rate(1 minute)', targets: [{}] }]);
    expect(sources?.queues.find(({ logicalId }) => logicalId.startsWith('Jobs'))?.redrive?.receivesMax).toBe(3);
  });

  it('has its schedule fire after a minute', async () => {
    const app = await startApp();
    const startedAt = app.clock.now();

    await app.untilEvents(() => app.eventsOf('schedule').length > 0);

    expect((app.eventsOf('schedule')[0]?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(55_000);
    expect(app.givenTo('schedule')[0]).toMatchObject({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
  });

  it('retries a message by its visibility timeout, and moves it to the dead-letter queue after three receives', async () => {
    const app = await startApp();

    app.queue('Jobs').send({ body: 'job', attributes: {} });
    await app.untilEvents(() => app.eventsOf('queue Dead').length > 0);

    const tries = app.eventsOf('queue Jobs');
    const [buried] = app.givenTo<{ readonly Records: readonly QueueRecord[] }>('queue Dead');
    expect(tries.map(({ status }) => status)).toEqual([502, 502, 502]);
    const pauses = tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0));
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(29_000);
    const received = app.givenTo<{ readonly Records: readonly QueueRecord[] }>('queue Jobs');
    const counts = received.map(({ Records }) => Records[0]?.attributes.ApproximateReceiveCount);
    expect(counts).toEqual(['1', '2', '3']);
    expect(buried?.Records).toMatchObject([
      { body: 'job', messageId: received[0]?.Records[0]?.messageId, attributes: { ApproximateReceiveCount: '4' } },
    ]);
    expect(buried?.Records[0]?.attributes.DeadLetterQueueSourceArn).toBe(app.queue('Jobs').description.arn);
    expect(app.queue('Jobs').counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('halves a poisoned batch, tries again within its bound, and tells the failure queue of what it gave up', async () => {
    const app = await startApp();
    const put = (pk: string, sk: string) =>
      app.client.send(
        new PutItemCommand({ TableName: app.tableName('Table'), Item: { pk: { S: pk }, sk: { S: sk } } }),
      );

    for (const [index, pk] of ['a', 'poison', 'b', 'report', 'c'].entries()) await put(pk, String(index));
    await app.untilEvents(() => app.eventsOf('queue Failures').length >= 2);

    const tries = app.givenTo<{ readonly Records: readonly StreamRecord[] }>('stream').map(({ Records }) => Records);
    const keys = tries.map((records) => records.map(({ dynamodb }) => dynamodb.Keys.pk.S).join());
    const heard = app
      .givenTo<{ readonly Records: readonly QueueRecord[] }>('queue Failures')
      .flatMap(({ Records }) => Records.map(({ body }) => JSON.parse(body)))
      .sort((a, b) => a.DDBStreamBatchInfo.startSequenceNumber - b.DDBStreamBatchInfo.startSequenceNumber);
    expect(keys.filter((key) => key === 'poison')).toHaveLength(3);
    expect(keys.filter((key) => key === 'report')).toHaveLength(3);
    expect(keys.findLast((key) => key.endsWith('c'))).toBe('c');
    expect(heard).toMatchObject(
      Array(2).fill({
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        DDBStreamBatchInfo: { batchSize: 1 },
      }),
    );
    expect(heard[0].requestContext.functionArn).toContain(app.app.functions.get(functionId(app, 'Fan'))?.functionName);
  });
});
