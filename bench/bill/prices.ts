/**
 * What AWS charges, in US dollars, in us-east-1, without free tiers and in the first of each price's tiers.
 *
 * AWS's pages (`page`) fill in their rates by script, which our look-up could not read; each rate is as `quotedBy` has it.
 * Before you rely on a figure, look at the page.
 */
interface Price {
  readonly dollars: number;
  readonly page: string;
  readonly quotedBy: string;
}

/** When the rates were looked up. */
export const PRICES_OF = '2026-11-23';

export const REGION = 'us-east-1';

export const prices = {
  /** A message of up to 32 KB, sent or received: a reply and a push are messages. */
  webSocketMessage: {
    dollars: 1 / 1e6,
    page: 'https://aws.amazon.com/api-gateway/pricing/',
    quotedBy: 'https://awsforengineers.com/blog/aws-api-gateway-pricing-explained',
  },
  connectionMinute: {
    dollars: 0.25 / 1e6,
    page: 'https://aws.amazon.com/api-gateway/pricing/',
    quotedBy: 'https://www.repost.aws/pt/questions/QU7IqgooGeQmqudOsmzTw5YQ',
  },
  lambdaRequest: {
    dollars: 0.2 / 1e6,
    page: 'https://aws.amazon.com/lambda/pricing/',
    quotedBy: 'https://cloudchipr.com/blog/aws-lambda-pricing',
  },
  /** On arm64, which is what the stack's functions run on. */
  lambdaGigabyteSecond: {
    dollars: 0.000_013_333_4,
    page: 'https://aws.amazon.com/lambda/pricing/',
    quotedBy: 'https://cloudchipr.com/blog/aws-lambda-pricing',
  },
  /** On demand: up to 4 KB read strongly, 8 KB otherwise. */
  readUnit: {
    dollars: 0.125 / 1e6,
    page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    quotedBy: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  },
  /** On demand: up to 1 KB; twice that within a transaction. */
  writeUnit: {
    dollars: 0.625 / 1e6,
    page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    quotedBy: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  },
  /** Taking in what Lambdas log; storing it for a month is a fraction of that. */
  logByte: {
    dollars: 0.5 / 1e9,
    page: 'https://aws.amazon.com/cloudwatch/pricing/',
    quotedBy: 'https://hykell.com/knowledge-base/aws-cloudwatch-logs-pricing',
  },
  /** A month of one custom metric: of each combination of its name and its dimensions, by the hour in which it is told. */
  metricMonth: {
    dollars: 0.3,
    page: 'https://aws.amazon.com/cloudwatch/pricing/',
    quotedBy: 'https://c3x.dev/blog/aws-cloudwatch-metrics-cost/',
  },
  /** A month of one metric that an alarm looks at. */
  alarmMetricMonth: {
    dollars: 0.1,
    page: 'https://aws.amazon.com/cloudwatch/pricing/',
    quotedBy: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm',
  },
  /** A gigabyte in a table, for a month. */
  tableGigabyteMonth: {
    dollars: 0.25,
    page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    quotedBy: 'https://aws.amazon.com/dynamodb/pricing/',
  },
  /** A gigabyte of a table that can be restored to any second, for a month. */
  recoveryGigabyteMonth: {
    dollars: 0.2,
    page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    quotedBy: 'https://finops.com.py/services/dynamodb/backups',
  },
  /** A request to a standard queue: also a poll that finds nothing. */
  queueRequest: {
    dollars: 0.4 / 1e6,
    page: 'https://aws.amazon.com/sqs/pricing/',
    quotedBy: 'https://cloudburn.io/blog/amazon-sqs-pricing',
  },
} as const satisfies Readonly<Record<string, Price>>;
