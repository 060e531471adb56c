import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { prices } from '../../bench/bill/prices';
import { ChatApi } from '../../lib/chat-api';
import type { ChatApiProps } from '../../lib/chat-api-props';
import { RollcallStack } from '../../lib/rollcall-stack';
import { readTemplate } from '../../local/app/read-template';
import { COUNTED, MEASURED } from '../../src/domain/ports/meter';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';

const runbook = readFileSync(join(__dirname, '../../RUNBOOK.md'), 'utf8');
const context = { 'aws:cdk:bundling-stacks': [] };

function templateWith(props: ChatApiProps | ((stack: Stack) => ChatApiProps) = {}): Template {
  const stack = new Stack(new App({ context }), 'Theirs');
  new ChatApi(stack, 'ChatApi', typeof props === 'function' ? props(stack) : props);
  return Template.fromStack(stack);
}

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: AlarmProperties } }[];
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
}

const plain = templateWith();

/** By their ids: `ChatApiAlarmsSweepMissed1A2B3C4D`. */
function alarmsOf(template: Template): ReadonlyMap<string, AlarmProperties> {
  const found = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
  return new Map(found.map(([id, { Properties }]) => [id.replace(/^ChatApiAlarms|[0-9A-F]{8}$/g, ''), Properties]));
}

/** Every metric that an alarm looks at. */
function metricsOf(alarm: AlarmProperties): readonly AlarmProperties[] {
  if (alarm.Metrics === undefined) return [alarm];
  return alarm.Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
}

const sections = runbook.slice(runbook.indexOf('\n## Alarms'), runbook.indexOf('\n## Logs'));

describe('an alarm', () => {
  const alarms = alarmsOf(plain);

  it('has a section in the runbook, and no other has one', () => {
    const headings = [...sections.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);

    expect(headings.sort()).toEqual([...alarms.keys()].sort());
    expect(headings.length).toBeGreaterThan(10);
  });

  it.each([...alarms])(
    '%s names its section, which says what it means and what to do',
    (name, { AlarmDescription }) => {
      const section = sections.split(/^### /m).find((text) => text.startsWith(`${name}\n`));

      expect(AlarmDescription).toMatch(new RegExp(`^[A-Z].+\\. What to do: RUNBOOK\\.md, "${name}"\\.$`));
      expect(section).toMatch(/^\*\*Means\*\* /m);
      expect(section).toMatch(/^\*\*Do\*\* /m);
    },
  );

  it.each([...alarms])('%s looks at metrics that there are', (_, alarm) => {
    const ours = metricsOf(alarm).filter(({ Namespace }) => Namespace === 'Rollcall');
    const known: readonly string[] = [...COUNTED, ...MEASURED, 'Refused'];

    expect(metricsOf(alarm).length).toBeGreaterThan(0);
    expect(metricsOf(alarm).length).toBeLessThanOrEqual(10); // All that CloudWatch takes into one alarm.
    for (const { MetricName, Dimensions } of ours) {
      expect(known).toContain(MetricName);
      expect(Dimensions).toContainEqual({ Name: 'Api', Value: 'Theirs/ChatApi' });
    }
  });

  it('of the sweep takes silence for the worst; of every other, nothing told is nothing wrong', () => {
    const silent = [...alarms].filter(
      ([, alarm]) => Match.objectLike({ TreatMissingData: 'breaching' }).test(alarm).isSuccess,
    );

    expect(silent.map(([name]) => name)).toEqual(['SweepMissed']);
    plain.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('costs what the runbook says', () => {
    const metrics = [...alarms.values()].flatMap(metricsOf).length;
    const dollars = (metrics * prices.alarmMetricMonth.dollars).toFixed(2);

    expect(runbook).toContain(`${alarms.size} alarms over ${metrics} metrics: ${dollars} dollars a month`);
  });

  it('tells nobody if nobody is named', () => {
    plain.resourceCountIs('AWS::SNS::Topic', 0);
    for (const alarm of alarms.values()) expect(alarm).not.toHaveProperty('AlarmActions');
  });

  it('tells the address that is named, when it begins and when it is over; CloudWatch may, and only by TLS', () => {
    const template = templateWith({ alarms: { email: 'ops@example.com' } });
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));

    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    for (const { AlarmActions, OKActions } of alarmsOf(template).values())
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('tells a topic that is named, and makes none', () => {
    const template = templateWith((stack) => ({ alarms: { topic: new Topic(stack, 'Theirs') } }));

    template.resourceCountIs('AWS::SNS::Topic', 1);
    for (const { AlarmActions } of alarmsOf(template).values()) expect(AlarmActions).toHaveLength(1);
  });

  it('need not be', () => {
    const template = templateWith({ alarms: false, dashboard: false });

    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });

  it.each(['ops', 'ops@example', 'a b@example.com', ''])('refuses what is no address: %j', (email) => {
    expect(() => templateWith({ alarms: { email } })).toThrow(
      `ChatApi: alarms.email must be an address, not "${email}".`,
    );
  });
});

describe('the dashboard', () => {
  it('shows every metric of ours, every function, and the alarms', () => {
    const [[, dashboard] = []] = Object.entries(plain.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);

    expect(dashboard?.Properties.DashboardName).toBe('Theirs-ChatApi');
    const shown = [
      ...[...COUNTED, ...MEASURED].map((name) => `\\"Rollcall\\",\\"${name}\\"`),
      ...[...Object.keys(routes), ...Object.keys(tasks)].map((name) => `\\"label\\":\\"${name}\\"`),
      'SEARCH(\'{Rollcall,Api,Code} MetricName=\\\\\\"Refused\\\\\\" Api=\\\\\\"Theirs/ChatApi\\\\\\"',
    ];
    expect(shown.filter((text) => !body.includes(text))).toEqual([]);
    expect(body.match(/ChatApiAlarms\w+/g)).toHaveLength(alarmsOf(plain).size);
  });
});

describe('the budget', () => {
  const budgeted = (props: ChatApiProps) => templateWith({ alarms: { email: 'ops@example.com' }, ...props });

  it('tells of 80 % spent, and of 100 % to come', () => {
    budgeted({ monthlyBudgetUsd: 20 }).hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 20, Unit: 'USD' } },
      NotificationsWithSubscribers: [
        {
          Notification: { NotificationType: 'ACTUAL', Threshold: 80 },
          Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'ops@example.com' }],
        },
        {
          Notification: { NotificationType: 'FORECASTED', Threshold: 100 },
          Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'ops@example.com' }],
        },
      ],
    });
  });

  it('tells a topic, if that is what is named', () => {
    const template = templateWith((stack) => ({ alarms: { topic: new Topic(stack, 'Ours') }, monthlyBudgetUsd: 5.5 }));
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));

    expect(JSON.stringify(template.findResources('AWS::Budgets::Budget'))).toContain(
      JSON.stringify({ Address: { Ref: topic }, SubscriptionType: 'SNS' }),
    );
  });

  it('is not there unless it is asked for', () => {
    plain.resourceCountIs('AWS::Budgets::Budget', 0);
  });

  it.each([0, -1, Number.NaN])('refuses %d dollars', (monthlyBudgetUsd) => {
    expect(() => budgeted({ monthlyBudgetUsd })).toThrow('ChatApi: monthlyBudgetUsd must be a number above 0');
  });

  it.each<ChatApiProps>([{}, { alarms: false }])('refuses to tell nobody: %j', (props) => {
    expect(() => templateWith({ ...props, monthlyBudgetUsd: 1 })).toThrow('monthlyBudgetUsd needs alarms');
  });
});

describe('the context', () => {
  const stackWith = (more: Readonly<Record<string, unknown>>) =>
    Template.fromStack(new RollcallStack(new App({ context: { ...context, ...more } }), 'Rollcall'));

  it('names the address, the budget, the level and whether X-Ray follows', () => {
    const template = stackWith({
      alarmsAddress: 'ops@example.com',
      monthlyBudget: '20',
      logLevel: 'DEBUG',
      tracing: 'true',
    });

    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.com' });
    template.hasResourceProperties('AWS::Budgets::Budget', { Budget: { BudgetLimit: { Amount: 20 } } });
    template.allResourcesProperties('AWS::Lambda::Function', {
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: Match.objectLike({ LOG_LEVEL: 'DEBUG', API_NAME: 'Rollcall/ChatApi' }) },
    });
  });

  it('may leave the alarms out', () => {
    stackWith({ alarms: 'false' }).resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });

  it.each([
    [{ alarms: 'false', alarmsAddress: 'a@b.cd' }, 'The context alarmsAddress is of use only with alarms.'],
    [{ alarms: 'no' }, 'The context alarms must be true or false, not "no".'],
    [{ monthlyBudget: '20' }, 'The context monthlyBudget needs alarmsAddress'],
    [{ logLevel: 'LOUD' }, 'ChatApi: logLevel must be one of DEBUG, INFO, WARN, ERROR, not "LOUD".'],
    [{ tracing: 'yes' }, 'The context tracing must be true or false, not "yes".'],
  ])('is checked: %j', (given, message) => {
    expect(() => stackWith(given)).toThrow(message);
  });
});

it('a laptop serves all of it, and tells nobody', () => {
  const watched = templateWith({ alarms: { email: 'ops@example.com' }, monthlyBudgetUsd: 20, tracing: true });
  const place = { stackName: 'Theirs', localHost: 'localhost:3001', region: 'us-east-1', accountId: '123456789012' };

  const app = readTemplate({ template: watched.toJSON(), assets: { folder: '/', pathOf: new Map() }, ...place });

  expect(app.functions.size).toBe(Object.keys(routes).length + Object.keys(tasks).length);
});

describe('a function', () => {
  it('writes JSON, of which Lambda leaves nothing out, and Lambda itself writes of failures only', () => {
    plain.allResourcesProperties('AWS::Lambda::Function', {
      LoggingConfig: Match.objectLike({ LogFormat: 'JSON', ApplicationLogLevel: 'TRACE', SystemLogLevel: 'WARN' }),
      Environment: { Variables: Match.objectLike({ LOG_LEVEL: 'INFO', API_NAME: 'Theirs/ChatApi' }) },
      TracingConfig: Match.absent(),
    });
  });

  it('at DEBUG has Lambda’s reports too', () => {
    templateWith({ logLevel: 'DEBUG' }).allResourcesProperties('AWS::Lambda::Function', {
      LoggingConfig: Match.objectLike({ ApplicationLogLevel: 'TRACE', SystemLogLevel: 'INFO' }),
    });
  });

  it('may write traces only if X-Ray follows it', () => {
    const allowed = (template: Template) =>
      JSON.stringify(template.findResources('AWS::IAM::Policy')).includes('xray:');

    expect([allowed(plain), allowed(templateWith({ tracing: true }))]).toEqual([false, true]);
  });
});

describe('the runbook', () => {
  const metrics = runbook.slice(runbook.indexOf('\n## Metrics'), runbook.indexOf('\n## What it costs'));

  it('says what every metric tells, and tells of no other', () => {
    const cells = [...metrics.matchAll(/^\| (`[^|]*)\|/gm)].map(([, cell]) => cell ?? '');
    const told = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));

    expect(told.sort()).toEqual([...COUNTED, ...MEASURED, 'Refused'].sort());
  });
});
