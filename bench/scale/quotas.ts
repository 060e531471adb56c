/**
 * What AWS allows an account in one region before anybody has asked for more.
 *
 * `sure`: `guide` was read in a stored copy of AWS's own page; `quoted` only in what somebody else says that it says (`quotedBy`);
 * `assumed` nobody says. Before you rely on a figure, look at the page, and at Service Quotas of your own account: a new one may have less.
 */
export interface Quota {
  readonly value: number;
  readonly unit: string;
  /** Whether AWS gives more to whom asks; `by itself`: with use. */
  readonly raised: 'on request' | 'with the rate' | 'by itself' | 'never';
  readonly sure: 'guide' | 'quoted' | 'assumed';
  readonly page: string;
  readonly quotedBy?: string;
}

/** When they were looked up. */
export const QUOTAS_OF = '2026-11-23';

const GUIDES = 'https://docs.aws.amazon.com';
const gateway = `${GUIDES}/apigateway/latest/developerguide`;
const lambda = `${GUIDES}/lambda/latest/dg`;
const dynamodb = `${GUIDES}/amazondynamodb/latest/developerguide`;

const WEBSOCKETS = `${gateway}/apigateway-execution-service-websocket-limits-table.html`;
const THROTTLED_ONDEMAND = 'https://www.repost.aws/knowledge-center/on-demand-table-throttling-dynamodb';

export const quotas = {
  /** Of all WebSocket APIs of the account together: more APIs in one account gain nothing. */
  newConnections: { ...per('connections/s', 500), raised: 'on request', sure: 'guide', page: WEBSOCKETS },
  /** Shared by all APIs of the account and by `@connections`. */
  requests: { ...per('requests/s', 10_000), raised: 'on request', sure: 'guide', page: `${gateway}/limits.html` },
  /** The bucket behind it; AWS sets it by the rate. 2,500 and 1,250 in some of the newer regions. */
  requestsBurst: { ...per('requests', 5_000), raised: 'with the rate', sure: 'guide', page: `${gateway}/limits.html` },
  /** A bucket for new connections: the guide has none. */
  newConnectionsBurst: { ...per('connections', 500), raised: 'with the rate', sure: 'assumed', page: WEBSOCKETS },
  connectionDuration: { ...per('s', 7_200), raised: 'never', sure: 'guide', page: WEBSOCKETS },
  idleTimeout: { ...per('s', 600), raised: 'never', sure: 'guide', page: WEBSOCKETS },
  frame: { ...per('KB', 32), raised: 'never', sure: 'guide', page: WEBSOCKETS },
  payload: { ...per('KB', 128), raised: 'never', sure: 'guide', page: WEBSOCKETS },
  concurrency: { ...per('executions', 1_000), raised: 'on request', sure: 'guide', page: `${lambda}/limits.html` },
  /** What one execution environment takes, however short its runs are. So 1,000 of them take 10,000 a second. */
  environmentRequests: {
    ...per('synchronous requests/s', 10),
    ...{ raised: 'never', sure: 'quoted', page: `${lambda}/gettingstarted-limits.html` },
    quotedBy:
      'https://raw.githubusercontent.com/api-evangelist/aws-lambda/refs/heads/main/rate-limits/aws-lambda-rate-limits.yml',
  },
  /** Of one function, in ten seconds. */
  scaling: {
    ...per('executions/10 s', 1_000),
    raised: 'never',
    sure: 'guide',
    page: `${lambda}/scaling-behavior.html`,
  },
  /** Batches of one shard at once; ours is 1. */
  parallelization: {
    ...per('batches', 10),
    raised: 'never',
    sure: 'guide',
    page: `${lambda}/services-ddb-params.html`,
  },
  /** Of one queue's mapping; it grows by 300 a minute. An older copy of the page says 1,000. */
  queueInvocations: {
    ...per('invocations', 1_250),
    ...{ raised: 'never', sure: 'guide', page: `${lambda}/services-sqs-scaling.html` },
  },
  /** Of one key, or what lies beside it: what no table can be split further than. */
  partitionWrites: {
    ...per('write units/s', 1_000),
    ...{ raised: 'never', sure: 'guide', page: `${dynamodb}/warm-throughput-scenarios.html` },
  },
  partitionReads: {
    ...per('read units/s', 3_000),
    ...{ raised: 'never', sure: 'guide', page: `${dynamodb}/warm-throughput-scenarios.html` },
  },
  /** Of a table on demand that is new; later twice what it had in the last 30 minutes. */
  newTableWrites: {
    ...per('write units/s', 4_000),
    ...{ raised: 'by itself', sure: 'guide', page: `${dynamodb}/on-demand-capacity-mode.html` },
    quotedBy: THROTTLED_ONDEMAND,
  },
  newTableReads: {
    ...per('read units/s', 12_000),
    ...{ raised: 'by itself', sure: 'guide', page: `${dynamodb}/on-demand-capacity-mode.html` },
    quotedBy: THROTTLED_ONDEMAND,
  },
  tableWrites: {
    ...per('write units/s', 40_000),
    ...{ raised: 'on request', sure: 'guide', page: `${dynamodb}/Limits.html` },
    quotedBy: THROTTLED_ONDEMAND,
  },
  tableReads: {
    ...per('read units/s', 40_000),
    ...{ raised: 'on request', sure: 'guide', page: `${dynamodb}/Limits.html` },
    quotedBy: THROTTLED_ONDEMAND,
  },
} as const satisfies Readonly<Record<string, Quota>>;

function per(unit: string, value: number) {
  return { value, unit };
}
