import { Duration } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { API, CODE, NAMESPACE } from '../src/adapters/lambda/metrics';
import type { Counted, Measured } from '../src/domain/ports/meter';
import type { ChatFunctions, FunctionName } from './function-name';
import type { Queues } from './queues';
import type { Tables } from './tables';
import type { Tuned } from './tunables';

/** What there is to watch of one API. */
export interface Watched {
  /** The dimension of its own metrics. */
  readonly name: string;
  readonly stage: WebSocketStage;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: ChatFunctions;
  readonly tuned: Tuned;
}

const PERIOD = Duration.minutes(5);

export function counted({ name }: Pick<Watched, 'name'>, metricName: Counted, period = PERIOD): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { [API]: name }, statistic: 'Sum', period });
}

export function measured({ name }: Pick<Watched, 'name'>, metricName: Measured, statistic: string): Metric {
  const label = `${metricName} ${statistic}`;
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { [API]: name },
    statistic,
    label,
    period: PERIOD,
  });
}

/** Of one code. */
export function refused({ name }: Pick<Watched, 'name'>, code: string): Metric {
  const dimensionsMap = { [API]: name, [CODE]: code };
  return new Metric({ namespace: NAMESPACE, metricName: 'Refused', dimensionsMap, statistic: 'Sum', period: PERIOD });
}

/** Of every code that there has been: a search, which only dashboards can do. */
export function refusedByCode({ name }: Pick<Watched, 'name'>): IMetric {
  const expression = `SEARCH('{${NAMESPACE},${API},${CODE}} MetricName="Refused" ${API}="${name}"', 'Sum', ${PERIOD.toSeconds()})`;
  return new MathExpression({ expression, label: '', usingMetrics: {}, period: PERIOD });
}

/** API Gateway's own, of one stage. */
export function ofStage(stage: WebSocketStage, metricName: string, statistic = 'Sum'): Metric {
  const dimensionsMap = { ApiId: stage.api.apiId, Stage: stage.stageName };
  return new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap, statistic, period: PERIOD });
}

/** Together, as one figure. */
export function sum(label: string, metrics: readonly Metric[]): MathExpression {
  // One graph may show several sums, and wants the ids of all of them to differ.
  const id = label.replace(/\W/g, '');
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${id}${index}`, metric]));
  // Where one has no value, there is still a sum of the others.
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, label, period: PERIOD });
}

/** No client waits for these, so no error of API Gateway tells of them; `$disconnect` it sends, and hears no answer. */
const UNHEARD = ['$disconnect', 'sweep', 'announce', 'fan-out'] as const satisfies FunctionName[];

export function ofUnheard({ functions }: Watched, metricName: 'Errors' | 'Throttles'): readonly Metric[] {
  return UNHEARD.map((name) => functions[name].metric(metricName, { statistic: 'Sum', period: PERIOD }));
}

/** Reads and writes that DynamoDB refused, because there were too many at once. */
export function databaseThrottles({ tables }: Watched): readonly Metric[] {
  return [tables.connections, tables.chat].flatMap((table) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) =>
      table.metric(name, { statistic: 'Sum', period: PERIOD }),
    ),
  );
}

/** DynamoDB's own faults, of the requests that each command and each message makes. */
export function databaseErrors({ tables: { connections, chat } }: Watched): readonly Metric[] {
  const of = (TableName: string, Operation: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'SystemErrors',
      dimensionsMap: { TableName, Operation },
      statistic: 'Sum',
      period: PERIOD,
    });
  return [
    of(connections.tableName, 'UpdateItem'),
    of(chat.tableName, 'PutItem'),
    of(chat.tableName, 'Query'),
    of(chat.tableName, 'BatchGetItem'),
  ];
}

/** Of the connections that have ended: the part whose end nobody told, and the sweep found. */
export function ghostRatio(watched: Watched, closesMin: number, period = Duration.minutes(15)): MathExpression {
  const usingMetrics = { reaped: counted(watched, 'Reaped', period), closed: counted(watched, 'Closed', period) };
  const all = '(FILL(reaped, 0) + FILL(closed, 0))';
  return new MathExpression({
    // Of a few, a half says nothing.
    expression: `IF(${all} >= ${closesMin}, 100 * FILL(reaped, 0) / ${all}, 0)`,
    usingMetrics,
    label: 'ghosts, % of ended connections',
    period,
  });
}
