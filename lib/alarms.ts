import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  counted,
  databaseErrors,
  databaseThrottles,
  ghostRatio,
  ofStage,
  ofUnheard,
  refused,
  sum,
  type Watched,
} from './metrics';

interface Condition {
  readonly metric: IMetric;
  /** This much, or more, is too much. */
  readonly threshold: number;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** What is too much: this, or less than it. @default more */
  readonly below?: true;
  /** One sentence: what is the matter. */
  readonly says: string;
}

/** Half of those that have ended, of no fewer than this: of a few, a half says nothing. */
const GHOSTS_PERCENT = 50;
const CLOSES_MIN = 20;

/** In five minutes. A person mistypes a few times; this is a program, or somebody's app with an old token. */
const LOGIN_FAILURES = 100;

/** In five minutes. A push or a request that fails now and then is usual; somebody has tried it again by then. */
const FAULTS = 50;

/** Beside the window in which the stream's records are gathered. */
const STREAM_BEHIND_MS = 60_000;

/** A fifth of the hour after which a job is dropped. */
const FAN_OUT_BEHIND_SECONDS = 300;

/** By the name of the alarm, which is that of its section in RUNBOOK.md. */
function conditions(watched: Watched): Readonly<Record<string, Condition>> {
  return { ...ofFunctions(watched), ...ofQueues(watched), ...ofDatabase(watched), ...ofPeople(watched) };
}

function ofFunctions(watched: Watched): Readonly<Record<string, Condition>> {
  const { functions, stage } = watched;
  return {
    Bugs: { metric: refused(watched, 'internal'), threshold: 1, says: 'A command met a bug.' },
    Faults: { metric: counted(watched, 'Faults'), threshold: FAULTS, says: 'Much fails that has to be tried again.' },
    ApiErrors: {
      metric: ofStage(stage, 'ExecutionError'),
      threshold: 5,
      says: 'API Gateway got no answer from functions: they failed, were throttled, or took too long.',
    },
    LambdaErrors: {
      metric: sum('errors', ofUnheard(watched, 'Errors')),
      threshold: 1,
      periods: 2,
      says: 'A function that no client waits for fails.',
    },
    LambdaThrottles: {
      metric: sum('throttles', ofUnheard(watched, 'Throttles')),
      threshold: 1,
      periods: 2,
      says: 'A function that no client waits for is not let run.',
    },
    SweepMissed: {
      metric: functions.sweep.metricInvocations({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      below: true,
      says: 'The sweep has not run for five minutes: who vanishes stays online.',
    },
  };
}

function ofQueues({ functions, queues, tuned }: Watched): Readonly<Record<string, Condition>> {
  const period = Duration.minutes(1);
  const waiting = { statistic: 'Maximum', period: Duration.minutes(5) };
  return {
    StreamBehind: {
      metric: functions.announce.metric('IteratorAge', { statistic: 'Maximum', period }),
      threshold: STREAM_BEHIND_MS + 1000 * tuned.presenceWindow,
      periods: 3,
      says: 'Changes of presence are announced late.',
    },
    Unannounced: {
      metric: queues.unannounced.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
      says: 'Changes of presence could not be announced.',
    },
    FanOutBehind: {
      metric: queues.fanOut.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period }),
      threshold: FAN_OUT_BEHIND_SECONDS,
      periods: 3,
      says: 'Messages to large groups are pushed late.',
    },
    Undelivered: {
      metric: queues.undelivered.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
      says: 'A message to a large group could not be pushed to some of its members.',
    },
  };
}

function ofDatabase(watched: Watched): Readonly<Record<string, Condition>> {
  return {
    DatabaseThrottles: {
      metric: sum('throttled requests', databaseThrottles(watched)),
      threshold: 10,
      says: 'DynamoDB refuses requests: there are too many at once, in all or for one key.',
    },
    DatabaseErrors: {
      metric: sum('system errors', databaseErrors(watched)),
      threshold: 5,
      says: 'DynamoDB itself fails.',
    },
  };
}

function ofPeople(watched: Watched): Readonly<Record<string, Condition>> {
  return {
    Ghosts: {
      metric: ghostRatio(watched, CLOSES_MIN),
      threshold: GHOSTS_PERCENT,
      periods: 2,
      says: 'Half of the connections end without a $disconnect, or more.',
    },
    LoginFailures: {
      metric: counted(watched, 'LoginsFailed'),
      threshold: LOGIN_FAILURES,
      says: 'Many logins fail: somebody guesses passwords, or an app has a wrong one.',
    },
  };
}

/** The alarms that matter. Each tells, when it begins and when it is over, whoever listens to the topic. */
export class ChatAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(
    scope: Construct,
    id: string,
    { watched, topic }: { readonly watched: Watched; readonly topic?: ITopic | undefined },
  ) {
    super(scope, id);
    this.all = Object.entries(conditions(watched)).map(([name, condition]) => this.#create(name, condition));
    if (topic === undefined) return;
    const action = new SnsAction(topic);
    for (const alarm of this.all) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  #create(name: string, { metric, threshold, periods = 1, below, says }: Condition): Alarm {
    return new Alarm(this, name, {
      alarmDescription: `${says} What to do: RUNBOOK.md, "${name}".`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Where nothing is told of errors there are none; of what has to be there, that it is missing is the alarm.
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}
