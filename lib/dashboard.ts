import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ChatAlarms } from './alarms';
import {
  counted,
  databaseErrors,
  databaseThrottles,
  ghostRatio,
  measured,
  ofStage,
  refusedByCode,
  sum,
  type Watched,
} from './metrics';

const WIDTH = 8;
const HEIGHT = 6;

/** One page that answers, from the top: is something wrong, who is there, what do they do, how fast is it, and what fails. */
export function createDashboard(scope: Construct, watched: Watched, alarms: ChatAlarms | undefined): Dashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', { dashboardName: watched.name.replace(/[^\w-]/g, '-') });
  if (alarms)
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.all], width: 3 * WIDTH }));
  for (const row of [people(watched), messages(watched), times(watched), trouble(watched), functions(watched)])
    dashboard.addWidgets(...row);
  return dashboard;
}

function people(watched: Watched): IWidget[] {
  return [
    graph('Connections', [counted(watched, 'Opened'), counted(watched, 'Closed'), counted(watched, 'Reaped')]),
    graph('Logins', [
      counted(watched, 'LoginsByPassword'),
      counted(watched, 'LoginsByToken'),
      counted(watched, 'LoginsByIdentity'),
      counted(watched, 'LoginsFailed'),
    ]),
    graph('Ghosts', [ghostRatio(watched, 1)], { leftYAxis: { min: 0, max: 100 } }),
  ];
}

function messages(watched: Watched): IWidget[] {
  return [
    graph('Messages', [counted(watched, 'Messages')], { right: [ofStage(watched.stage, 'MessageCount')] }),
    graph('Pushes', [
      counted(watched, 'PushesDelivered'),
      counted(watched, 'PushesGone'),
      counted(watched, 'PushesFailed'),
      counted(watched, 'GoneConfirmed'),
      counted(watched, 'GoneFalse'),
    ]),
    graph('Large groups', [counted(watched, 'FanOutPages')], {
      right: [watched.queues.fanOut.metricApproximateAgeOfOldestMessage()],
    }),
  ];
}

function times(watched: Watched): IWidget[] {
  const percentiles = ['p50', 'p99', 'Maximum'];
  return [
    graph(
      'Time to offline, of those who vanished',
      percentiles.map((one) => measured(watched, 'TimeToOffline', one)),
    ),
    graph(
      'A push takes',
      percentiles.map((one) => measured(watched, 'PushLatency', one)),
    ),
    graph('Sweep', [counted(watched, 'SweepPasses')], { right: [counted(watched, 'SweepScanned')] }),
  ];
}

function trouble(watched: Watched): IWidget[] {
  const { queues, stage } = watched;
  return [
    graph('Refused, by code', [refusedByCode(watched)]),
    graph('Faults', [
      counted(watched, 'Faults'),
      counted(watched, 'Conflicts'),
      ofStage(stage, 'ExecutionError'),
      ofStage(stage, 'IntegrationError'),
      ofStage(stage, 'ClientError'),
    ]),
    graph('Database and dead letters', [
      sum('throttled requests', databaseThrottles(watched)),
      sum('system errors', databaseErrors(watched)),
      queues.unannounced.metricApproximateNumberOfMessagesVisible({ label: 'Unannounced' }),
      queues.undelivered.metricApproximateNumberOfMessagesVisible({ label: 'Undelivered' }),
    ]),
  ];
}

function functions({ functions }: Watched): IWidget[] {
  const all = Object.entries(functions);
  return [
    graph('Errors and throttles of functions', [
      ...all.map(([label, lambda]) => lambda.metricErrors({ label })),
      ...all.map(([label, lambda]) => lambda.metricThrottles({ label: `${label}, throttled` })),
    ]),
    graph(
      'Functions take (p99)',
      all.map(([label, lambda]) => lambda.metricDuration({ label, statistic: 'p99' })),
    ),
    graph('The stream is behind (ms)', [functions.announce.metric('IteratorAge', { statistic: 'Maximum' })]),
  ];
}

function graph(title: string, left: IMetric[], more: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH, height: HEIGHT, ...more });
}
